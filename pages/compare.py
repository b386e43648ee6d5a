"""Compare: how differently do methods answer the same question?"""

from dataclasses import replace
from typing import Any

import streamlit as st

from core import recommenders
from core.domain import Filters, Question
from core.exploration import comparison as comparing
from core.exploration.rank_agreement import PERSISTENCE, weight_of_top
from core.exploration.rating_histories import most_active
from core.exploration.rating_statistics import HEAD_SHARE
from core.serving.choices import available_methods
from core.serving.words import asked
from core.words import Reading
from core.words.title_search import most_rated
from ui import frame, session
from ui.panels import comparison as views
from ui.text import calm, plain
from ui.widgets import method_form, person_picker, words
from ui.widgets import question_form as asking

frame.require()

atlas, space = session.current()
st.title("Compare")
st.markdown("One question, several methods: what do all of them name, and what does only one of them find?")


def question_form() -> tuple[Question, dict[str, Any], Reading]:
    """What is asked by hand, the same for every method, which films may be listed, and what is asked in words."""
    films, said, person = st.columns(3, gap="medium")
    with films:
        likes = asking.pick_likes(atlas)
    with said:
        reading = asking.say(atlas)
    with person:
        user = asking.pick_person(atlas)
        fame = asking.pick_fame(atlas)
    with st.expander("Dislikes, films already seen, filters, length of the lists"):
        left, middle, right = st.columns(3, gap="medium")
        with left:
            dislikes = asking.pick_dislikes(atlas)
            seen = asking.pick_seen(atlas)
            k = st.slider("Films in each list (k)", 5, 50, 10, 5, key="k", bind="query-params")
        filters = asking.pick_filters(atlas, (middle, right))
    return Question(likes, dislikes, seen, "", user, k=int(k), fame=fame), filters, reading


def method_pickers(*, by_words: bool) -> list[tuple[str, dict[str, Any]]]:
    """One picker a list, with its settings; the methods chosen and their parameters."""
    labels = {recommenders.method_class(name).label: name for name in available_methods(atlas)}
    first = [
        recommenders.method_class(name).label for name in comparing.first_methods(atlas, by_words=by_words)
    ]
    chosen = []
    for number, column in enumerate(st.columns(comparing.MOST_METHODS, gap="small")):
        with column:
            start = list(labels).index(first[number]) if number < len(first) else None
            label = st.selectbox(
                f"Method {number + 1}",
                list(labels),
                start,
                key=f"method{number + 1}",
                bind="query-params",
                placeholder="Add a method",
            )
            if label not in labels:
                continue
            kind = recommenders.method_class(labels[label])
            with st.expander("About it and its settings"):
                st.caption(kind.description)
                chosen.append(
                    (labels[label], method_form.method_form(kind, atlas, space=space, key=f"compare{number}"))
                )
    return chosen


def invitation() -> None:
    """What to do where nothing is asked yet, with two ways to start at once."""
    st.info("Name films you like, say what you want, or choose a person, and the lists appear here.")
    films = [atlas.titles.options[item] for item in most_rated(atlas.counts, 2)]
    with st.container(horizontal=True):
        st.button(
            f"Start with {plain(' and '.join(films))}",
            key="start-films",
            icon=":material/movie:",
            on_click=st.session_state.update,
            args=({"like": films},),
        )
        if len(atlas.interactions):
            person = person_picker.person_option(atlas, int(most_active(atlas.interactions, 1)[0]))
            st.button(
                f"Start with the most active person ({plain(person)})",
                key="start-person",
                icon=":material/person:",
                on_click=st.session_state.update,
                args=({"user": person},),
            )


def agreement(found: comparing.Comparison) -> None:
    """How far the lists agree, and how well known their films are."""
    st.markdown(plain(views.agreement_sentence(found, atlas.titles.labels)))
    left, right = st.columns(2, gap="large")
    with left:
        if len(found.compared) >= comparing.FEWEST_METHODS:
            st.html(views.agreement_html(found))
            st.caption(
                f"Lower left: films in both lists, of {found.k} (overlap@{found.k}). Upper right: rank-biased overlap, "
                f"0 to 1: the same films in the same order make 1, and the top counts most (p = {PERSISTENCE}: the "
                f"first ten places carry {weight_of_top(10):.0%} of the weight)."
            )
    with right:
        st.html(views.popularity_html(found))
        tail = (
            f"Long tail: all films but the most rated ones that together hold {HEAD_SHARE:.0%} of the ratings. "
            if len(atlas.interactions)
            else ""
        )
        simulated = "These ratings are simulated. " if atlas.about.get("is_simulated") else ""
        st.caption(
            f"{tail}{views.fame_caption(found)}{simulated}Time is that of this one answer with its reasons."
        )


def answers(found: comparing.Comparison) -> None:
    """The lists side by side; what a method could not do stands above its own list."""
    for column, place in zip(found.columns, st.columns(len(found.columns), gap="small"), strict=True):
        with place:
            st.markdown(f"**{plain(column.label)}**")
            if column.error:
                st.warning(plain(column.error.message), icon=":material/block:")
                st.caption(plain(column.error.hint))
            if column.answer:
                if column.stand_in:
                    st.caption("Not this method's own list, so it is not compared.")
                for note in column.answer.notes:
                    st.caption(f":material/info: {plain(note)}")
    st.html(views.cards_html(atlas.catalog, found))


given, filters, reading = question_form()
chosen = method_pickers(by_words=bool(reading.rest) and not given.likes and given.user is None)
with calm():
    given = replace(given, filters=Filters(**filters))
    question = asked(atlas, reading, given)
    if not (
        question.likes or question.dislikes or reading.parts or reading.rest or question.user is not None
    ):
        invitation()
    elif len(chosen) < comparing.FEWEST_METHODS:
        st.info(f"Choose at least {comparing.FEWEST_METHODS} methods.")
    else:
        words.offer_ways_out(atlas, reading, given)
        with st.spinner("Asking the methods…"):
            found = comparing.compare(
                atlas, [replace(question, method=name, params=params) for name, params in chosen]
            )
        agreement(found)
        answers(found)
