"""Who wants a film together: two to five people, each by films, as a person of the dataset, or by the visitor's history."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.domain import Question
from core.serving import Atlas
from core.serving.together import FEWEST, LONGEST_NAME, MOST
from ui.question import members
from ui.question.members import COUNT, FILMS, OWN, PERSON, part_name
from ui.text import plain
from ui.widgets.film_picker import pick_films
from ui.widgets.person_picker import pick_person

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


def members_form(atlas: Atlas, *, own: Sequence[tuple[int, float]] = ()) -> Members:
    """Draw the people, and buttons to add one and to take one away.

    Args:
        atlas: The films.
        own: The visitor's own history, as `Matched.weights`; () = they have none.
    """
    count = int(st.session_state[COUNT])
    asked: list[tuple[str, Question]] = []
    for start in range(1, count + 1, IN_A_ROW):
        # as many columns in every row, so that nobody stands wider than the others
        row = range(start, min(start + IN_A_ROW, count + 1))
        for place, one in zip(st.columns(min(count, IN_A_ROW)), row, strict=False):
            with place, st.container(border=True):
                asked.append(_member(atlas, own, one))
    if count < MOST:
        st.button("Add a person", key="member-add", icon=":material/person_add:", on_click=members.add)
    names, questions = zip(*asked, strict=True)
    silent = tuple(name for name, question in asked if question == Question())
    return Members(names, questions, silent)


def _member(atlas: Atlas, own: Sequence[tuple[int, float]], one: int) -> tuple[str, Question]:
    """One person: a name, and what to go by."""
    with st.container(horizontal=True, vertical_alignment="bottom", wrap=False):
        usual = f"Person {one}"
        typed = st.text_input("Name", key=part_name(one, "name"), placeholder=usual, max_chars=LONGEST_NAME)
        name = (typed or "").strip() or usual
        if st.session_state[COUNT] > FEWEST:
            st.button(
                "",
                key=f"member-remove-{one}",
                icon=":material/person_remove:",
                help=f"Take {plain(name)} away",
                on_click=members.remove,
                args=(one,),
            )
    way = st.session_state[part_name(one, "way")]
    ways = [FILMS, *([PERSON] if len(atlas.interactions) else []), *([OWN] if own or way == OWN else [])]
    if way not in ways:
        st.session_state[part_name(one, "way")] = FILMS
    if len(ways) > 1:
        st.segmented_control(
            f"What {plain(name)} goes by",
            ways,
            key=part_name(one, "way"),
            required=True,
            label_visibility="collapsed",
        )
    question = _goes_by(atlas, own, one, name, st.session_state[part_name(one, "way")])
    if question == Question():
        st.caption(f"{plain(name)} has said nothing yet.")
    return name, question


def _goes_by(atlas: Atlas, own: Sequence[tuple[int, float]], one: int, name: str, way: str) -> Question:
    if way == PERSON:
        return Question(user=pick_person("Which person", part_name(one, "user"), atlas))
    if way == OWN:
        st.caption(f"{len(own):,} films of your own." if own else "Load your films under “Your films” first.")
        return Question(history=tuple(own))
    likes = pick_films(f"{plain(name)} likes", part_name(one, "like"), atlas)
    dislikes = pick_films(f"{plain(name)} does not like", part_name(one, "dislike"), atlas)
    return Question(tuple(likes), tuple(film for film in dislikes if film not in likes))
