"""A person's own films over the pictures: rings on a map, and what marks they get beside a matrix."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.types import FloatMatrix
from ui.charts.literal import literal
from ui.charts.palette import Ink
from ui.charts.points import points_of

KINDS = {
    "liked": ("circle-open", "#0072b2"),
    "not liked": ("x-thin-open", "#d55e00"),
    "seen": ("circle-open", None),
}
"""What is said of a film -> its mark and its colour; None = the theme's quiet one. Marks differ without colours, too."""


def add_own_films(
    figure: go.Figure,
    points: FloatMatrix,
    films: Mapping[str, Sequence[int]],
    labels: Sequence[str],
    ink: Ink,
) -> None:
    """Mark a person's films on a map.

    Args:
        figure: The map.
        points: (n_items, 2) where films stand.
        films: item_index by one of KINDS.
        labels: "Title (Year)" by item_index.
        ink: Colours of the theme.
    """
    for kind, items in films.items():
        there = [item for item in items if np.isfinite(points[item]).all()]
        if not there:
            continue
        symbol, colour = KINDS[kind]
        figure.add_trace(
            points_of(len(points))(
                x=points[there, 0],
                y=points[there, 1],
                customdata=np.asarray(there, np.int32),
                text=[literal(labels[item]) for item in there],
                hovertemplate="%{text}<extra>you: " + kind + "</extra>",
                mode="markers",
                name=f"You: {kind} ({len(there):,})",
                marker={"size": 11, "symbol": symbol, "color": colour or ink.muted, "line": {"width": 2}},
                selected={"marker": {"opacity": 1}},
                unselected={"marker": {"opacity": 0.5}},
            )
        )
