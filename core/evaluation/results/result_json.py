"""Results as plain JSON values: what is written to disk, and what pages read."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.evaluation.metrics import METRICS, Values
from core.evaluation.results import significance
from core.evaluation.results.result import N_RESAMPLES, USERS, EvaluationResult
from core.evaluation.results.runs import library_versions
from core.evaluation.task import Task


def about_json(result: EvaluationResult) -> dict[str, Any]:
    """Everything needed to read the figures, as plain JSON values."""
    task = result.task
    split, train = task.split, task.split.train
    rated = train.item_counts() > 0
    left_out = {
        **split.left_out,
        "tested users without a liked held-out film": int((task.n_relevant == 0).sum()),
    }
    return {
        "dataset": task.dataset.name,
        "label": task.dataset.label,
        "is_simulated": result.is_simulated,
        "notice": "Simulated data: a program made these ratings." if result.is_simulated else "",
        "split": {"name": split.name, **split.options},
        "relevant": task.relevant_from,
        "k": list(result.settings.ks),
        "seed": result.settings.seed,
        "ties": result.settings.ties,
        "judge": task.judge_name,
        "counts": {
            "users": train.n_users,
            "items": task.dataset.n_items,
            "listable_items": int(task.listable.sum()),
            "items_rated_in_train": int(rated.sum()),
            "interactions": len(train) + _n_held_out(task),
            "train_interactions": len(train),
            "tested_interactions": int(split.test.nnz),
            "tested_users": task.n_users,
            "tested_cold_users": int(split.is_cold_user.sum()),
        },
        "users_left_out": left_out,
        "intervals": f"{significance.LEVEL:.0%}, bootstrap over users with {N_RESAMPLES} resamples; "
        "jackknife for coverage and Gini",
        "versions": library_versions(),
    }


def result_json(result: EvaluationResult, *, compare: Sequence[str] = ("ndcg",)) -> dict[str, Any]:
    """`results[METHOD]` with metrics, params and seconds, and `about`; plain values, None for NaN.

    Args:
        result: What the methods answered.
        compare: Metrics whose significance marks are worked out, at every cut-off.
    """
    better: dict[str, dict[str, list[str]]] = {label: {} for label in result.runs}
    for column in result.columns:
        if column.partition("@")[0] in compare:
            for label, losers in result.comparison(column).better_than.items():
                better[label][column] = list(losers)
    better_in = better_in_groups([result])
    results: dict[str, Any] = {label: {"error": reason} for label, reason in result.failed.items()}
    for label, run in result.runs.items():
        mine = result.summary[result.summary["method"] == label]
        groups = {group: _figures_json(part) for group, part in mine.groupby("users", sort=False)}
        results[label] = {
            "method": run.method,
            "metrics": groups.pop("all", {}),
            **groups,
            "params": run.params,
            "decided": run.decided,
            "seconds": run.seconds,
            "memory_mb": run.memory,
            "better_than": better[label],
            "better_in": better_in[label],
            "users_with_ties": run.n_tied,
            "users_with_short_lists": run.n_short,
            "ratings_not_predicted": run.n_unpredicted,
        }
    return {"about": about_json(result), "results": results}


def better_in_groups(
    results: Sequence[EvaluationResult], metric: str = "ndcg"
) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Method -> group of users -> figure -> methods it is significantly better than among them.

    Args:
        results: Of one split, or of several that share their users.
        metric: What the methods are compared by, at every cut-off.
    """
    found: dict[str, dict[str, dict[str, list[str]]]] = {label: {} for label in results[0].runs}
    for group in USERS[1:]:
        if not any(result.members(group).any() for result in results):
            continue
        means = {label: mean_of_users(results, label, group) for label in results[0].runs}
        for column in METRICS[metric].columns(results[0].settings.ks):
            values = {
                label: means[label][:, run.columns.index(column)]
                for label, run in results[0].runs.items()
                if column in run.columns
            }
            rng = np.random.default_rng(results[0].settings.seed)
            for label, losers in significance.compare(values, rng).better_than.items():
                found[label].setdefault(group, {})[column] = list(losers)
    return found


def mean_of_users(results: Sequence[EvaluationResult], label: str, group: str = "all") -> Values:
    """(n_users, n_columns) each user's mean over the splits in which they belong to a group and have a value, else NaN."""
    n_users, columns = results[0].task.split.train.n_users, results[0].runs[label].columns
    sums, counts = np.zeros((n_users, len(columns))), np.zeros((n_users, len(columns)))
    for result in results:
        members = result.members(group)
        users, values = result.task.split.users[members], result.runs[label].values[members]
        sums[users] += np.nan_to_num(values)
        counts[users] += np.isfinite(values)
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)


def _n_held_out(task: Task) -> int:
    split = task.split
    if not split.tests_ratings:
        return 0
    # where a few sampled films compete, what is kept off a list is all the rest, not ratings
    withheld = 0 if split.is_sampled else split.masked.nnz
    return int(split.test.nnz + withheld + split.known[split.is_cold_user].nnz)


def _figures_json(part: pd.DataFrame) -> dict[str, dict[str, float | int | None]]:
    found: dict[str, dict[str, float | int | None]] = {}
    for row in part.to_dict("records"):
        plain = {name: row[name] if np.isfinite(row[name]) else None for name in ("mean", "low", "high")}
        found[str(row["metric"])] = {**plain, "n_users": int(row["n_users"])}
    return found
