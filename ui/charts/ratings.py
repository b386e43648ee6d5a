"""Pictures of a rating matrix: frames and grids in, Plotly figures out; nothing here knows Streamlit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.exploration.rating_matrix import Grid
from core.exploration.rating_statistics import HEAD_SHARE, concentration
from core.types import IndexVector
from ui.charts.compact import smallest
from ui.charts.palette import Ink
from ui.charts.shared import CONFIG

STILL = CONFIG | {"scrollZoom": False, "displayModeBar": False}
"""Charts to be read: the wheel scrolls the page."""

CLICKED = CONFIG | {
    "scrollZoom": False,
    "modeBarButtonsToRemove": [*CONFIG["modeBarButtonsToRemove"], "lasso2d"],
}
"""Charts to be clicked."""

SPARSE_TO_FULL = {
    False: ("#dfe9e6", "#a3c8c9", "#5d9fac", "#2a6f87", "#124a66", "#072742"),
    True: ("#1d2f38", "#28515f", "#3b7f92", "#6fb3b8", "#b5dcc9", "#f6f8dc"),
}
"""Colours from one rating to every pair rated, on a light and on a dark ground, by whether it is dark.

Even steps in lightness away from the ground: colour-blind people see the same, and a lonely rating stays quiet.
"""

FONT = "Source Sans, Source Sans Pro, sans-serif"
MATRIX_HEIGHT = 560
SMALL_HEIGHT = 230
MOST_LETTERS = 26
"""Letters of all labels that fit below a small chart side by side; more are slanted."""


def matrix_figure(grid: Grid, ink: Ink, *, is_dark: bool) -> go.Figure:
    """The rating matrix: one rectangle a cell, its colour the share of its pairs that are rated.

    Args:
        grid: All ratings in cells.
        ink: Colours of the theme.
        is_dark: Whether the ground is dark: the fullest cells stand out from it most.
    """
    share = np.where(grid.counts > 0, grid.counts / np.maximum(grid.pairs, 1), np.nan)
    figure = go.Figure(
        go.Heatmap(
            x=smallest(grid.item_edges),
            y=smallest(grid.user_edges),
            z=np.log10(share).astype(np.float32),
            colorscale=SPARSE_TO_FULL[is_dark],
            colorbar=_share_bar(float(np.nanmin(share)), float(np.nanmax(share))),
            zmin=float(np.log10(np.nanmin(share))),
            zmax=float(np.log10(np.nanmax(share))),
            hoverinfo="skip",
        )
    )
    figure.add_trace(_handles(grid))
    axis = {"showgrid": False, "zeroline": False, "ticks": "outside", "ticklen": 4, "tickcolor": ink.muted}
    figure.update_layout(
        **_frame(ink, MATRIX_HEIGHT),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis=axis | _axis(grid.items.title, grid.items.ticks) | {"range": [0, int(grid.item_edges[-1])]},
        yaxis=axis | _axis(grid.users.title, grid.users.ticks) | {"range": [int(grid.user_edges[-1]), 0]},
        # Streamlit lets a click select nothing while dragging draws a box or a loop
        dragmode="zoom",
        clickmode="event+select",
        showlegend=False,
        newselection={"line": {"color": ink.accent, "width": 2, "dash": "solid"}},
    )
    return figure


def keep_zoom(figure: go.Figure, view: str) -> None:
    """Let a picture keep its zoom as long as `view` stays the same."""
    figure.update_layout(uirevision=view, selectionrevision=view)


def add_block(figure: go.Figure, block: tuple[slice, slice], ink: Ink) -> None:
    """Point out places of people and films in a matrix."""
    users, items = block
    figure.add_shape(
        type="rect",
        x0=items.start,
        x1=items.stop,
        y0=users.start,
        y1=users.stop,
        line={"color": ink.accent, "width": 2},
    )


def _handles(grid: Grid) -> go.Scattergl:
    """Invisible points in the middle of all cells: Plotly selects points, but no cells of a heat map."""
    x = (grid.item_edges[1:] + grid.item_edges[:-1]) / 2
    y = (grid.user_edges[1:] + grid.user_edges[:-1]) / 2
    share = grid.counts / np.maximum(grid.pairs, 1)
    return go.Scattergl(
        x=smallest(np.tile(x, len(y))),
        y=smallest(np.repeat(y, len(x))),
        customdata=smallest(np.arange(grid.counts.size)),
        hovertemplate="%{marker.color:.2%} of the pairs rated<br>films about place %{x:,.0f}, people about place %{y:,.0f}"
        "<extra></extra>",
        mode="markers",
        # a number that pointing shows: sent as an array, where a text would be sent for every cell
        marker={"size": 7, "opacity": 0, "symbol": "square", "color": share.ravel().astype(np.float32)},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
    )


def _share_bar(low: float, high: float) -> dict[str, object]:
    ticks = [t for t in range(-6, 1) if np.log10(low) - 0.05 <= t <= np.log10(high) + 0.05]
    ends = [np.log10(low), np.log10(high)] if len(ticks) < 2 else ticks
    return {
        "title": {"text": "Pairs rated", "side": "top"},
        "tickvals": [float(t) for t in ends],
        "ticktext": [f"{100 * 10.0**t:.2g} %" for t in ends],
        "thickness": 10,
        "len": 0.6,
        "y": 0.94,
        "yanchor": "top",
        "outlinewidth": 0,
    }


def _axis(title: str, ticks: Sequence[tuple[float, str]]) -> dict[str, object]:
    return {
        "title": {"text": title, "standoff": 6},
        "tickvals": [place for place, _ in ticks],
        "ticktext": [label for _, label in ticks],
        "automargin": True,
    }


def _frame(ink: Ink, height: int) -> dict[str, object]:
    return {
        "height": height,
        "hovermode": "closest",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": ink.text, "family": FONT},
        "hoverlabel": {
            "bgcolor": ink.ground,
            "bordercolor": ink.muted,
            "font": {"color": ink.text, "family": FONT},
        },
    }


def bars(
    table: pd.DataFrame, ink: Ink, *, x: str, y: str, hover: str = "", height: int = SMALL_HEIGHT
) -> go.Figure:
    """A histogram.

    Args:
        table: `label` and `n`, one row a bar; `mean` where `hover` shows it.
        ink: Colours of the theme.
        x: What the bars are.
        y: What their height counts.
        hover: What `mean` is called.
        height: Pixels.
    """
    angle = -40 if table["label"].str.len().sum() > MOST_LETTERS else 0
    more = f"<br>{hover} %{{customdata:.2f}}" if hover else ""
    figure = go.Figure(
        go.Bar(
            x=table["label"],
            y=table["n"],
            customdata=table["mean"] if hover else None,
            marker={"color": f"rgba({ink.density},0.78)", "line": {"width": 0}},
            hovertemplate=f"%{{x}}: %{{y:,}}{more}<extra></extra>",
        )
    )
    figure.update_layout(
        **_frame(ink, height),
        margin={"l": 8, "r": 8, "t": 6, "b": 8},
        bargap=0.12,
        xaxis={
            "title": {"text": x, "standoff": 4},
            "type": "category",
            "tickangle": angle,
            "automargin": True,
            "showgrid": False,
        },
        yaxis={
            "title": {"text": y, "standoff": 4},
            "automargin": True,
            "gridcolor": ink.faint,
            "zeroline": False,
        },
    )
    return figure


def concentration_figure(per_item: IndexVector, per_user: IndexVector, ink: Ink) -> go.Figure:
    """Which share of all ratings the most rated films and the most active people hold."""
    figure = go.Figure()
    lines = (("Films", per_item, ink.accent, "solid"), ("People", per_user, f"rgb({ink.density})", "dot"))
    for name, counts, colour, dash in lines:
        share, held = concentration(counts)
        figure.add_trace(
            go.Scatter(
                x=share.round(4),
                y=held.round(4),
                mode="lines",
                name=name,
                line={"color": colour, "width": 2.2, "dash": dash},
                hovertemplate=f"%{{x:.1%}} of {name.lower()} hold %{{y:.1%}} of the ratings<extra></extra>",
            )
        )
    figure.add_shape(
        type="line", x0=0, y0=0, x1=1, y1=1, line={"color": ink.muted, "width": 1, "dash": "dash"}
    )
    figure.add_hline(HEAD_SHARE, line={"color": ink.muted, "width": 1})
    percent = {"tickformat": ".0%", "gridcolor": ink.faint, "zeroline": False, "automargin": True}
    figure.update_layout(
        **_frame(ink, SMALL_HEIGHT),
        margin={"l": 8, "r": 8, "t": 6, "b": 8},
        xaxis=percent
        | {
            "title": {"text": "Most rated, most active first", "standoff": 4},
            "range": [0, 1.03],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
        },
        yaxis=percent | {"title": {"text": "Of all ratings", "standoff": 4}, "range": [0, 1.02]},
        legend={"x": 0.98, "y": 0.05, "xanchor": "right", "yanchor": "bottom", "title": None},
    )
    return figure
