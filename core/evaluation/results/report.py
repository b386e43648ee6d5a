"""One evaluation, of one split or several, as plain values: what is written to disk and what pages read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from core.compute.progress import Progress, no_progress
from core.evaluation.metrics import METRICS, Kind, Values, metric_of
from core.evaluation.results import significance
from core.evaluation.results.over_k import figures_over_k
from core.evaluation.results.result import USERS, EvaluationResult
from core.evaluation.results.result_json import about_json, better_in_groups, mean_of_users, result_json
from core.evaluation.results.slices import ITEM_SLICES, across_folds, item_slices, user_slices

COMPARED = tuple(
    m.name for m in METRICS.values() if m.higher_is_better is not None and m.kind is not Kind.CATALOG
)
"""Metrics that methods are tested on: they have a value per user, and one direction is better."""
_DIGITS = 6
_PARTS = ("mean", "low", "high")

Json = dict[str, Any]


@dataclass(frozen=True)
class _Mean:
    """How the results of several splits come to one.

    Attributes:
        one, many: What a split is called.
        untested: Why a user of the dataset is in none.
        shown: Number of splits -> the one whose slices are shown.
    """

    one: str
    many: str
    untested: str
    shown: Callable[[int], int]


MEANS = {
    "k_fold": _Mean("fold", "folds", "users tested in no fold", lambda n: 0),
    "few_likes": _Mean(
        "number of likes",
        "numbers of likes",
        "users who are learned from, or were not asked",
        lambda n: n // 2,
    ),
}
"""Kinds of splits whose figures are the means over all their splits."""


def report(results: Sequence[EvaluationResult], progress: Progress = no_progress) -> Json:
    """Everything worth keeping of one experiment.

    Args:
        results: Of one split; of all folds; of the `cold_users` splits, one for each number of given ratings;
            or of the `few_likes` splits, one for each number of likes.
        progress: Told before each part of the work.

    Returns:
        `about` and `results` as in `EvaluationResult.to_json`; `slices` and `over_k` (`figures_over_k`) with `columns`
        and `rows`; `by_split` with the figures of each split where there are several, else {}. Of folds and of numbers
        of likes, `results` and `over_k` hold the means over them (`MEANS`); of several numbers of given ratings, the
        largest. Slices are those of the split named in `about["slices_of"]`.
    """
    kind = results[0].task.split.name.partition("[")[0]
    is_mean = kind in MEANS and len(results) > 1
    shown = results[MEANS[kind].shown(len(results))] if is_mean else results[-1]
    total = 3 + len(ITEM_SLICES)
    progress(0, total, "intervals, and a test of every pair of methods")
    value = _means_json(results, MEANS[kind]) if is_mean else result_json(shown, compare=COMPARED)
    value["about"]["slices_of"] = shown.task.split.name
    if any(result.kept for result in results):
        value["about"]["runs"] = {result.task.split.name: dict(result.kept) for result in results}
    value["slices"] = slices_json(shown, lambda done, note: progress(1 + done, total, note))
    progress(2 + len(ITEM_SLICES), total, "figures for every length of the lists")
    value["over_k"] = _table_json(figures_over_k(results if is_mean else [shown]))
    value["by_split"] = {}
    if len(results) > 1:
        value["by_split"] = {r.task.split.name: result_json(r, compare=())["results"] for r in results}
    return value


def slices_json(result: EvaluationResult, step: Callable[[int, str], None] = lambda done, note: None) -> Json:
    """All slices of users and films as `columns` and `rows`; figures without a value are left out.

    Args:
        result: Of one split.
        step: Told before each kind of slice how many are done, and which one comes.
    """
    step(0, "slices by known ratings")
    frames = [user_slices(result)]
    for done, by in enumerate(ITEM_SLICES, start=1):
        step(done, f"slices by {by}")
        frames.append(item_slices(result, by))
    return _table_json(pd.concat([f for f in frames if len(f)]) if any(len(f) for f in frames) else frames[0])


def _table_json(frame: pd.DataFrame) -> Json:
    """A table of figures as `columns` and `rows`; figures without a value are left out."""
    known = frame[np.isfinite(frame["mean"].astype(float))]
    rows = [
        [round(v, _DIGITS) if isinstance(v, float) and np.isfinite(v) else _plain(v) for v in row]
        for row in known.astype(object).itertuples(index=False)
    ]
    return {"columns": list(frame.columns), "rows": rows}


def _plain(value: Any) -> Any:
    if isinstance(value, float):  # what is finite was rounded
        return None
    return int(value) if isinstance(value, np.integer) else value


def _means_json(results: Sequence[EvaluationResult], kind: _Mean) -> Json:
    """Means over splits; a method that failed on one of them is listed with the reason."""
    failed = {label: reason for result in results for label, reason in result.failed.items()}
    good = [label for label in results[0].runs if label not in failed]
    kept = [replace(r, runs={label: r.runs[label] for label in good}, failed={}) for r in results]
    groups = {users: _fold_figures(kept, users) for users in USERS}
    better = _better(kept, {label: mean_of_users(kept, label) for label in good})
    better_in = better_in_groups(kept)
    found: Json = {label: {"error": reason} for label, reason in failed.items()}
    for label in good:
        runs = [r.runs[label] for r in kept]
        of_users = {users: figures[label] for users, figures in groups.items() if label in figures}
        found[label] = {
            "method": runs[0].method,
            "metrics": of_users.pop("all"),
            **of_users,
            "params": runs[0].params,
            "params_of_folds": [run.params for run in runs],
            "decided": runs[0].decided,
            "decided_of_folds": [run.decided for run in runs],
            "seconds": {
                part: float(np.mean([run.seconds[part] for run in runs])) for part in runs[0].seconds
            },
            "memory_mb": {part: _largest([run.memory[part] for run in runs]) for part in runs[0].memory},
            "better_than": better[label],
            "better_in": better_in[label],
            "users_with_ties": sum(run.n_tied for run in runs),
            "users_with_short_lists": sum(run.n_short for run in runs),
            "ratings_not_predicted": sum(run.n_unpredicted for run in runs),
        }
    return {"about": _means_about(results, kind), "results": found}


def _fold_figures(results: Sequence[EvaluationResult], users: str) -> dict[str, Json]:
    """Method -> figure -> mean over the folds that test such users, its interval, and how many users have a value."""
    tested = [result for result in results if result.members(users).any()]
    found: dict[str, Json] = {}
    means = {(row["method"], row["metric"]): row for row in across_folds(results, users).to_dict("records")}
    for label in results[0].runs if tested else ():
        columns, values = results[0].runs[label].columns, mean_of_users(results, label, users)
        found[label] = {}
        for name in results[0].columns:
            if metric_of(name).kind is Kind.CATALOG:
                n_users = len(
                    np.unique(np.concatenate([r.task.split.users[r.members(users)] for r in tested]))
                )
                figure = _mean_figure([_catalog_figure(r, label, name, users) for r in tested])
            elif name in columns:
                n_users = int(np.isfinite(values[:, columns.index(name)]).sum())
                figure = _figure(*(float(means[label, name][part]) for part in _PARTS))
            else:
                continue
            found[label][name] = {**figure, "n_users": n_users}
    return found


def _catalog_figure(result: EvaluationResult, label: str, name: str, users: str) -> Json:
    rows = result.summary
    row = rows[(rows["method"] == label) & (rows["metric"] == name) & (rows["users"] == users)].iloc[0]
    return {part: float(row[part]) for part in _PARTS}


def _means_about(results: Sequence[EvaluationResult], kind: _Mean) -> Json:
    """What the splits have in common, and the counts of all of them together."""
    tasks = [r.task for r in results]
    about = about_json(results[0])
    tested = np.unique(np.concatenate([q.split.users for q in tasks]))
    relevant = np.unique(np.concatenate([q.split.users[q.n_relevant > 0] for q in tasks]))
    about["split"] = {
        "name": about["split"]["name"].partition("[")[0],
        kind.many.replace(" ", "_"): len(results),
    }
    about["counts"] |= {
        "tested_users": len(tested),
        "tested_interactions": sum(int(q.split.test.nnz) for q in tasks),
        "train_interactions": round(float(np.mean([len(q.split.train) for q in tasks]))),
        "tested_cold_users": len(
            np.unique(np.concatenate([q.split.users[q.split.is_cold_user] for q in tasks]))
        ),
    }
    about["users_left_out"] = {
        kind.untested: tasks[0].split.train.n_users - len(tested),
        f"tested users without a liked held-out film in any {kind.one}": len(tested) - len(relevant),
    }
    about["means"] = f"figures and seconds are means over the {kind.many}; memory is the largest of them"
    return about


def _better(
    results: Sequence[EvaluationResult], values: dict[str, Values]
) -> dict[str, dict[str, list[str]]]:
    """Method -> figure -> methods it is significantly better than, on the users' means over the folds."""
    found: dict[str, dict[str, list[str]]] = {label: {} for label in values}
    runs = results[0].runs
    for name in results[0].columns:
        metric = metric_of(name)
        if metric.name not in COMPARED:
            continue
        column = {
            label: values[label][:, run.columns.index(name)]
            for label, run in runs.items()
            if name in run.columns
        }
        rng = np.random.default_rng(results[0].settings.seed)
        compared = significance.compare(column, rng, higher_is_better=bool(metric.higher_is_better))
        for label, losers in compared.better_than.items():
            found[label][name] = list(losers)
    return found


def _mean_figure(figures: Sequence[Json]) -> Json:
    """A catalogue figure over folds: the mean of its bounds is never narrower than the mean's own interval."""
    return _figure(*(float(np.mean([figure[part] for figure in figures])) for part in _PARTS))


def _figure(mean: float, low: float, high: float) -> Json:
    numbers = zip(_PARTS, (mean, low, high), strict=True)
    return {name: float(v) if np.isfinite(v) else None for name, v in numbers}


def _largest(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return max(known) if known else None
