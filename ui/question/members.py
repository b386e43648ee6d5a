"""Who wants a film together, as parts of the address: up to five people, each by films, as somebody here, or by history."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.serving.together import FEWEST, LONGEST_NAME, MOST
from ui.question.part import Part, choice, films, number, person, words

FILMS, PERSON, OWN = "Films", "A person here", "My own films"
WAYS = (FILMS, PERSON, OWN)
COUNT = "members"
"""Name of the part that says how many people there are."""


def part_name(one: int, what: str) -> str:
    """What the address and the session call something of a person: "m1.like".

    Args:
        one: The person, from 1.
        what: "name", "way", "like", "dislike" or "user".
    """
    return f"m{one}.{what}"


def _of(one: int) -> tuple[Part, ...]:
    label = f"Person {one} goes by"
    return (
        words(part_name(one, "name"), LONGEST_NAME, "you"),
        choice(part_name(one, "way"), label, lambda _: WAYS, page="you"),
        films(part_name(one, "like"), "you"),
        films(part_name(one, "dislike"), "you"),
        person(part_name(one, "user"), "you"),
    )


MEMBERS = (
    number(COUNT, "How many people", FEWEST, MOST, FEWEST, page="you"),
    *(part for one in range(1, MOST + 1) for part in _of(one)),
)


_EMPTY: Mapping[str, Any] = {"name": "", "way": FILMS, "like": [], "dislike": [], "user": None}


def add() -> None:
    """One more person, who has said nothing."""
    st.session_state[COUNT] += 1


def remove(one: int) -> None:
    """Take a person away; those behind move up and keep what they said.

    Args:
        one: The person, from 1.
    """
    state = st.session_state
    last = state[COUNT]
    for what, empty in _EMPTY.items():
        said = [state[part_name(other, what)] for other in range(1, last + 1)]
        for other, value in enumerate([*said[: one - 1], *said[one:]], 1):
            state[part_name(other, what)] = value
        state[part_name(last, what)] = empty
    state[COUNT] = last - 1
