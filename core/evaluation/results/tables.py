"""Stored evaluations as the frames that the Evaluate page and the command line show."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.evaluation.metrics import Kind, metric_of
from core.evaluation.results.efficient import direction, efficient, shortfall
from core.evaluation.results.over_k import over_k_frame
from core.evaluation.results.stored import COSTS, StoredResult, method_label

BEATS = "Clearly better than"
LEADERS = 8
"""So many methods a picture of many lines tells apart by colour."""


def marks(frame: pd.DataFrame) -> list[str]:
    """For each row of `figures`: "all below", the ranks of the methods it beats ("3, 5 to 7"), or "–"."""
    rank = dict(zip(frame["name"], frame["rank"], strict=True))
    found = []
    for own, losers in zip(frame["rank"], frame["better_than"], strict=True):
        beaten = sorted(int(rank[name]) for name in losers if name in rank)
        below = list(range(int(own) + 1, len(frame) + 1))
        found.append("all below" if below and beaten == below else _ranges(beaten) or "–")
    return found


def _ranges(numbers: Sequence[int]) -> str:
    """[3, 5, 6, 7] as "3, 5 to 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def leaderboard(result: StoredResult, column: str, group: str = "metrics") -> pd.DataFrame:
    """The table for people: Rank, Method, the figure, its interval, what it beats, Users, and costs."""
    frame = result.figures(column, group)
    table = pd.DataFrame(
        {
            "Rank": frame["rank"],
            "Method": frame["method"],
            figure_label(column): frame["mean"],
            "95 % interval": [f"{a:.4f} – {b:.4f}" for a, b in zip(frame["low"], frame["high"], strict=True)],
        }
    )
    metric = metric_of(column)
    if group == "metrics" and metric.kind is not Kind.CATALOG and metric.higher_is_better is not None:
        table[BEATS] = marks(frame)
    for axis, (*_, unit) in COSTS.items():
        table[f"{axis} ({unit})"] = frame["name"].map(result.cost(axis))
    return table.assign(Users=frame["n_users"])


def figure_label(column: str) -> str:
    """ "ndcg@10" as "nDCG@10"."""
    return column.replace(column.partition("@")[0], metric_of(column).label, 1)


def against(result: StoredResult, column: str, other: str) -> pd.DataFrame:
    """One figure beside another or beside a cost, of all methods with both.

    Args:
        result: Of the methods to be placed.
        column: On the vertical axis.
        other: Column of another figure, or one of `COSTS`. What lists that another system made took is not known.

    Returns:
        Columns method, x, x_low, x_high, y, y_low, y_high; the bounds of a cost are NaN. `is_efficient`: no other method
        is at least as good on both axes and better on one, by the means alone (`core.evaluation.results.efficient`).
    """
    mine = result.figures(column).set_index("name")
    if other in COSTS:
        foreign = list(result.about.get("lists", ()))
        costs = pd.Series(result.cost(other), dtype=float).drop(foreign, errors="ignore")
        x = pd.DataFrame({"mean": costs}).assign(low=np.nan, high=np.nan)
    else:
        x = result.figures(other).set_index("name")
    ends = ("mean", "low", "high")
    x = x[list(ends)].rename(columns=dict(zip(ends, ("x", "x_low", "x_high"), strict=True)))
    both = mine.join(x, how="inner").rename(columns=dict(zip(ends, ("y", "y_low", "y_high"), strict=True)))
    both = both[["method", "x", "x_low", "x_high", "y", "y_low", "y_high"]].reset_index(drop=True)
    axes = {"x": direction(other), "y": direction(column)}
    return both.assign(is_efficient=efficient(*(shortfall(both[axis], way) for axis, way in axes.items())))


def sliced(result: StoredResult, by: str, column: str) -> pd.DataFrame:
    """One figure in every slice of one kind: `SLICE_COLUMNS` with the methods' labels, best method first."""
    frame = result.slices[(result.slices["by"] == by) & (result.slices["metric"] == column)]
    order = {name: rank for rank, name in enumerate(result.figures(column)["name"])}
    frame = frame.assign(place=frame["method"].map(order)).sort_values("place", kind="stable")
    return frame.assign(method=frame["method"].map(method_label)).drop(columns="place").reset_index(drop=True)


def curve(result: StoredResult, column: str) -> pd.DataFrame:
    """A figure against the number of given ratings or likes: method, n_known, mean, low, high; else empty."""
    rows = []
    for split, methods in result.by_split.items():
        n = split.partition("[n=")[2].rstrip("]")
        if not n.isdigit():
            continue
        for name, one in methods.items():
            figure = one.get("metrics", {}).get(column)
            if figure and figure["mean"] is not None:
                rows.append((method_label(name), int(n), figure["mean"], figure["low"], figure["high"]))
    frame = pd.DataFrame(rows, columns=["method", "n_known", "mean", "low", "high"])
    return frame.sort_values(["method", "n_known"], ignore_index=True)


def over_k(result: StoredResult, column: str) -> pd.DataFrame:
    """A figure at every length of the lists, of all methods that have it.

    Args:
        result: An evaluation; one that was stored before lengths were measured has none.
        column: Such as "ndcg@10": the figure, and the length by which methods are ordered.

    Returns:
        Columns method (its label), k, mean, low, high, n_users and is_leading, whether the method is among the `LEADERS`
        best at the length of `column`; the best method first, ascending k.
    """
    frame = over_k_frame(result.over_k_json)
    frame = frame[frame["metric"] == column.partition("@")[0]]
    order = {name: rank for rank, name in enumerate(result.figures(column)["name"])}
    frame = frame.assign(place=frame["method"].map(order)).sort_values(["place", "k"], kind="stable")
    frame = frame.assign(is_leading=frame["place"] < LEADERS, method=frame["method"].map(method_label))
    return frame.drop(columns=["place", "metric"]).reset_index(drop=True)
