"""Results as plain JSON values: what is written to disk, and what pages read."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.evaluation.results import significance
from core.evaluation.results.result import N_RESAMPLES, EvaluationResult
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
            "users_with_ties": run.n_tied,
            "users_with_short_lists": run.n_short,
            "ratings_not_predicted": run.n_unpredicted,
        }
    return {"about": about_json(result), "results": results}


def _n_held_out(task: Task) -> int:
    return int(task.split.test.nnz + task.split.masked.nnz) + int(
        task.split.known[task.split.is_cold_user].nnz
    )


def _figures_json(part: pd.DataFrame) -> dict[str, dict[str, float | int | None]]:
    found: dict[str, dict[str, float | int | None]] = {}
    for row in part.to_dict("records"):
        plain = {name: row[name] if np.isfinite(row[name]) else None for name in ("mean", "low", "high")}
        found[str(row["metric"])] = {**plain, "n_users": int(row["n_users"])}
    return found
