"""Compare: how differently do methods answer the same question?"""

from dataclasses import replace
from typing import Any

import streamlit as st

from core import recommenders
from core.exploration import comparison as comparing
from core.exploration.rank_agreement import PERSISTENCE, weight_of_top
from core.exploration.rating_histories import most_active
from core.exploration.rating_statistics import HEAD_SHARE
from core.serving.choices import available_methods
from core.words.title_search import most_rated
from ui import frame, session
from ui.panels import comparison as views
from ui.question import asked_now, settings
from ui.question.parts import method_label
from ui.text import calm, plain
from ui.widgets import method_form, words
from ui.widgets import question_form as asking

frame.require()

atlas, space = session.current()
st.title("Compare")
st.markdown("One question, several methods: what do all of them name, and what does only one of them find?")


def question_form() -> None:
    """What is asked, the same for every method, and which films may be listed."""
    films, said, person = st.columns(3, gap="medium")
    with films:
        asking.pick_likes(atlas)
    with said:
        asking.say(atlas)
    with person:
        asking.pick_person(atlas)
        asking.pick_fame(atlas)
    with st.expander("Dislikes, films already seen, filters, length of the lists"):
        left, middle, right = st.columns(3, gap="medium")
        with left:
            asking.pick_dislikes(atlas)
            asking.pick_seen(atlas)
            asking.pick_length()
        asking.pick_filters(atlas, (middle, right))


def method_pickers() -> list[tuple[str, dict[str, Any]]]:
    """One picker a list, with its settings; the methods chosen and their parameters."""
    chosen = []
    for number, column in enumerate(st.columns(comparing.MOST_METHODS, gap="small"), start=1):
        with column:
            name = st.selectbox(
                f"Method {number}",
                available_methods(atlas),
                None,
                format_func=method_label,
                key=f"method{number}",
                filter_mode="contains",
                placeholder="Add a method",
            )
            if name:
                kind = recommenders.method_class(name)
                with st.expander("About it and its settings"):
                    st.caption(kind.description)
                    method_form.method_form(kind, atlas, place=f"p{number}")
                chosen.append((name, settings.changed(f"p{number}", name, atlas)))
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
            person = str(atlas.interactions.user_ids[most_active(atlas.interactions, 1)[0]])
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


question_form()
chosen = method_pickers()
with calm():
    asked = asked_now(atlas)
    if asked.says_nothing:
        invitation()
    elif len(chosen) < comparing.FEWEST_METHODS:
        st.info(f"Choose at least {comparing.FEWEST_METHODS} methods.")
    else:
        words.offer_ways_out(atlas, asked.reading, asked.given)
        with st.spinner("Asking the methods…"):
            question = asked.question(atlas)
            found = comparing.compare(
                atlas, [replace(question, method=name, params=params) for name, params in chosen]
            )
        agreement(found)
        answers(found)
