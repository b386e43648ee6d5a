"""The map as an element of a page, drawn, moved and selected on in the browser by the scripts in `browser`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from ui.map.payload import PackedFilms

_FOLDER = Path(__file__).parent / "browser"
SCRIPTS = ("films", "painting", "view", "names", "marks", "legend", "gestures", "picture", "viewer", "doing")
"""Files that are joined in this order; the last one says who uses them."""


def script(last: str) -> str:
    """All scripts of the map in one, ending with who uses them: "component" or "standalone"."""
    return "\n".join((_FOLDER / f"{name}.js").read_text("utf-8") for name in (*SCRIPTS, last))


def style() -> str:
    """How the map looks."""
    return (_FOLDER / "map.css").read_text("utf-8")


@st.cache_resource
def _components() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The scripts, and the element that waits for them."""
    make = st.components.v2.component
    mount = (_FOLDER / "mount.js").read_text("utf-8")
    return make("movie_atlas_map_scripts", js=script("component")), make(
        "movie_atlas_map", css=style(), js=mount
    )


def send_scripts(where: str = "page") -> None:
    """Send what draws maps; once on a page, before its maps.

    Scripts and films are elements of their own: what a browser has already, Streamlit sends as a reference of a few bytes.

    Args:
        where: A dialog over the page has its own.
    """
    _components()[0](key=f"map-scripts-{where}")


def send_films(films: PackedFilms, where: str = "page") -> None:
    """Send the films of a map, as bytes: as text they would be a third more.

    Args:
        films: What is sent.
        where: As for the scripts.
    """
    _components()[1](key=f"films-{where}-{films.key}", data=films.content)


def _nothing() -> None:
    """Of a map that is only looked at."""


def map_view(
    key: str,
    told: Mapping[str, Any],
    on_done: Callable[[], None] = _nothing,
    on_view: Callable[[], None] = _nothing,
) -> None:
    """Draw a map.

    Args:
        key: Of the element; `st.session_state[key]` holds `done`, what was done, and `view`, what is in view.
        told: What is shown; see `show` in `browser/viewer.js`.
        on_done: Called when something was clicked, drawn or chosen.
        on_view: Called when what is in view has changed.
    """
    _components()[1](key=key, data=dict(told), on_done_change=on_done, on_view_change=on_view)


def one_map(
    key: str,
    films: PackedFilms,
    told: Mapping[str, Any],
    on_done: Callable[[], None] = _nothing,
    *,
    where: str = "page",
) -> None:
    """The only map of a page, with all that it needs; see `map_view` and `send_scripts`."""
    with st.container(key=f"films-of-{key}", gap=None):
        send_scripts(where)
        send_films(films, where)
    map_view(key, told, on_done)
