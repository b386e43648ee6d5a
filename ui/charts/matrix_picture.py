"""The rating matrix as the browser draws it: cells as bytes, colours, names and marks; nothing here knows Streamlit."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.domain import Interactions
from core.exploration.prediction_errors import Errors
from core.exploration.rating_matrix import MOST_CELLS, Area, Grid
from core.exploration.rating_orders import Order
from core.types import IndexVector
from ui.charts.compact import smallest
from ui.charts.palette import Ink

SPARSE_TO_FULL = {
    False: ("#dfe9e6", "#a3c8c9", "#5d9fac", "#2a6f87", "#124a66", "#072742"),
    True: ("#1d2f38", "#28515f", "#3b7f92", "#6fb3b8", "#b5dcc9", "#f6f8dc"),
}
"""Colours from one rating to every pair rated, on a light and on a dark ground, by whether it is dark.

Even steps in lightness away from the ground: colour-blind people see the same, and a lonely rating stays quiet.
"""

WORST_TO_BEST = {
    False: ("#f0c47a", "#e08f62", "#c45c6c", "#8b3a7c", "#4a2270"),
    True: ("#5a4390", "#9a4f96", "#d8687f", "#f2a065", "#ffe7a0"),
}
"""Colours of stars, lowest first, even in lightness as above; the lowest still stands out from the ground."""

ABOVE_AND_BELOW = {
    False: ("#08519c", "#5a9bd0", "#d9d5cc", "#e0965a", "#9a3b00"),
    True: ("#8cc8ff", "#3f86bd", "#3c4248", "#c27c3a", "#ffc07f"),
}
"""Colours from below 0 (blue) to above (orange), which colour-blind people tell apart; 0 is quiet, yet no blank."""

OWN_FILMS = {
    "liked": ("circle-open", "#0072b2"),
    "not liked": ("x-thin-open", "#d55e00"),
    "seen": ("circle-open", None),
}
"""What a visitor says of a film -> its mark and colour; None = the theme's quiet one. Marks differ without colours, too."""

MOST_STEPS = 65534
"""Steps between the lowest and the highest value that is sent; one more means that there is none."""


@dataclass(frozen=True, eq=False)
class Shade:
    """What the colour of a cell says.

    Attributes:
        title: What it is, for the colour bar.
        colours: The ramp, lowest first.
        low, high: The values at its ends.
        ticks: Places along the bar, 0 to 1, and what stands there.
        values: (rows, columns) what is coloured, NaN where there is nothing.
        word: What a value is called where a cell is pointed at.
        framed: (rows, columns) single ratings that have a frame, None = none has.
        framed_word: What a frame means.
    """

    title: str
    colours: Sequence[str]
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    values: npt.NDArray[np.float64]
    word: str
    framed: npt.NDArray[np.bool_] | None = None
    framed_word: str = ""


def shade_of(grid: Grid, interactions: Interactions, *, is_dark: bool) -> Shade:
    """How full each cell is; single ratings are told by their stars, where there are stars."""
    if grid.is_single and interactions.is_explicit:
        return stars(grid, interactions.scale, is_dark=is_dark)
    return density(grid, is_dark=is_dark)


def density(grid: Grid, *, is_dark: bool) -> Shade:
    """The share of each cell's pairs that are rated, on a logarithmic scale.

    The lowest colour is one rating in a cell of the picture of everything, near and far: colours mean the same while one
    zooms.

    Args:
        grid: The part that is shown.
        is_dark: Whether the ground is dark: the fullest cells stand out from it most.
    """
    sides = zip((len(grid.users.index), len(grid.items.index)), MOST_CELLS, strict=True)
    low = min(-sum(float(np.log10(max(n / most, 1))) for n, most in sides), -1.0)
    share = np.where(grid.counts > 0, grid.counts / np.maximum(grid.pairs, 1), np.nan)
    tens = range(int(np.ceil(low)), 1)
    ticks = [(1 - ten / low, f"{100 * 10.0**ten:.10g} %") for ten in tens]
    return Shade("Pairs rated", SPARSE_TO_FULL[is_dark], low, 0.0, ticks, np.log10(share), "")


def stars(grid: Grid, scale: tuple[float, float], *, is_dark: bool) -> Shade:
    """Single ratings where each cell is one pair, else the mean of each cell."""
    low, high = scale
    ticks = [(t, f"{low + t * (high - low):.3g}") for t in (0.0, 0.5, 1.0)]
    title, word = ("Rating", "rating") if grid.is_single else ("Mean rating", "mean")
    return Shade(title, WORST_TO_BEST[is_dark], low, high, ticks, grid.means, word)


def errors(found: Errors, *, is_dark: bool) -> Shade:
    """What a method misses, as far as the largest of it goes on either side of 0."""
    known = np.abs(found.means[np.isfinite(found.means)])
    most = max(float(known.max(initial=0)), 0.1)
    ticks = [(0.0, f"−{most:.2g}"), (0.5, "0"), (1.0, f"+{most:.2g}")]
    title = "Rating − prediction" if found.in_stars else "Own place − method’s place"
    return Shade(title, ABOVE_AND_BELOW[is_dark], -most, most, ticks, found.means, "error")


def hidden(grid: Grid, hidden_there: Grid, interactions: Interactions, *, is_dark: bool) -> Shade:
    """Which ratings were hidden: each has a frame where cells are single, else the share of a cell's ratings.

    Args:
        grid: The part that is shown.
        hidden_there: Its hidden ratings, in the same cells.
        interactions: All ratings.
        is_dark: Whether the ground is dark.
    """
    if grid.is_single:
        near = shade_of(grid, interactions, is_dark=is_dark)
        return replace(near, framed=hidden_there.counts > 0, framed_word="hidden")
    share = np.where(grid.counts > 0, hidden_there.counts / np.maximum(grid.counts, 1), np.nan)
    ticks = [(t, f"{t:.0%}") for t in (0.0, 0.5, 1.0)]
    return Shade("Share of ratings hidden", SPARSE_TO_FULL[is_dark], 0.0, 1.0, ticks, share, "share hidden")


def cells(grid: Grid, shade: Shade) -> dict[str, Any]:
    """The cells of a part and their colours, for `matrix_view.js`.

    Ratings and values of each cell are sent as bytes, at most six a cell: below 310 kB as text for the largest picture.
    """
    counts = smallest(grid.counts)
    if counts.dtype.itemsize > 4:
        raise OverflowError("a cell holds more ratings than are sent")
    spread = (shade.values - shade.low) / (shade.high - shade.low)
    known = np.isfinite(spread)
    steps = np.where(known, 1 + np.clip(np.nan_to_num(spread), 0, 1) * (MOST_STEPS - 1), 0)
    return {
        "area": _area(grid.area),
        "shape": list(grid.counts.shape),
        "isSingle": grid.is_single,
        "counts": _text(counts),
        "width": counts.dtype.itemsize,
        "values": _text(np.round(steps).astype("<u2")),
        "low": shade.low,
        "high": shade.high,
        "steps": MOST_STEPS,
        "word": shade.word,
        "colours": list(shade.colours),
        "framed": [] if shade.framed is None else np.flatnonzero(shade.framed).tolist(),
        "framedWord": shade.framed_word,
        "bar": {"title": shade.title, "ticks": [list(tick) for tick in shade.ticks]},
    }


def axis(
    order: Order, first: int, last: int, most_names: int, names: Sequence[str] | npt.NDArray[np.object_]
) -> dict[str, Any]:
    """What stands along one side of the part from `first` to `last`.

    Args:
        order: Of the people or films there.
        first: Where the part begins.
        last: Where it ends.
        most_names: So many names are sent; where there are more, only the order's ticks.
        names: What everybody is called, by user_index or item_index.
    """
    index = order.index[first:last]
    are_named = len(index) <= most_names
    return {
        "title": order.title,
        "n": len(order.index),
        "ticks": [list(tick) for tick in order.ticks(first, last)],
        "first": first,
        "names": [str(names[at]) for at in index.tolist()] if are_named else [],
    }


def own_marks(places: IndexVector, films: Mapping[str, Sequence[int]], ink: Ink) -> list[dict[str, Any]]:
    """A visitor's own films above the first row: a line of marks for each kind.

    Args:
        places: (n_items,) where each film stands.
        films: item_index by one of OWN_FILMS.
        ink: Colours of the theme.
    """
    return [
        {
            "kind": kind,
            "isCross": OWN_FILMS[kind][0].startswith("x"),
            "colour": OWN_FILMS[kind][1] or ink.muted,
            "places": sorted(places[list(items)].tolist()),
        }
        for kind, items in films.items()
        if items
    ]


def _area(area: Area) -> list[int]:
    return [area.first_user, area.last_user, area.first_item, area.last_item]


def _text(values: npt.NDArray[Any]) -> str:
    """Little-endian bytes as text."""
    return base64.b64encode(values.astype(values.dtype.newbyteorder("<")).tobytes()).decode("ascii")
