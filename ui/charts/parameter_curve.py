"""How many films of a list stay when a parameter is turned: curve in, Plotly figure out."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.exploration.parameter_curve import ParameterCurve
from ui.charts.literal import literal
from ui.charts.palette import Ink
from ui.charts.shared import layout


def parameter_curve_figure(curve: ParameterCurve, labels: Sequence[str], ink: Ink) -> go.Figure:
    """Films kept against the parameter's values; what the method ships with is marked.

    Args:
        curve: From `core.exploration.parameter_curve`.
        labels: Label of every film, by item_index.
        ink: Colours of the theme.
    """
    frame = curve.frame
    first = [literal(labels[item]) if item >= 0 else "no film" for item in frame["first"]]
    is_usual = frame["value"] == curve.ships_with
    figure = go.Figure(
        go.Scatter(
            x=[f"{value:g}" for value in frame["value"]],
            y=frame["kept"],
            mode="lines+markers",
            line={"color": ink.categories[4], "width": 2},
            marker={
                "size": [13 if one else 8 for one in is_usual],
                "color": [ink.accent if one else ink.categories[4] for one in is_usual],
                "symbol": ["diamond" if one else "circle" for one in is_usual],
            },
            customdata=first,
            hovertemplate="%{x}: %{y} of the films stay<br>first: %{customdata}<extra></extra>",
            showlegend=False,
        )
    )
    figure.update_layout(**layout(ink, 250), margin={"l": 8, "r": 12, "t": 8, "b": 40}, dragmode=False)
    axis = {"gridcolor": ink.faint, "zeroline": False, "automargin": True, "fixedrange": True}
    figure.update_xaxes(**axis, type="category", title=literal(curve.name.replace("_", " ").capitalize()))
    figure.update_yaxes(**axis, range=[0, curve.k + 0.5], title=f"Films that stay, of {curve.k}")
    return figure
