"""How far all methods agree, as a heat map."""

import plotly.graph_objects as go

from core.exploration.method_agreement import MethodAgreement
from ui.charts.palette import Ink
from ui.charts.squares import square_figure, square_width

CELL = 36
"""Pixels of a row."""
LABELS = 140
"""Pixels that methods' names take."""

MEASURES = {"rbo": "Order (RBO)", "overlap": "Films in common"}
"""What can be shown, and its name for people."""


def method_agreement_figure(found: MethodAgreement, ink: Ink, *, measure: str = "rbo") -> go.Figure:
    """Every method against every other, alike ones beside each other; numbers in hundredths.

    Args:
        found: From `core.exploration.method_agreement.agreement_of_all`.
        ink: Colours of the theme.
        measure: One of `MEASURES`.
    """
    values = found.rbo if measure == "rbo" else found.overlap
    return square_figure(
        values,
        found.labels,
        [[f"{100 * value:.0f}" for value in row] for row in values],
        ink,
        what=MEASURES[measure],
        span=(0, 1),
        cell=CELL,
        labels=LABELS,
    )


def width_of(found: MethodAgreement) -> int:
    """Pixels that the figure needs to be read."""
    return square_width(len(found.labels), CELL, LABELS)
