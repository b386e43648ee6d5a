"""What accuracy costs, on the Evaluate page: one figure against another, and which methods nothing else beats on both."""

from functools import partial

import pandas as pd
import streamlit as st

from core.evaluation.results import StoredResult
from core.evaluation.results.efficient import direction, frontier
from core.evaluation.results.stored import COSTS
from core.evaluation.results.tables import against, figure_label
from ui.charts import evaluation, palette
from ui.panels.evaluation import CONFIG
from ui.resources import once_measured
from ui.text import is_dark, plain

AXES = ("coverage", "novelty", "diversity", "popularity_lift", "famous", "famous50")
"""Figures that accuracy may be held against, beside the costs."""


def trade_offs(result: StoredResult, column: str) -> None:
    """The chosen figure against coverage, novelty, fame and costs."""
    cutoff = column.partition("@")[2] or str(result.about["k"][0])
    wanted = [f"{name}@{cutoff}" for name in AXES]
    axes = {figure_label(c): c for c in wanted if c in result.columns and c != column}
    axes |= {f"{axis} ({unit})": axis for axis, (*_, unit) in COSTS.items()}
    left, right = st.columns(2, gap="medium")
    for place, (side, index) in enumerate(((left, 0), (right, min(1, len(axes) - 1)))):
        with side:
            chosen = st.selectbox("Against", list(axes), index, key=f"against-{place}")
            other = axes[chosen]
            frame = against(result, column, other)
            if frame.empty:
                st.info("No method has both figures.", icon=":material/search_off:")
                continue
            border, label = frontier(frame, column, other), figure_label(column)
            draw = partial(
                evaluation.against_figure,
                frame,
                border,
                palette.ink(is_dark()),
                x_title=chosen,
                y_title=label,
                log_x=other in COSTS,
            )
            figure = once_measured(result, "against", column, other, is_dark(), make=draw)
            names = ", ".join(frame["method"][frame["is_efficient"]])
            st.plotly_chart(
                figure,
                theme=None,
                config=CONFIG,
                key=f"trade-{place}",
                alt=f"{label} against {chosen}, by method. Efficient: {names}.",
            )
            st.caption(efficient_words(frame, column, other, is_joined=len(border) > 0))


def efficient_words(frame: pd.DataFrame, column: str, other: str, *, is_joined: bool) -> str:
    """What the line and the full points mean, and which methods they are, in Markdown.

    Args:
        frame: From `core.evaluation.results.tables.against`, of these axes.
        column: On the vertical axis.
        other: On the horizontal axis.
        is_joined: Whether the efficient methods are joined by a line.
    """
    names = [f"**{plain(name)}**" for name in frame["method"][frame["is_efficient"]]]
    if not names:
        return "No method has a value on both axes."
    if len(frame) == 1:
        return f"Only {names[0]} has both figures: there is nothing to hold it against."
    better = "both better and cheaper" if other in COSTS else "better in both figures"
    words = [
        f"Nothing here is {better} than: {', '.join(names)}.",
        "Full points are *efficient* (Pareto): no other method is at least as good on both axes and better on one. Hollow "
        "ones are beaten by such a method.",
    ]
    if is_joined:
        words.append(
            "The line joins the efficient ones (Pareto frontier): along it more of the one costs some of the other, and no "
            "method lies beyond it."
        )
    words += [
        f"{figure_label(axis)} has no better direction: the nearer to 0, the balanced value, the better."
        for axis in (column, other)
        if direction(axis) is None
    ]
    if not is_joined and len(frame.loc[frame["is_efficient"], ["x", "y"]].drop_duplicates()) > 1:
        words.append("The efficient ones lie on both sides of 0, so no line joins them.")
    words.append("By the means alone: within the intervals others may be as good.")
    return " ".join(words)
