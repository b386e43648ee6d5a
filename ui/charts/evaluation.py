"""Evaluations as figures: frames in, Plotly figures out; nothing here knows Streamlit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ui.charts.literal import literal
from ui.charts.palette import RAMP, Ink
from ui.charts.point_names import HEIGHT, name_points

ROW = 30
"""Pixels of a method's row."""


def leaderboard_figure(frame: pd.DataFrame, ink: Ink, *, title: str) -> go.Figure:
    """A dot with its interval for every method, best on top.

    Args:
        frame: From `StoredResult.figures`.
        ink: Colours of the theme.
        title: What is measured.
    """
    figure = go.Figure(_dots(frame, ink))
    finish(figure, ink, height=70 + ROW * len(frame))
    names = [_row(rank, name) for rank, name in zip(frame["rank"], frame["method"], strict=True)]
    figure.update_yaxes(
        autorange="reversed", tickvals=list(range(len(frame))), ticktext=names, showgrid=False
    )
    figure.update_xaxes(title=title, range=_range(frame["low"], frame["high"]))
    return figure


def _row(rank: int, name: str) -> str:
    return f"{literal(name)}  <b>{rank}</b>"


def _dots(frame: pd.DataFrame, ink: Ink, *, showscale: bool = False) -> go.Scatter:
    """Means with their intervals, one below the other; the best in the accent colour."""
    colours = [ink.accent if rank == 1 else ink.categories[4] for rank in frame.get("rank", [0] * len(frame))]
    return go.Scatter(
        x=frame["mean"],
        y=list(range(len(frame))) if "row" not in frame else frame["row"],
        error_x=bars(frame["mean"], frame["low"], frame["high"], ink),
        mode="markers",
        marker={"size": 10, "color": colours, "line": {"width": 1, "color": ink.ground}},
        customdata=np.stack([frame["low"], frame["high"], frame["n_users"]], axis=1) if len(frame) else None,
        text=[literal(name) for name in frame["method"]],
        hovertemplate="%{text}: %{x:.4f}<br>95 %: %{customdata[0]:.4f} to %{customdata[1]:.4f}"
        "<br>%{customdata[2]:,} users<extra></extra>",
        showlegend=False,
    )


def bars(mean: pd.Series, low: pd.Series, high: pd.Series, ink: Ink) -> dict[str, object]:
    """Interval bars, as Plotly's `error_x` or `error_y`; where a bound is missing there is none."""
    return {
        "type": "data",
        "symmetric": False,
        "array": (high - mean).fillna(0),
        "arrayminus": (mean - low).fillna(0),
        "color": ink.muted,
        "thickness": 1.6,
        "width": 4,
    }


def against_figure(
    frame: pd.DataFrame,
    border: pd.DataFrame,
    ink: Ink,
    *,
    x_title: str,
    y_title: str,
    log_x: bool = False,
) -> go.Figure:
    """One figure against another, with both intervals and the methods' names; efficient ones are full and joined.

    Args:
        frame: From `core.evaluation.results.tables.against`.
        border: From `core.evaluation.results.efficient.frontier`, may be empty.
        ink: Colours of the theme.
        x_title: Name of the horizontal axis.
        y_title: Name of the vertical axis.
        log_x: Draw the horizontal axis in steps of ten (times and memory).
    """
    if log_x:  # a time of 0 has no place on this axis: it is drawn at the left end
        least = frame.loc[frame["x"] > 0, "x"].min()
        frame, border = (
            part.assign(x=part["x"].clip(lower=1e-4 if np.isnan(least) else least / 2))
            for part in (frame, border)
        )
    figure = go.Figure()
    if len(border):
        line = {"color": ink.accent, "width": 1.5}
        figure.add_trace(
            go.Scatter(
                x=border["x"], y=border["y"], mode="lines", line=line, hoverinfo="skip", showlegend=False
            )
        )
    figure.add_trace(
        go.Scatter(
            x=frame["x"],
            y=frame["y"],
            error_x=bars(frame["x"], frame["x_low"], frame["x_high"], ink),
            error_y=bars(frame["y"], frame["y_low"], frame["y_high"], ink),
            mode="markers",
            marker={
                "size": 11,
                "color": [ink.accent if full else ink.muted for full in frame["is_efficient"]],
                "symbol": ["circle" if full else "circle-open" for full in frame["is_efficient"]],
                "line": {"width": 1.5},
            },
            text=[literal(name) for name in frame["method"]],
            hovertemplate="%{text}<br>"
            + f"{literal(x_title)} %{{x:.4g}}<br>{literal(y_title)} %{{y:.4f}}<extra></extra>",
            showlegend=False,
        )
    )
    finish(figure, ink, height=HEIGHT)
    x_range = (
        _log_range(frame["x"])
        if log_x
        else _range(frame["x_low"].fillna(frame["x"]), frame["x_high"].fillna(frame["x"]))
    )
    y_range = _range(frame["y_low"], frame["y_high"])
    figure.update_xaxes(title=x_title, type="log" if log_x else "linear", range=x_range)
    figure.update_yaxes(title=y_title, range=y_range)
    name_points(figure, frame, (x_range, y_range), ink, log_x=log_x)
    return figure


def slices_figure(frame: pd.DataFrame, ink: Ink, *, title: str, slices: Sequence[str]) -> go.Figure:
    """A panel for every slice with a dot and its interval for every method; all share their rows and scale.

    Args:
        frame: From `core.evaluation.results.tables.sliced`.
        ink: Colours of the theme.
        title: What is measured.
        slices: The panels, left to right.
    """
    methods = list(dict.fromkeys(frame["method"]))
    heads = [_slice_head(frame[frame["slice"] == name], name) for name in slices]
    figure = make_subplots(
        1, len(slices), shared_yaxes=True, shared_xaxes=True, subplot_titles=heads, horizontal_spacing=0.015
    )
    limits = _range(frame["low"], frame["high"])
    for column, name in enumerate(slices, start=1):
        part = frame[frame["slice"] == name]
        rank = part["mean"].rank(ascending=False, method="first")
        part = part.assign(row=part["method"].map(methods.index), rank=rank)
        figure.add_trace(_dots(part, ink), row=1, col=column)
    finish(figure, ink, height=110 + (ROW - 4) * len(methods), top=48)
    figure.update_yaxes(
        range=[len(methods) - 0.5, -0.5],
        tickvals=list(range(len(methods))),
        ticktext=[literal(name) for name in methods],
        showgrid=False,
    )
    figure.update_xaxes(range=limits, nticks=4)
    figure.update_xaxes(title=title, row=1, col=1)
    figure.update_annotations(font={"size": 13, "color": ink.text})
    return figure


def _slice_head(part: pd.DataFrame, name: str) -> str:
    n_users = int(part["n_users"].max()) if len(part) else 0
    return f"<b>{literal(name)}</b><br>{n_users:,} users"


def heat_figure(frame: pd.DataFrame, ink: Ink, *, title: str, slices: Sequence[str]) -> go.Figure:
    """Methods in rows, slices in columns, the mean as colour and number; the interval on hovering."""
    methods = list(dict.fromkeys(frame["method"]))
    table = frame.set_index(["method", "slice"])[["mean", "low", "high", "n_users"]]
    index = pd.MultiIndex.from_product([methods, slices])
    cells = table.reindex(index).to_numpy(float).reshape(len(methods), len(slices), 4)
    figure = go.Figure(
        go.Heatmap(
            z=cells[:, :, 0],
            x=[literal(name) for name in slices],
            y=[literal(name) for name in methods],
            customdata=cells[:, :, 1:],
            texttemplate="%{z:.2f}",
            textfont={"size": 11},
            colorscale=RAMP,
            hovertemplate="%{y}, %{x}: %{z:.4f}<br>95 %: %{customdata[0]:.4f} to %{customdata[1]:.4f}"
            "<br>%{customdata[2]:,} users<extra></extra>",
            colorbar={"title": {"text": title}, "thickness": 10},
            xgap=1,
            ygap=1,
            hoverongaps=False,
        )
    )
    finish(figure, ink, height=150 + (ROW - 2) * len(methods), bottom=100)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False, tickangle=-40)
    return figure


def _range(low: pd.Series, high: pd.Series) -> list[float]:
    """From 0, where that is near, to a little above the highest bound."""
    lowest, highest = float(low.min()), float(high.max())
    if not np.isfinite([lowest, highest]).all():
        return [0.0, 1.0]
    start = 0.0 if 0 <= lowest < 0.5 * highest else lowest
    margin = max(highest - start, 1e-3) * 0.06
    return [start - margin, highest + margin]


def _log_range(values: pd.Series) -> list[float]:
    low, high = np.log10(values.min()), np.log10(values.max())
    margin = max(high - low, 0.5) * 0.12
    return [float(low - margin), float(high + margin)]


def finish(figure: go.Figure, ink: Ink, *, height: int, top: int = 12, bottom: int = 46) -> None:
    """What all figures of an evaluation share; height and margins in pixels."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 12, "t": top, "b": bottom},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": ink.text, "size": 13, "family": "Source Sans, Source Sans Pro, sans-serif"},
        hovermode="closest",
        dragmode=False,
    )
    axis = {"gridcolor": ink.faint, "zeroline": False, "automargin": True, "fixedrange": True}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
