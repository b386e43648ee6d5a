"""The parts of the Evaluate page: each draws one answer of a stored evaluation."""

from functools import partial
from typing import Any

import streamlit as st

from core.evaluation.metrics import metric_of
from core.evaluation.results import StoredResult
from core.evaluation.results.stored import COSTS
from core.evaluation.results.tables import BEATS, curve, figure_label, leaderboard, sliced
from core.exploration.downloads import safe_cells
from ui.charts import curves, evaluation, palette, shared
from ui.resources import once_measured
from ui.text import is_dark, plain, space_label

CONFIG = shared.STILL
ITEM_KINDS = {"popularity": "By how often films are rated", "genre": "By genre", "decade": "By decade"}
CELL = 35
"""Pixels of a table's row."""
POPULARITY = ("head", "middle", "tail", "never rated")


def definition(column: str) -> None:
    """What a figure means, in words and as a formula."""
    metric = metric_of(column)
    better = {True: "Higher is better.", False: "Lower is better.", None: "0 is the balanced value."}
    low, high = metric.bounds
    span = f"At least {low:g}." if high == float("inf") else f"Between {low:g} and {high:g}."
    words, formula = st.columns([2, 3], gap="medium", vertical_alignment="center")
    words.markdown(f"**{metric.label}.** {metric.definition} {better[metric.higher_is_better]} {span}")
    formula.latex(metric.formula_lines)


def question(result: StoredResult) -> None:
    """What was asked, where no ratings were held out and metrics that speak of liked films mean others."""
    if result.is_few_likes:
        st.markdown(
            "**Asked with a few likes.** Somebody names one to five films that they like, and says nothing else. A film "
            "*fits* if it belongs with one of them by facts that anybody would accept: the same saga, the same maker and "
            "kind, rare keywords in common, or liked by the same people far more often than chance would have it. Where a "
            "figure below speaks of liked films, it means these."
        )


def ranking(result: StoredResult, column: str, group: str, beforehand: str = "") -> None:
    """The table of methods: dots with intervals, and the same as numbers with what each is better than.

    Args:
        result: What was measured.
        column: The figure.
        group: The users.
        beforehand: What methods rest on that their seconds do not hold, in a sentence.
    """
    frame = result.figures(column, group)
    if frame.empty:
        st.info("No method has this figure for these users.", icon=":material/search_off:")
        return
    label = figure_label(column)
    table = once_measured(result, "table", column, group, make=lambda: leaderboard(result, column, group))
    left, right = st.columns([2, 5], gap="small")
    ink = palette.ink(is_dark())
    with left:
        figure = once_measured(
            result,
            "ranking",
            column,
            group,
            is_dark(),
            make=lambda: evaluation.leaderboard_figure(frame, ink, title=label),
        )
        st.plotly_chart(
            figure, theme=None, config=CONFIG, key="ranking", alt=f"{label} of every method, best first."
        )
    with right:
        formats = _columns(label)
        st.dataframe(
            safe_cells(table),
            hide_index=True,
            column_config=formats,
            key="figures",
            height=3 + CELL * (len(table) + 1),
        )
        simulated = "Simulated ratings. " if result.is_simulated else ""
        words = f"{simulated}Intervals: {result.about['intervals']}."
        if BEATS in table:
            words += (
                " “Better than”: ranks of the methods that are worse beyond chance (paired permutation test "
                "over users, 5 %, Holm's correction for all pairs)."
            )
        st.caption(plain(f"{words} {beforehand}".strip()))


def _columns(figure: str) -> dict[str, Any]:
    """Widths and digits of the table, so that all of it fits beside the picture on a screen of 1,440 pixels."""
    number, text = st.column_config.NumberColumn, st.column_config.Column
    found: dict[str, Any] = {
        "Rank": number(width=46),
        "Method": text(width=108),
        figure: number(format="%.4f", width=70),
        "95 % interval": text(width=116),
        BEATS: text("Better than", width=78, help=BEATS),
        "Users": number(format="localized", width=56),
    }
    for axis, (*_, unit) in COSTS.items():
        short = f"{axis.split()[0]} ({unit.split()[0]})"
        digits = "%.0f" if unit == "MB" else "%.2f"
        found[f"{axis} ({unit})"] = number(
            short, format=digits, width=74 if unit == "s" else 88, help=f"{axis}, {unit}"
        )
    return found


def user_slices(result: StoredResult, column: str) -> None:
    """How the figure depends on how much is known about a user."""
    frame = sliced(result, "known ratings", column)
    if frame.empty:
        st.info("This figure has no value per user.", icon=":material/info:")
        return
    names = [f"{name} known" for name in sorted(set(frame["slice"]), key=lambda name: int(name.split()[0]))]
    frame = frame.assign(slice=frame["slice"] + " known")
    st.caption(
        "Users by the number of their ratings that the methods were given. Users with 0 are new: only methods that "
        "answer strangers reach them."
    )
    ink, label = palette.ink(is_dark()), figure_label(column)
    draw = partial(evaluation.slices_figure, frame, ink, title=label, slices=names)
    figure = once_measured(result, "users", column, is_dark(), make=draw)
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key="by-known", alt="Figures by known ratings of the users."
    )


def item_slices(result: StoredResult, column: str, by: str) -> None:
    """How well each kind of film is found."""
    frame = sliced(result, by, column)
    if frame.empty:
        st.info(
            "Slices by film exist for nDCG, recall and hit rate, where held-out films of that kind were liked.",
            icon=":material/info:",
        )
        return
    ink, label = palette.ink(is_dark()), figure_label(column)
    st.caption(
        "Only liked films of the slice count as found; all films still compete for the places."
        + (
            " Head, middle and tail: the films that share a third of all ratings each."
            if by == "popularity"
            else ""
        )
    )
    found = list(dict.fromkeys(frame["slice"]))
    if by == "popularity":
        shown = [name for name in POPULARITY if name in found]
        draw = partial(evaluation.slices_figure, frame, ink, title=label, slices=shown)
    else:
        draw = partial(evaluation.heat_figure, frame, ink, title=label, slices=sorted(found))
    figure = once_measured(result, "films", by, column, is_dark(), make=draw)
    st.plotly_chart(figure, theme=None, config=CONFIG, key=f"by-{by}", alt=f"{label} by {by} of the films.")


def learning_curve(result: StoredResult, column: str) -> None:
    """The figure against the number of known ratings or likes, for an evaluation of new users."""
    frame = curve(result, column)
    if frame.empty:
        return
    if result.is_few_likes:
        st.subheader("From the first liked film on")
        st.caption("By how many films were named. Each number of likes asks other people, drawn anew.")
        given = "Films named"
    else:
        st.subheader("From the first rating on")
        st.caption("The same new users and the same held-out films at every number of given ratings.")
        given = "Known ratings of a new user"
    ink, label = palette.ink(is_dark()), figure_label(column)
    draw = partial(curves.curve_figure, frame, ink, title=label, given=given)
    figure = once_measured(result, "curve", column, is_dark(), make=draw)
    st.plotly_chart(figure, theme=None, config=CONFIG, key="curve", alt="Figures by number of known films.")


def left_out(result: StoredResult) -> None:
    """Users, methods and embeddings that the figures do not speak of."""
    about, counts = result.about, result.about["counts"]
    learned = counts["train_interactions"]
    if result.is_few_likes:
        words = (
            f"{counts['tested_users']:,} of {counts['users']:,} users named one to five films that they like; {learned:,} "
            "ratings of other users learned from."
        )
    else:
        liked = f"rated {about['relevant']:g} or more" if about["is_explicit"] else "every interaction"
        words = f"**{result.tested}**; {learned:,} learned from. Liked: {liked}."
    st.markdown(f"{words} Films that may be listed: {counts['listable_items']:,}.")
    lines = [f"{n:,} {plain(reason)}" for reason, n in about["users_left_out"].items() if n]
    lines += [f"{plain(method)} was not measured: {plain(why)}" for method, why in result.failed.items()]
    lines += [
        f"The embedding {space_label(name)} was not used: {plain(why)}"
        for name, why in about["embeddings"]["unused"].items()
    ]
    lines += [plain(note) for note in about["notes"]]
    st.markdown("\n".join(f"- {line}" for line in lines) or "Nobody and nothing was left out.")
    with st.expander("Parameters, versions and the whole report"):
        methods = {
            name: {"params": one["params"], "decided": one.get("decided", {})}
            for name, one in result.measured.items()
        }
        st.json({"about": dict(about), "methods": methods}, expanded=1)
