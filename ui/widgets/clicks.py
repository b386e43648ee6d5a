"""Clicks on what the pages draw as HTML: titles that open a film's page, thumbs, chips.

They change the session, and the page is drawn anew without being loaded again.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from core.serving import Atlas
from ui.question import changes

_FOLDER = Path(__file__).parent / "browser"
KEY = "_clicks"
LONGEST = 400
"""Characters of what is clicked; longer ones were not drawn here."""


@st.cache_resource
def _listener() -> Callable[..., Any]:
    return st.components.v2.component("movie_atlas_clicks", js=(_FOLDER / "clicks.js").read_text("utf-8"))


def listen(atlas: Atlas) -> None:
    """Be told of clicks; once in a run."""

    def done() -> None:
        _act(atlas, getattr(st.session_state.get(KEY), "done", None))

    _listener()(key=KEY, on_done_change=done)


def _act(atlas: Atlas, said: object) -> None:
    """Do what was clicked; it comes from a browser, so anything may stand in it."""
    if not isinstance(said, Mapping):
        return
    what, rank = str(said.get("what", "")), str(said.get("rank", "0"))
    if len(what) <= LONGEST:
        act(atlas, str(said.get("do", "")), what, int(rank) if rank.isascii() and rank.isdigit() else 0)


def act(atlas: Atlas, do: str, what: str, rank: int = 0) -> None:
    """Do what a click says: one of ACTIONS, or nothing."""
    if do in ACTIONS:
        ACTIONS[do](atlas, what, rank)


def _drop(atlas: Atlas, what: str, _: int) -> None:
    part, _equals, value = what.partition("=")
    changes.drop(atlas, part, value)


ACTIONS: dict[str, Callable[[Atlas, str, int], None]] = {
    "film": lambda _, what, __: changes.open_film(what),
    "who": lambda _, what, __: changes.open_person(what),
    "like": lambda _, what, rank: changes.say_of("like", what, rank),
    "dislike": lambda _, what, rank: changes.say_of("dislike", what, rank),
    "seen": lambda _, what, rank: changes.say_of("seen", what, rank),
    "map": lambda _, what, __: changes.go("map", at=what),
    "ask": lambda _, what, __: changes.go("recommend", like=[what], film=""),
    "undo": lambda _, __, ___: changes.undo(),
    "drop": _drop,
    "drop-all": lambda atlas, _, __: changes.drop_all(atlas),
}
"""What a click can do."""
