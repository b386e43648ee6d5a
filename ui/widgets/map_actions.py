"""What is done on a map, done: it comes from a browser, so anything may stand in it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import streamlit as st

from core.errors import AtlasError, InvalidQueryError
from core.exploration.map_choice import read_choice
from core.serving import Atlas
from ui.question import changes
from ui.question.parts import PARTS


def act(atlas: Atlas, done: object) -> None:
    """Do what was done on a map; it comes from a browser, so anything may stand in it."""
    if isinstance(done, Mapping) and isinstance(do := done.get("do"), str) and do in ACTIONS:
        ACTIONS[do](atlas, done)


def _film(atlas: Atlas, done: Mapping[str, Any]) -> None:
    if (item := _item(atlas, done)) is not None:
        st.session_state["at"] = atlas.titles.options[item]


def _open(atlas: Atlas, done: Mapping[str, Any]) -> None:
    if (item := _item(atlas, done)) is not None:
        changes.open_film(atlas.titles.options[item])


def _item(atlas: Atlas, done: Mapping[str, Any]) -> int | None:
    item = done.get("item")
    return item if type(item) is int and 0 <= item < len(atlas.catalog) else None


def _loop(atlas: Atlas, done: Mapping[str, Any]) -> None:
    corners = done.get("polygon")
    pairs = corners if isinstance(corners, list) else []
    text = " ".join(
        ["loop", str(done.get("space")), *(",".join(map(str, p)) for p in pairs if isinstance(p, list))]
    )
    choose(text)


def _group(atlas: Atlas, done: Mapping[str, Any]) -> None:
    choose(f"group {done.get('space')} {done.get('level')} {done.get('group')}")


def choose(text: str) -> None:
    """Choose films, as `core.exploration.map_choice` writes it; what is no choice changes nothing."""
    with suppress(InvalidQueryError):
        st.session_state["chosen"] = read_choice(text).written()
        st.session_state["at"] = ""


def _clear(atlas: Atlas, done: Mapping[str, Any]) -> None:
    st.session_state["at"] = st.session_state["chosen"] = ""


ACTIONS: dict[str, Callable[[Atlas, Mapping[str, Any]], None]] = {
    "film": _film,
    "open": _open,
    "loop": _loop,
    "group": _group,
    "clear": _clear,
}
"""What can be done on a map."""


def open_clicked(atlas: Atlas, done: object) -> None:
    """Open the page of a film that was clicked, on a map where that is all that can be done."""
    if isinstance(done, Mapping) and done.get("do") in ("film", "open"):
        _open(atlas, done)


def clear() -> None:
    """Choose nothing any more."""
    st.session_state["at"] = st.session_state["chosen"] = ""


def keep_to_compare() -> None:
    """Keep what is selected, so that what is selected next is compared with it."""
    st.session_state["against"] = st.session_state["chosen"]


def compare_with_all() -> None:
    """Compare what is selected with all other films."""
    st.session_state["against"] = ""


def look(atlas: Atlas, view: object, *, part: str) -> None:
    """Remember what is in view, in a part of the address."""
    if isinstance(view, Mapping):
        with suppress(AtlasError, KeyError):
            text = ",".join(str(view[name]) for name in ("x", "y", "zoom"))
            st.session_state[part] = PARTS[part].read(atlas, [text])
