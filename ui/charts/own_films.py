"""A person's own films over a picture: ticks beside a matrix."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.exploration.rating_matrix import Grid
from ui.charts.palette import Ink

KINDS = {
    "liked": ("circle-open", "#0072b2"),
    "not liked": ("x-thin-open", "#d55e00"),
    "seen": ("circle-open", None),
}
"""What is said of a film -> its mark and its colour; None = the theme's quiet one. Marks differ without colours, too."""


def add_own_column(figure: go.Figure, grid: Grid, films: Mapping[str, Sequence[int]], ink: Ink) -> None:
    """Mark where a person's films stand along the films of a matrix, above its first row.

    Args:
        figure: The matrix.
        grid: Its cells.
        films: item_index by one of KINDS.
        ink: Colours of the theme.
    """
    place = np.empty(len(grid.items.index), np.int64)
    place[grid.items.index] = np.arange(len(place))
    height = float(grid.user_edges[-1]) * 0.035
    for row, (kind, items) in enumerate(films.items()):
        if not items:
            continue
        symbol, colour = KINDS[kind]
        figure.add_trace(
            go.Scattergl(
                x=place[list(items)] + 0.5,
                y=np.full(len(items), -height * (row + 1)),
                mode="markers",
                name=f"You: {kind}",
                hovertemplate=f"you: {kind}, film at place %{{x:,.0f}}<extra></extra>",
                marker={"size": 7, "symbol": symbol, "color": colour or ink.muted, "line": {"width": 1.5}},
            )
        )
    if any(films.values()):
        figure.update_yaxes(range=[float(grid.user_edges[-1]), -height * (len(films) + 1)])
