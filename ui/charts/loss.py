"""How far a network had learned after each pass over the films."""

import numpy as np
import plotly.graph_objects as go

from core.types import FloatMatrix
from ui.charts.palette import Ink


def loss_figure(loss: FloatMatrix, ink: Ink) -> go.Figure:
    """A network's loss, (epochs, 2), over its passes: films learned from, and films kept out."""
    passes = np.arange(1, len(loss) + 1)
    figure = go.Figure()
    for column, name, dash in ((0, "Films it learned from", "solid"), (1, "Films kept out", "dot")):
        if np.isfinite(loss[:, column]).any():
            figure.add_scatter(
                x=passes,
                y=loss[:, column],
                name=name,
                mode="lines+markers",
                marker={"size": 5},
                line={"color": ink.categories[column], "width": 2, "dash": dash},
                hovertemplate=f"{name}, pass %{{x}}: %{{y:.4f}}<extra></extra>",
            )
    axis = {"gridcolor": ink.faint, "zeroline": False, "fixedrange": True}
    figure.update_layout(
        height=260,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        dragmode=False,
        font={"color": ink.text, "family": "Source Sans, Source Sans Pro, sans-serif"},
        xaxis=axis | {"title": "Passes over the films", "automargin": True},
        yaxis=axis | {"title": "Mean loss", "rangemode": "tozero", "automargin": True},
        legend={"orientation": "h", "y": 1.12, "x": 0},
    )
    return figure
