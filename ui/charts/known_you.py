"""How well each method would have known a person, as a figure: frame in, Plotly figure out."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ui.charts.literal import literal
from ui.charts.palette import Ink

ROW = 28
"""Pixels of a method's row."""
FINEST = 0.05
"""Smallest share in per cent that has a place on the axis."""
TICKS = (0.1, 0.5, 2, 10, 50)
"""Few enough to stand beside each other on a phone."""


def known_figure(frame: pd.DataFrame, ink: Ink) -> go.Figure:
    """A dot with its interval for every method, best on top and furthest right; popularity is a line through all.

    Args:
        frame: One row a method, best first: method, mean, low, high (shares in per cent), is_best, is_yardstick, and
            over: 1 = better than popularity beyond luck, -1 = worse, 0 = cannot be told.
        ink: Colours of the theme.
    """
    values = frame[["mean", "low", "high"]].clip(lower=FINEST)
    known = list(zip(frame["is_best"], frame["is_yardstick"], frame["over"].tolist(), strict=True))
    colours = [_colour(bool(best), bool(yardstick), over, ink) for best, yardstick, over in known]
    symbols = [
        "diamond" if yardstick else "circle" if best or over else "circle-open"
        for best, yardstick, over in known
    ]
    figure = go.Figure()
    for number, colour in enumerate(colours):
        figure.add_shape(
            type="line",
            x0=values["low"].iloc[number],
            x1=values["high"].iloc[number],
            y0=number,
            y1=number,
            line={"color": colour, "width": 2},
            opacity=0.55,
            layer="below",
        )
    figure.add_trace(
        go.Scatter(
            x=values["mean"],
            y=list(range(len(frame))),
            mode="markers",
            marker={"size": 11, "color": colours, "symbol": symbols, "line": {"width": 2, "color": colours}},
            customdata=frame[["mean", "low", "high"]].to_numpy(),
            text=[literal(name) for name in frame["method"]],
            hovertemplate="%{text}: best %{customdata[0]:.2g} %<br>95 %: %{customdata[1]:.2g} to "
            "%{customdata[2]:.2g} %<extra></extra>",
            showlegend=False,
        )
    )
    for at in values.loc[frame["is_yardstick"], "mean"]:
        figure.add_vline(x=float(at), line={"color": ink.muted, "width": 1, "dash": "dot"}, layer="below")
    low = float(values["low"].min())
    ticks = [tick for tick in (FINEST, *TICKS) if low / 2.6 <= tick]
    figure.update_layout(
        height=90 + ROW * len(frame),
        margin={"l": 8, "r": 14, "t": 8, "b": 64},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": ink.text, "size": 13, "family": "Source Sans, Source Sans Pro, sans-serif"},
        hovermode="closest",
        dragmode=False,
    )
    axis = {"gridcolor": ink.faint, "zeroline": False, "automargin": True, "fixedrange": True}
    figure.update_xaxes(
        **axis,
        type="log",
        range=[np.log10(110), np.log10(max(low * 0.8, FINEST * 0.8))],
        tickvals=ticks,
        ticktext=[f"{tick:g} %" for tick in ticks],
        title={
            "text": "On average in the best …<br>of the films you have not seen (right is better)",
            "font": {"size": 13},
        },
    )
    figure.update_yaxes(
        **axis | {"gridcolor": "rgba(0,0,0,0)"},
        range=[len(frame) - 0.5, -0.5],
        tickvals=list(range(len(frame))),
        ticktext=[literal(name) for name in frame["method"]],
    )
    return figure


def _colour(is_best: bool, is_yardstick: bool, over: int, ink: Ink) -> str:
    if is_best:
        return ink.accent
    if is_yardstick:
        return ink.text
    return ink.muted if over < 0 else ink.categories[4]
