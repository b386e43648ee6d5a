"""The rating matrix to look into: what the browser draws of it, and what it says back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import AtlasError
from core.exploration.rating_histories import find_user
from core.exploration.rating_matrix import MOST_CELLS, Area, Grid, whole, within
from core.serving import Atlas
from core.types import IndexVector
from ui.charts import matrix_picture as drawn
from ui.charts.palette import Ink
from ui.question.asked import film_called, own_films

_FOLDER = Path(__file__).parent / "browser"
_SCRIPTS = ("matrix_drawing.js", "matrix_view.js", "matrix_input.js")
VIEWS_BELOW = ("person", "film", "pair")
"""Clicks that choose what the views below the picture show, so that the whole page is drawn anew."""


@st.cache_resource
def _viewer() -> Callable[..., Any]:
    js = "\n".join((_FOLDER / name).read_text("utf-8") for name in _SCRIPTS)
    css = (_FOLDER / "matrix_view.css").read_text("utf-8")
    return st.components.v2.component("movie_atlas_matrix", css=css, js=js)


@dataclass(frozen=True, eq=False)
class Picture:
    """What is to be drawn.

    Attributes:
        grid: The part in view, in cells.
        shade: Their colours.
        orders: What the places in it go by; a click that was made in other orders is none.
        label: What the picture shows, in a sentence.
    """

    grid: Grid
    shade: drawn.Shade
    orders: str
    label: str


def shown_area(atlas: Atlas) -> Area:
    """The part in view."""
    return area_of(st.session_state["window"], atlas) or whole(atlas.interactions)


def area_of(said: object, atlas: Atlas) -> Area | None:
    """Four places as a part of the matrix; None where they are no such thing."""
    if not isinstance(said, Sequence) or isinstance(said, str) or len(said) != 4:
        return None
    if not all(isinstance(place, int) and not isinstance(place, bool) for place in said):
        return None
    return within(Area(*said), whole(atlas.interactions))


def matrix_view(atlas: Atlas, picture: Picture, ink: Ink) -> None:
    """Draw the picture and do what is clicked in it."""
    grid, area = picture.grid, picture.grid.area
    key = f"{atlas.name}-{picture.orders}"
    name = f"matrix-view-{atlas.name}"
    answer = _viewer()(
        key=name,
        data={
            "key": key,
            "label": picture.label,
            "window": [area.first_user, area.last_user, area.first_item, area.last_item],
            "cells": drawn.cells(grid, picture.shade),
            "rows": drawn.axis(
                grid.users, area.first_user, area.last_user, MOST_CELLS[0], atlas.interactions.user_ids
            ),
            "columns": drawn.axis(
                grid.items, area.first_item, area.last_item, MOST_CELLS[1], atlas.titles.labels
            ),
            "marks": _marks(atlas, grid, ink),
            "ink": {"text": ink.text, "muted": ink.muted, "accent": ink.accent, "ground": ink.ground},
        },
        on_window_change=partial(_heard, atlas, name, "window", key, grid),
        on_picked_change=partial(_heard, atlas, name, "picked", key, grid),
    )
    picked = getattr(answer, "picked", None)
    if isinstance(picked, Mapping) and picked.get("do") in VIEWS_BELOW:
        st.rerun()


def _marks(atlas: Atlas, grid: Grid, ink: Ink) -> dict[str, Any]:
    """What stands out: the marked part, the chosen person and film, and a visitor's own films."""
    places = grid.items.places()
    try:
        user = find_user(atlas.interactions, str(st.session_state["person"] or ""))
    except AtlasError:  # said where the person is chosen
        user = None
    chosen = [film_called(atlas, text) for text in st.session_state["column"][-1:]]
    film = chosen[0] if chosen else None
    return {
        "own": drawn.own_marks(places, own_films(atlas), ink),
        "block": st.session_state["block"],
        "person": None if user is None else int(grid.users.places()[user]),
        "film": None if film is None else int(places[film]),
    }


def _heard(atlas: Atlas, name: str, what: str, key: str, grid: Grid) -> None:
    """The browser says something; anything may stand in it."""
    said = getattr(st.session_state.get(name), what, None)
    if isinstance(said, Mapping) and said.get("key") == key:
        {"window": _look, "picked": _pick}[what](atlas, grid, said)


def _look(atlas: Atlas, grid: Grid, said: Mapping[str, object]) -> None:
    """Another part comes into view."""
    if area := area_of(said.get("area"), atlas):
        st.session_state["window"] = None if area == whole(atlas.interactions) else _places(area)


def _pick(atlas: Atlas, grid: Grid, said: Mapping[str, object]) -> None:
    """A cell, a box, a rating or a name was chosen."""
    do = said.get("do")
    if do == "clear":
        st.session_state["block"] = None
    elif do == "block" and (area := area_of(said.get("area"), atlas)):
        st.session_state["block"] = _places(area)
    elif do in VIEWS_BELOW:
        user, item = (
            _at(grid.users.index, said.get("user")) if do != "film" else None,
            _at(grid.items.index, said.get("item")) if do != "person" else None,
        )
        if user is not None:
            st.session_state["person"] = str(atlas.interactions.user_ids[user])
        if item is not None:
            st.session_state["column"] = [atlas.titles.options[item]]


def _places(area: Area) -> tuple[int, int, int, int]:
    return area.first_user, area.last_user, area.first_item, area.last_item


def _at(index: IndexVector, place: object) -> int | None:
    """Who stands at a place; None where it is none."""
    if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(index):
        return None
    return int(index[place])
