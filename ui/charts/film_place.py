"""A small picture of a map with one film on it; frames in, Plotly figures out, nothing here knows Streamlit."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.types import IndexVector
from ui.charts.film_map import CONFIG
from ui.charts.palette import Ink
from ui.charts.points import points_of

STILL = CONFIG | {"staticPlot": True}
PLACE_HEIGHT = 260


def place_figure(frame: pd.DataFrame, item: int, group_films: IndexVector, ink: Ink) -> go.Figure:
    """All films as dots, those of the film's group in a stronger colour, and the film ringed.

    Args:
        frame: `item_index`, `x` and `y` of every film that has a place, as `core.exploration.map_points.map_frame` has them.
        item: item_index of the film.
        group_films: item_index of the films of its group.
        ink: Colours of the theme.
    """
    is_group = frame["item_index"].isin(group_films)
    figure = go.Figure()
    figure.add_trace(_dots(frame[~is_group], f"rgba({ink.density},0.22)", 2.2, len(frame)))
    figure.add_trace(_dots(frame[is_group], f"rgba({ink.density},1)", 3.4, len(frame)))
    own = frame[frame["item_index"] == item]
    figure.add_trace(_dots(own, ink.accent, 5, len(frame)))
    ring = {"symbol": "circle-open", "line": {"width": 3, "color": ink.accent}}
    figure.add_trace(
        _dots(own, ink.accent, 16, len(frame), **ring)
    )  # drawn like the dots, or they would lie over it
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_layout(
        height=PLACE_HEIGHT,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis=axis | {"constrain": "domain"},
        yaxis=axis | {"scaleanchor": "x", "constrain": "domain"},
        showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return figure


def _dots(
    frame: pd.DataFrame, colour: str, size: float, n_films: int, **marker: Any
) -> go.Scatter | go.Scattergl:
    return points_of(n_films)(
        x=frame["x"].to_numpy(np.float32),
        y=frame["y"].to_numpy(np.float32),
        mode="markers",
        marker={"size": size, "color": colour, "line": {"width": 0}, **marker},
        hoverinfo="skip",
    )
