"""Everything against everything: a square of numbers, the fuller the colour the larger."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from ui.charts.literal import literal
from ui.charts.palette import DARK, Ink

FULL_LIGHT, FULL_DARK = "#55b3c7", "#0e6a80"
"""The largest number: one hue from the page's ground to here, on which numbers can be read throughout."""


def square_figure(
    values: npt.NDArray[np.float64],
    names: Sequence[str],
    numbers: Sequence[Sequence[str]],
    ink: Ink,
    *,
    what: str,
    span: tuple[float, float],
    cell: int,
    labels: int,
) -> go.Figure:
    """A heat map with the numbers in its cells; where a value is NaN, the ground is seen.

    Args:
        values: (n, n).
        names: Of rows and columns.
        numbers: What stands in the cells.
        ink: Colours of the theme.
        what: What the values are, for whoever points at one.
        span: The values that get no colour and the fullest.
        cell: Pixels of a row.
        labels: Pixels that names take.
    """
    shown = [literal(name) for name in names]
    places = list(range(len(shown)))  # two films of one name stay two rows
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=places,
            y=places,
            zmin=span[0],
            zmax=span[1],
            colorscale=[[0, ink.ground], [1, FULL_DARK if ink is DARK else FULL_LIGHT]],
            showscale=False,
            text=numbers,
            customdata=[[f"{row} and {column}" for column in shown] for row in shown],
            texttemplate="%{text}",
            textfont={"size": 11, "color": ink.text},
            hovertemplate=f"%{{customdata}}<br>{what}: %{{z:.3g}}<extra></extra>",
            hoverongaps=False,
            xgap=1,
            ygap=1,
        )
    )
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": ""} | {
        "tickfont": {"color": ink.text, "size": 12},
        "tickvals": places,
        "ticktext": shown,
    }
    figure.update_layout(
        height=cell * len(shown) + labels,
        margin={"l": labels, "r": 8, "t": 8, "b": labels - 20},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        dragmode=False,
        font={"color": ink.text, "size": 13, "family": "Source Sans, Source Sans Pro, sans-serif"},
        xaxis=axis | {"tickangle": -50},
        yaxis=axis | {"autorange": "reversed"},
    )
    return figure


def square_width(n: int, cell: int, labels: int) -> int:
    """Pixels that a square of n rows needs to be read."""
    return cell * n + labels + 8
