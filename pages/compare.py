"""Compare: how differently do methods answer the same question?"""

from dataclasses import replace
from typing import Any

import streamlit as st

from core import recommenders
from core.domain import Question
from core.exploration import comparison as comparing
from core.exploration.blind_votes import blind_round, cast, fingerprint, vote_for
from core.exploration.comparison_tables import agreement_table, lists_table
from core.exploration.downloads import as_csv
from core.exploration.list_figures import figures_of
from core.exploration.map_points import regions
from core.exploration.method_agreement import agreement_of_all
from core.exploration.rank_agreement import PERSISTENCE, weight_of_top
from core.exploration.rating_statistics import HEAD_SHARE
from core.exploration.starting_points import StartingPoint, starting_label
from core.serving.choices import available_methods
from ui import frame, resources, session
from ui.charts import palette
from ui.map import element, told
from ui.map.lists import comparison_marks, lists_on_map_text
from ui.panels import comparison as views
from ui.panels.all_methods import all_methods_panel
from ui.panels.answer_cards import opinion_buttons
from ui.panels.blind import blind_round_panel, tally_panel
from ui.panels.clickable import film_link
from ui.panels.list_columns import lists_html
from ui.panels.list_makeup import makeup_caption, makeup_html
from ui.panels.rank_lines import rank_lines_html
from ui.question import asked_now, settings
from ui.question.parts import COMPARED_AS, method_label
from ui.text import calm, is_dark, plain, space_label, told_by
from ui.widgets import map_actions, method_form, words
from ui.widgets import question_form as asking

frame.require()

VOTES = "_votes"

atlas, space = session.current()
ink = palette.ink(is_dark())
st.title("Compare")
st.markdown("One question, several methods: what do all of them name, and what does only one of them find?")


def question_form() -> None:
    """What is asked, the same for every method, and which films may be listed."""
    films, said = st.columns(2, gap="medium")
    with films:
        asking.pick_likes(atlas)
    with said:
        asking.say(atlas)
    with st.expander(
        "Somebody else, dislikes, films already seen, filters, how well known, length of the lists"
    ):
        left, middle, right = st.columns(3, gap="medium")
        with left:
            asking.pick_person(atlas)
            asking.pick_dislikes(atlas)
            asking.pick_seen(atlas)
            asking.pick_fame(atlas)
            asking.pick_length()
        asking.pick_filters(atlas, (middle, right))


def method_pickers() -> list[tuple[str, dict[str, Any]]]:
    """One picker a list, their settings below; the methods chosen and their parameters."""
    chosen = {}
    for number, column in enumerate(st.columns(comparing.MOST_METHODS, gap="small"), start=1):
        name = column.selectbox(
            f"Method {number}",
            available_methods(atlas),
            None,
            format_func=method_label,
            key=f"method{number}",
            filter_mode="contains",
            placeholder="Add a method",
        )
        if name:
            chosen[number] = name
    with st.expander("About these methods, and their settings"):
        for column, (number, name) in zip(st.columns(max(len(chosen), 1)), chosen.items(), strict=False):
            with column:
                kind = recommenders.method_class(name)
                st.markdown(f"**{plain(kind.label)}**")
                st.caption(kind.description)
                method_form.method_form(kind, atlas, place=f"p{number}")
    return [(name, settings.changed(f"p{number}", name, atlas)) for number, name in chosen.items()]


def invitation() -> None:
    """What to do where nothing is asked yet, with questions to start with at once."""
    st.info("Name films you like, say what you want, or choose a person, and the lists appear here.")
    with st.spinner("Looking for questions worth comparing on…"):
        points = resources.questions_to_start(atlas)
    if points:
        st.markdown("Or start with one of these:")
    for number, point in enumerate(points):
        st.button(
            plain(starting_label(atlas, point)),
            key=f"start-{number}",
            icon=":material/person:" if point.likes == () else ":material/movie:",
            on_click=_start,
            args=(point,),
        )


def _start(point: StartingPoint) -> None:
    """Ask what the starting point asks, of the methods it was found with."""
    st.session_state["like"] = [atlas.titles.options[item] for item in point.likes]
    st.session_state["user"] = None if point.user is None else str(atlas.interactions.user_ids[point.user])
    for number in range(1, comparing.MOST_METHODS + 1):
        name = point.methods[number - 1] if number <= len(point.methods) else None
        st.session_state[f"method{number}"] = name


def agreement(found: comparing.Comparison) -> None:
    """How far the lists agree, and how well known their films are."""
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


def title(item: int, inner: str) -> str:
    """A film's title as a link to its page."""
    return film_link(atlas, "compare", item, inner)


def side_by_side(found: comparing.Comparison) -> None:
    """The lists with what joins them, how far they agree, what they are made of, and all of it as files."""
    st.markdown(plain(views.agreement_sentence(found, atlas.titles.labels)))
    if lines := rank_lines_html(found, atlas.titles.labels):  # none between fewer than two lists
        st.html(lines)
    st.html(lists_html(atlas.catalog, found, title=title, actions=lambda item: opinion_buttons(atlas, item)))
    st.subheader("How far they agree", anchor=False)
    agreement(found)
    st.subheader("What the lists are made of", anchor=False)
    rows = [
        (column.label, figures_of(atlas, column.items, space)) for column in found.columns if column.answer
    ]
    st.html(makeup_html(rows, ink))
    simulated = bool(atlas.about.get("is_simulated"))
    st.caption(plain(makeup_caption(space_label(space), is_simulated=simulated)))
    with st.container(horizontal=True):
        for label, table, name in (
            ("The lists as CSV", lists_table, "lists.csv"),
            ("Their agreement as CSV", agreement_table, "agreement.csv"),
        ):
            st.download_button(
                label,
                lambda table=table: as_csv(table(found)),  # type: ignore[misc]
                name,
                "text/csv",
                icon=":material/download:",
            )


def on_the_map(found: comparing.Comparison) -> None:
    """All lists on one map."""
    st.markdown(plain(views.agreement_sentence(found, atlas.titles.labels)))
    key, sent = f"lists-{atlas.name}-{space}", told.sent_films(atlas, space)
    element.one_map(
        key,
        sent.films,
        told.plain_told(
            atlas, space, sent, marks=comparison_marks(found, ink.muted), names=True, height="560px"
        ),
        lambda: map_actions.open_clicked(atlas, st.session_state[key].done),
    )
    frame_ = resources.map_frame(atlas, space)
    for sentence in lists_on_map_text(frame_, found, regions(atlas, space)):
        st.caption(plain(sentence))


def all_methods(question: Question) -> None:
    """How far all methods agree on this question."""
    bar = st.progress(0.0, "Asking every method…")
    result = agreement_of_all(atlas, question, min(question.k, len(atlas.catalog)), told_by(bar))
    bar.empty()
    all_methods_panel(result, ink)


def blind(found: comparing.Comparison) -> None:
    """The lists without their names, to be chosen from."""
    votes = st.session_state.get(VOTES, ())
    shown = blind_round(found, int(st.session_state["round"]))
    vote = next((one for one in votes if one.lists == fingerprint(found)), None)

    def choose(number: int | None) -> None:
        st.session_state[VOTES] = cast(votes, vote_for(found, shown, number))

    blind_round_panel(atlas.catalog, found, shown, vote, on_vote=choose, title=title)
    st.subheader("Your votes so far", anchor=False)
    tally_panel(votes, on_clear=lambda: st.session_state.pop(VOTES, None))


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
        question = asked.question(atlas)
        view = str(st.segmented_control("Show", COMPARED_AS, key="compare_as", required=True))
        if view == "All methods":
            all_methods(question)
        else:
            with st.spinner("Asking the methods…"):
                found = comparing.compare(
                    atlas, [replace(question, method=name, params=params) for name, params in chosen]
                )
            if view == "Blind":
                blind(found)
            else:
                {"Side by side": side_by_side, "On the map": on_the_map}[view](found)
