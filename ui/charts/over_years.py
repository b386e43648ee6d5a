"""Ratings along time: means with their intervals, and a film's waves."""

import pandas as pd
import plotly.graph_objects as go

from ui.charts.palette import Ink
from ui.charts.shared import layout

HEIGHT = 250
MOST_LABELS = 14
"""Names that fit below the picture."""


def means_figure(table: pd.DataFrame, ink: Ink, *, x: str, y: str) -> go.Figure:
    """Means as points with their intervals.

    Args:
        table: `label`, `n`, `n_people`, `mean`, `low` and `high`, one row a point; from `core.exploration.rating_drift`.
        ink: Colours of the theme.
        x: What the rows are.
        y: What the means are.
    """
    figure = go.Figure(
        go.Scatter(
            x=table["label"],
            y=table["mean"],
            error_y={
                "type": "data",
                "array": table["high"] - table["mean"],
                "arrayminus": table["mean"] - table["low"],
                "color": ink.muted,
                "thickness": 1.3,
                "width": 3,
            },
            mode="lines+markers",
            line={"color": f"rgba({ink.density},0.45)", "width": 1.2},
            marker={"size": 7, "color": f"rgb({ink.density})"},
            customdata=table[["n", "n_people", "low", "high"]],
            hovertemplate="%{x}: %{y:.2f} (%{customdata[2]:.2f} to %{customdata[3]:.2f})<br>ratings %{customdata[0]:,}, "
            "people %{customdata[1]:,}<extra></extra>",
        )
    )
    figure.update_layout(
        **layout(ink, HEIGHT),
        margin={"l": 8, "r": 8, "t": 6, "b": 8},
        xaxis=_axis(ink, x) | {"type": "category"},
        yaxis=_axis(ink, y),
    )
    figure.update_xaxes(nticks=MOST_LABELS, showgrid=False)
    return figure


def wave_figure(wave: pd.DataFrame, ink: Ink) -> go.Figure:
    """A film's ratings by years since its release as bars, what is usual as a line.

    Args:
        wave: From `core.exploration.film_waves.wave_of_film`.
        ink: Colours of the theme.
    """
    figure = go.Figure(
        go.Bar(
            x=wave["age"],
            y=wave["n"],
            name="Ratings",
            customdata=wave["mean"],
            marker={"color": f"rgba({ink.density},0.78)", "line": {"width": 0}},
            hovertemplate="%{x} years after its release: %{y:,}, mean %{customdata:.2f}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=wave["age"],
            y=wave["usual"],
            name="Its usual share of all ratings",
            mode="lines",
            line={"color": ink.accent, "width": 2, "shape": "hvh"},
            hovertemplate="usual: %{y:.1f}<extra></extra>",
        )
    )
    figure.update_layout(
        **layout(ink, HEIGHT),
        margin={"l": 8, "r": 8, "t": 6, "b": 8},
        bargap=0.12,
        xaxis=_axis(ink, "Years since its release") | {"showgrid": False},
        yaxis=_axis(ink, "Ratings"),
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "title": None},
    )
    return figure


def _axis(ink: Ink, title: str) -> dict[str, object]:
    return {
        "title": {"text": title, "standoff": 4},
        "gridcolor": ink.faint,
        "zeroline": False,
        "automargin": True,
    }
