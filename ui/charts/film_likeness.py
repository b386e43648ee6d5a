"""How alike some films are, as a heat map with its numbers."""

import numpy as np
import plotly.graph_objects as go

from core.exploration.film_likeness import AlikeFilms
from ui.charts.literal import shortened
from ui.charts.palette import Ink
from ui.charts.squares import square_figure, square_width

CELL, LABELS = 32, 190
"""Pixels of a row, and of the films' names."""
LONGEST = 27
"""Letters of a name that fit there; what is longer is cut."""
PALEST = 0.15
"""How far the lowest number stands from the ground, as a share of all colours."""
UNITS = {2: "hundredths", 3: "thousandths", 4: "ten-thousandths", 5: "hundred-thousandths", 6: "millionths"}
"""Digits after the point -> what the cells count."""


def film_likeness_figure(found: AlikeFilms, labels: list[str], ink: Ink) -> go.Figure:
    """Every film against every other, alike ones beside each other; what the cells count says `unit_of`.

    Args:
        found: From `core.exploration.film_likeness.alike_films`.
        labels: "Title (Year)" of its films, in its order.
        ink: Colours of the theme.
    """
    factor = 10 ** digits_of(found)
    numbers = [["" if np.isnan(value) else f"{factor * value:.0f}" for value in row] for row in found.values]
    known = found.values[np.isfinite(found.values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    return square_figure(
        found.values,
        [shortened(label, LONGEST) for label in labels],
        [[number.replace("-0", "0") if number == "-0" else number for number in row] for row in numbers],
        ink,
        what="Likeness",
        # from a little below the lowest, which is still told from an empty cell
        span=(low - PALEST * (high - low), high) if high > low else (low - 1, low),
        cell=CELL,
        labels=LABELS,
    )


def digits_of(found: AlikeFilms) -> int:
    """How many digits after the point make the largest number at least ten; 2 for cosines."""
    largest = float(np.nanmax(np.abs(found.values))) if np.isfinite(found.values).any() else 0.0
    return next((n for n in UNITS if largest * 10**n >= 10), 2 if not largest else max(UNITS))


def unit_of(found: AlikeFilms) -> str:
    """What the numbers in the cells count: "hundredths"."""
    return UNITS[digits_of(found)]


def width_of(found: AlikeFilms) -> int:
    """Pixels that the figure needs to be read."""
    return square_width(len(found.items), CELL, LABELS)
