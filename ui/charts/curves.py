"""Figures of an evaluation as curves: frames in, Plotly figures out; nothing here knows Streamlit."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from ui.charts.evaluation import bars, finish
from ui.charts.literal import literal
from ui.charts.palette import Ink
from ui.charts.point_names import HEIGHT

DASHES = ("solid", "dot", "dash")
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x")


def curve_figure(
    frame: pd.DataFrame,
    ink: Ink,
    *,
    title: str,
    given: str = "Known ratings of a new user",
    over: str = "n_known",
) -> go.Figure:
    """A line for every method over the number of given ratings, say, each point with its interval.

    Args:
        frame: From `core.evaluation.results.tables.curve` or `over_k`. With a column `is_leading`, all other methods are
            muted lines behind these, with their names and intervals on hovering.
        ink: Colours of the theme.
        title: What is measured.
        given: What is counted on the horizontal axis.
        over: The column that counts it.
    """
    figure, counts = go.Figure(), sorted(frame[over].unique().tolist())
    if "is_leading" in frame:
        _muted_lines(figure, frame[~frame["is_leading"]], ink, over, counts)
        frame = frame[frame["is_leading"]]
    last = frame.sort_values(over).groupby("method", sort=False)["mean"].last()
    for number, method in enumerate(last.sort_values(ascending=False, kind="stable").index):
        part = frame[frame["method"] == method]
        n_colours = len(ink.categories)
        colour = ink.categories[number % n_colours]
        figure.add_trace(
            go.Scatter(
                **_course(part, over, counts),
                error_y=bars(part["mean"], part["low"], part["high"], ink)
                | {"thickness": 1, "color": colour},
                mode="lines+markers",
                name=literal(method),
                line={
                    "color": colour,
                    "width": 2,
                    "dash": DASHES[number // n_colours % len(DASHES)],
                },
                marker={"size": 8, "symbol": _SYMBOLS[number % len(_SYMBOLS)]},
            )
        )
    finish(figure, ink, height=HEIGHT)
    figure.update_xaxes(title=given, tickvals=list(range(len(counts))), ticktext=counts)
    figure.update_yaxes(title=title, rangemode="tozero")
    return figure


def _muted_lines(figure: go.Figure, frame: pd.DataFrame, ink: Ink, over: str, counts: Sequence[int]) -> None:
    """Lines that are there for comparison, as one entry of the legend."""
    methods = list(dict.fromkeys(frame["method"]))
    for number, method in enumerate(methods):
        figure.add_trace(
            go.Scatter(
                **_course(frame[frame["method"] == method], over, counts),
                mode="lines+markers",
                name=f"{len(methods)} others" if len(methods) > 1 else literal(method),
                legendgroup="others",
                legendrank=1001,  # below the leading ones, which have 1000
                showlegend=number == 0,
                opacity=0.45,
                line={"color": ink.muted, "width": 1},
                marker={"size": 4},
            )
        )


def _course(part: pd.DataFrame, over: str, counts: Sequence[int]) -> dict[str, object]:
    """One method's points, evenly apart, and what is said on hovering."""
    return {
        "x": [counts.index(n) for n in part[over]],
        "y": part["mean"],
        "customdata": part[["low", "high"]],
        "hovertemplate": f"{literal(part['method'].iloc[0])}, %{{x}}: %{{y:.4f}}"
        "<br>95 %: %{customdata[0]:.4f} to %{customdata[1]:.4f}<extra></extra>",
    }
