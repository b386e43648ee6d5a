"""Stored evaluations: where they are, and as the frames that the Evaluate page and the command line show."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import recommenders
from core.errors import NotBuiltError, UnknownNameError
from core.evaluation.metrics import METRICS, Kind, metric_of
from core.evaluation.runs import write_atomically
from core.evaluation.slices import SLICE_COLUMNS
from core.evaluation.splits import SPLITS
from core.evaluation_sources import folder_of
from core.workspace import fingerprint

GROUPS = {"metrics": "All users", "warm": "Known users", "cold": "New users"}
"""Where a group's figures stand in a method's result -> its name for people."""
FIGURE_COLUMNS = ("rank", "name", "method", "mean", "low", "high", "n_users", "better_than")
COSTS = {
    "Learns in": ("seconds", "fit", 1.0, "s"),
    "Answers in": ("seconds", "score", 1000.0, "ms a user"),
    "Memory": ("memory_mb", "fit", 1.0, "MB"),
}
"""Axis -> block, entry, factor and unit in a method's result; "score" is divided by the tested users."""


BEATS = "Clearly better than"


@dataclass(frozen=True, eq=False)
class StoredResult:
    """One evaluation as it was written down, see `core.evaluation.report.report`."""

    key: str
    about: Mapping[str, Any]
    results: Mapping[str, Any]
    slices_json: Mapping[str, Any]
    by_split: Mapping[str, Any]

    @classmethod
    def of(cls, value: Mapping[str, Any], key: str = "") -> "StoredResult":
        """From plain values.

        Raises:
            NotBuiltError: They are no evaluation.
        """
        try:
            parts = value["about"], value["results"], value.get("slices", {}), value.get("by_split", {})
            if not all(isinstance(part, Mapping) for part in parts):
                raise TypeError("a part is no object")
            made = cls(key, *parts)
            made.title, made.columns, made.slices, made.is_simulated  # noqa: B018  (worked out now, to fail now)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise NotBuiltError("A stored evaluation cannot be read.", hint="Measure again.") from error
        return made

    @property
    def is_simulated(self) -> bool:
        """Whether a program made the ratings."""
        return bool(self.about["is_simulated"])

    @cached_property
    def created(self) -> datetime:
        """When it was measured, in UTC."""
        return datetime.fromisoformat(self.about["created"])

    @cached_property
    def title(self) -> str:
        """One line that tells it from others: split, methods, cut-offs, tuning, time."""
        n, trials = len(self.results), int(self.about["trials"])
        parts = [
            self.split,
            f"{n} methods" if n > 1 else method_label(next(iter(self.results))),
            f"k {', '.join(str(k) for k in self.about['k'])}",
            f"liked from {float(self.about['relevant']):g}"
            if self.about["is_explicit"]
            else "every row a like",
        ]
        parts += [f"tuned with {trials} trials"] if trials else []
        parts += [f"seed {self.about['seed']}"] if self.about["seed"] else []
        return " · ".join([*parts, f"{self.created:%Y-%m-%d %H:%M:%S} UTC"])

    @property
    def split(self) -> str:
        """How ratings were held out, in words; several numbers of given ratings as their range."""
        options = self.about["split"]
        given = [int(n) for n in options.get("given", ())]
        if len(given) > 1:
            return f"{split_label('cold_users')}, {min(given)} to {max(given)} ratings given"
        return split_label(str(options["name"]))

    @cached_property
    def measured(self) -> dict[str, Mapping[str, Any]]:
        """The methods that have a result."""
        return {name: one for name, one in self.results.items() if "error" not in one}

    @property
    def failed(self) -> dict[str, str]:
        """Label of each method without a result -> why."""
        return {method_label(name): str(one["error"]) for name, one in self.results.items() if "error" in one}

    @cached_property
    def columns(self) -> list[str]:
        """Names of all figures, in the registry's order: "ndcg@10", "auc" and so on."""
        found = {column for one in self.measured.values() for column in one["metrics"]}
        ks = [int(k) for k in self.about["k"]]
        return [column for metric in METRICS.values() for column in metric.columns(ks) if column in found]

    @property
    def groups(self) -> list[str]:
        """Groups of users with figures of their own: "metrics" (all), "warm", "cold"."""
        return [group for group in GROUPS if any(group in one for one in self.measured.values())]

    @cached_property
    def slices(self) -> pd.DataFrame:
        """Columns `SLICE_COLUMNS`, empty where nothing was sliced."""
        return pd.DataFrame(self.slices_json.get("rows", []), columns=list(SLICE_COLUMNS))

    def figures(self, column: str, group: str = "metrics") -> pd.DataFrame:
        """One figure of all methods that have it, best first: `FIGURE_COLUMNS`.

        `method` is the label, `better_than` the names of the methods that are significantly worse.
        """
        rows = []
        for name, one in self.measured.items():
            figure = one.get(group, {}).get(column)
            if figure and figure["mean"] is not None:
                numbers = [np.nan if figure[p] is None else float(figure[p]) for p in ("mean", "low", "high")]
                losers = tuple(one["better_than"].get(column, ())) if group == "metrics" else ()
                rows.append((0, name, method_label(name), *numbers, int(figure["n_users"]), losers))
        frame = pd.DataFrame(rows, columns=list(FIGURE_COLUMNS))
        down = metric_of(column).higher_is_better is not False
        frame = frame.sort_values("mean", ascending=not down, kind="stable", ignore_index=True)
        frame["rank"] = np.arange(1, len(frame) + 1)
        return frame

    def cost(self, axis: str) -> dict[str, float]:
        """Method -> one of `COSTS`; methods for which it could not be measured are left out."""
        block, entry, factor, _ = COSTS[axis]
        divisor = int(self.about["counts"]["tested_users"]) if entry == "score" else 1
        found = {name: one[block].get(entry) for name, one in self.measured.items()}
        return {name: factor * float(v) / divisor for name, v in found.items() if v is not None}


def method_label(name: str) -> str:
    """A method's name for people; its id where this version has no such method."""
    try:
        return recommenders.method_class(name).label
    except UnknownNameError:
        return name


def split_label(name: str) -> str:
    """A split's name for people: "Cold users, 5 given"."""
    base, _, option = name.rstrip("]").partition("[")
    label = SPLITS[base].label if base in SPLITS else {"files": "Your own test file"}.get(base, base)
    if option.startswith("n="):
        return f"{label}, {option.removeprefix('n=')} ratings given"
    return f"{label}, {option}" if option else label


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
        other: Column of another figure, or one of `COSTS`.

    Returns:
        Columns method, x, x_low, x_high, y, y_low, y_high; the bounds of a cost are NaN.
    """
    mine = result.figures(column).set_index("name")
    if other in COSTS:
        x = pd.DataFrame({"mean": pd.Series(result.cost(other), dtype=float)}).assign(low=np.nan, high=np.nan)
    else:
        x = result.figures(other).set_index("name")
    ends = ("mean", "low", "high")
    x = x[list(ends)].rename(columns=dict(zip(ends, ("x", "x_low", "x_high"), strict=True)))
    both = mine.join(x, how="inner").rename(columns=dict(zip(ends, ("y", "y_low", "y_high"), strict=True)))
    return both[["method", "x", "x_low", "x_high", "y", "y_low", "y_high"]].reset_index(drop=True)


def sliced(result: StoredResult, by: str, column: str) -> pd.DataFrame:
    """One figure in every slice of one kind: `SLICE_COLUMNS` with the methods' labels, best method first."""
    frame = result.slices[(result.slices["by"] == by) & (result.slices["metric"] == column)]
    order = {name: rank for rank, name in enumerate(result.figures(column)["name"])}
    frame = frame.assign(place=frame["method"].map(order)).sort_values("place", kind="stable")
    return frame.assign(method=frame["method"].map(method_label)).drop(columns="place").reset_index(drop=True)


def curve(result: StoredResult, column: str) -> pd.DataFrame:
    """A figure against the number of given ratings: method, n_known, mean, low, high; empty without such splits."""
    rows = []
    for split, methods in result.by_split.items():
        n = split.removeprefix("cold_users[n=").rstrip("]")
        if not n.isdigit():
            continue
        for name, one in methods.items():
            figure = one.get("metrics", {}).get(column)
            if figure and figure["mean"] is not None:
                rows.append((method_label(name), int(n), figure["mean"], figure["low"], figure["high"]))
    frame = pd.DataFrame(rows, columns=["method", "n_known", "mean", "low", "high"])
    return frame.sort_values(["method", "n_known"], ignore_index=True)


def store(dataset: str, value: Mapping[str, Any]) -> Path:
    """Keep a dataset's evaluation; the same question asked again takes the old one's place."""
    about = value["about"]
    asked = ("dataset", "split", "methods", "k", "relevant", "seed", "trials", "counts", "embeddings")
    folder = folder_of(dataset)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{fingerprint({name: about[name] for name in asked})}.json"
    write_atomically(path, json.dumps(value, ensure_ascii=False).encode())
    return path


def stored_results(dataset: str) -> tuple[list[StoredResult], list[str]]:
    """A dataset's evaluations, newest first, and the names of the files that cannot be read."""
    found, broken = [], []
    for path in sorted(folder_of(dataset).glob("*.json")):
        try:
            found.append(StoredResult.of(json.loads(path.read_text("utf-8")), path.stem))
        except (OSError, ValueError, AttributeError, NotBuiltError):
            broken.append(path.name)
    return sorted(found, key=lambda one: one.created, reverse=True), broken


def job_arguments(
    dataset: str,
    methods: Sequence[str],
    ks: Sequence[int],
    *,
    split: str,
    relevant: float | None = None,
    seed: int = 0,
    n_trials: int = 0,
) -> list[str]:
    """What `core.jobs.Jobs.start` runs in the background."""
    arguments = ["evaluate", dataset, "--methods", ",".join(methods), "--split", split, "--seed", str(seed)]
    arguments += [part for k in ks for part in ("--k", str(k))]
    arguments += ["--relevant", str(relevant)] if relevant is not None else []
    return arguments + (["--tune", str(n_trials)] if n_trials else [])
