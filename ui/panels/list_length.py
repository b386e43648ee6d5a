"""How a figure changes with the length of the list, on the Evaluate page."""

from functools import partial

import pandas as pd
import streamlit as st

from core.evaluation.metrics import Kind, metric_of
from core.evaluation.results import StoredResult
from core.evaluation.results.stored import split_label
from core.evaluation.results.tables import LEADERS, figure_label, over_k
from ui.charts import curves, palette
from ui.panels.evaluation import CONFIG
from ui.resources import once_measured
from ui.text import is_dark, plain

NO_LENGTH = {
    Kind.SCORES: "This figure looks at all films, not at a list, so no length changes it.",
    Kind.RATINGS: "This figure looks at predicted ratings, not at a list, so no length changes it.",
    Kind.FIRST: "This figure looks at the first film alone, so no length changes it.",
    Kind.CATALOG: "This figure is one of all lists together and has no value for each person, so it is not drawn here.",
}
"""Kind of metric -> why there is no curve of it."""
OLDER = (
    "This evaluation was stored before figures were worked out for every length of the list. Measure again to see them: "
    "what the methods answered is not asked again where it is kept."
)


def over_list_length(result: StoredResult, column: str) -> None:
    """The figure of every method over the length k of its list; in words where there is none, and why."""
    metric = metric_of(column)
    if metric.kind in NO_LENGTH:
        st.caption(NO_LENGTH[metric.kind])
        return
    if not result.over_k_json:
        st.caption(OLDER)
        return
    frame = over_k(result, column)
    if frame["k"].nunique() < 2:
        st.caption("There are no two lengths of list with this figure.")
        return
    draw = partial(
        curves.curve_figure,
        frame,
        palette.ink(is_dark()),
        title=f"{metric.label}@k",
        given="Length of the list, k films",
        over="k",
    )
    figure = once_measured(result, "over k", column, is_dark(), make=draw)
    alt = f"{metric.label} of every method by the length of the list."
    st.plotly_chart(figure, theme=None, config=CONFIG, key="over-k", alt=alt)
    st.caption(length_words(result, column, frame))


def length_words(result: StoredResult, column: str, frame: pd.DataFrame) -> str:
    """How the curves are to be read, in Markdown: what is cut where, whose lists they are, and what the colours mean.

    Args:
        result: What is shown.
        column: Such as "ndcg@10".
        frame: From `core.evaluation.results.tables.over_k`, of both.
    """
    words = [
        "The same lists, cut after k films (the cut-off): on the left what the first films are worth, on the right the "
        "whole list. Of all tested users, with 95 % intervals."
    ]
    if frame["method"].nunique() > frame.loc[frame["is_leading"], "method"].nunique():
        which = "highest" if metric_of(column).higher_is_better is None else "best"
        words.append(
            f"In colour: the {LEADERS} {which} by {figure_label(column)}; the others are grey and say their names on "
            "hovering."
        )
    if "means" in result.about:
        words.append("As in the table, means over all splits of this evaluation.")
    elif result.by_split:
        words.append(f"These are those of: {plain(split_label(result.about['slices_of']))}.")
    return " ".join(words)
