"""Who wants a film together: two to five people, each by films, as a person of the dataset, or by their own history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from core.domain import Question
from core.serving import Atlas
from core.serving.together import FEWEST, LONGEST_NAME, MOST
from ui.text import plain
from ui.widgets.person_picker import pick_person

Pick = Callable[[str, str], list[int]]
"""Draws a picker of films with a label and a key; the item_index of those that are chosen."""

FILMS, PERSON, OWN = "Films", "A person here", "My own films"
IN_A_ROW = 3


@dataclass(frozen=True)
class Members:
    """Who asks.

    Attributes:
        names: What they are called.
        questions: What each one likes and dislikes, in the same order; method, filters and so on are not set.
        silent: Names of those who have said nothing yet.
    """

    names: tuple[str, ...]
    questions: tuple[Question, ...]
    silent: tuple[str, ...]


def members_form(
    atlas: Atlas, pick: Pick, *, own: Sequence[tuple[int, float]] = (), key: str = "member"
) -> Members:
    """Draw the people, and buttons to add one and to take one away.

    Args:
        atlas: The films.
        pick: Draws a picker of films.
        own: The visitor's own history, as `Matched.weights`; () = they have none.
        key: What the keys of these widgets begin with.
    """
    ids: list[int] = st.session_state.setdefault(f"{key}-ids", list(range(FEWEST)))
    asked: list[tuple[str, Question]] = []
    for start in range(0, len(ids), IN_A_ROW):
        row = ids[start : start + IN_A_ROW]
        # as many columns in every row, so that nobody stands wider than the others
        for place, one in zip(st.columns(min(len(ids), IN_A_ROW)), row, strict=False):
            with place, st.container(border=True):
                asked.append(_member(atlas, pick, own, key, one))
    if len(ids) < MOST:
        st.button("Add a person", key=f"{key}-add", icon=":material/person_add:", on_click=_add, args=(key,))
    names, questions = zip(*asked, strict=True)
    silent = tuple(name for name, question in asked if question == Question())
    return Members(names, questions, silent)


def _member(
    atlas: Atlas, pick: Pick, own: Sequence[tuple[int, float]], key: str, one: int
) -> tuple[str, Question]:
    """One person: a name, and what to go by."""
    ids: list[int] = st.session_state[f"{key}-ids"]
    usual = f"Person {ids.index(one) + 1}"
    with st.container(horizontal=True, vertical_alignment="bottom", wrap=False):
        typed = st.text_input("Name", key=f"{key}-name-{one}", placeholder=usual, max_chars=LONGEST_NAME)
        name = (typed or "").strip() or usual
        if len(ids) > FEWEST:
            st.button(
                "",
                key=f"{key}-remove-{one}",
                icon=":material/person_remove:",
                help=f"Take {plain(name)} away",
                on_click=_remove,
                args=(key, one),
            )
    ways = [FILMS, *([PERSON] if len(atlas.interactions) else []), *([OWN] if own else [])]
    way = FILMS
    if len(ways) > 1:
        way = st.segmented_control(
            f"What {plain(name)} goes by",
            ways,
            key=f"{key}-way-{one}",
            default=FILMS,
            required=True,
            label_visibility="collapsed",
        )
    question = Question()
    if way == PERSON:
        question = Question(user=pick_person("Which person", f"{key}-person-{one}", atlas))
    elif way == OWN:
        st.caption(f"{len(own):,} films of your own history.")
        question = Question(history=tuple(own))
    else:
        likes = pick(f"{plain(name)} likes", f"{key}-likes-{one}")
        dislikes = [
            film
            for film in pick(f"{plain(name)} does not like", f"{key}-dislikes-{one}")
            if film not in likes
        ]
        question = Question(tuple(likes), tuple(dislikes))
    if question == Question():
        st.caption(f"{plain(name)} has said nothing yet.")
    return name, question


def _add(key: str) -> None:
    ids: list[int] = st.session_state[f"{key}-ids"]
    st.session_state[f"{key}-ids"] = [*ids, max(ids) + 1]


def _remove(key: str, one: int) -> None:
    ids: list[int] = st.session_state[f"{key}-ids"]
    st.session_state[f"{key}-ids"] = [other for other in ids if other != one]
