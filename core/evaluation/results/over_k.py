"""How figures follow the length of the list: the lists that were measured, cut at every length of a ladder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from core.evaluation.metrics import METRICS, Kind, Lists, Values
from core.evaluation.results.result import EvaluationResult
from core.evaluation.results.result_json import mean_of_users
from core.evaluation.results.slices import across_folds

OVER_K_COLUMNS = ("method", "metric", "k", "mean", "low", "high", "n_users")
LADDER = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50)
"""Lengths of lists, as many films as far as the lists go."""


def ladder(ks: Sequence[int]) -> tuple[int, ...]:
    """The lengths at which lists are cut: `LADDER` below the largest cut-off that was asked for, and all of those."""
    return tuple(sorted({*(k for k in LADDER if k < max(ks)), *ks}))


def figures_over_k(results: Sequence[EvaluationResult]) -> pd.DataFrame:
    """Every figure that has a cut-off and a value per user, at every length of `ladder`; a row each, `OVER_K_COLUMNS`.

    The lists stay as they are and are cut, so nothing is asked again. `metric` has no cut-off in its name.

    Args:
        results: Of one split; or of all splits whose means are taken, see `across_folds`.

    Returns:
        `low` and `high` are the 95 % interval over users; all are NaN where no user has a value. A method without a
        result on one of the splits is left out.
    """
    rows: list[tuple[Any, ...]] = []
    for label in results[0].runs:  # one method at a time: all lengths of all at once would take much memory
        if all(label in result.runs for result in results):
            cut = [_at_all_lengths(result, label) for result in results]
            if cut[0].runs[label].columns:
                rows += [
                    (label, name.partition("@")[0], int(name.partition("@")[2]), *figure)
                    for name, *figure in _figures(cut, label)
                ]
    return pd.DataFrame(rows, columns=list(OVER_K_COLUMNS))


def over_k_frame(stored: Mapping[str, Any]) -> pd.DataFrame:
    """What `figures_over_k` found, of a stored evaluation's `over_k`; empty where it has none.

    Raises:
        ValueError: The rows are no such rows.
    """
    return pd.DataFrame(stored.get("rows", []), columns=list(OVER_K_COLUMNS))


def _at_all_lengths(result: EvaluationResult, label: str) -> EvaluationResult:
    """One method's result as if all lengths had been asked for, with the figures that depend on them alone."""
    run, ks = result.runs[label], ladder(result.settings.ks)
    lists = Lists(result.task, run.ranked.astype(np.int64))
    names: list[str] = []
    columns: list[str] = []
    values: list[Values] = [np.empty((len(run.ranked), 0))]
    for metric in METRICS.values():
        is_measured = set(metric.columns(result.settings.ks)) <= set(run.columns)
        if metric.kind is Kind.LIST and metric.of_lists is not None and is_measured:
            names.append(metric.name)
            columns += metric.columns(ks)
            values.append(metric.of_lists(lists, ks))
    run = replace(run, columns=tuple(columns), values=np.hstack(values))
    settings = replace(result.settings, ks=ks, metrics=tuple(names))
    return EvaluationResult(result.task, settings, {label: run})


def _figures(
    results: Sequence[EvaluationResult], label: str
) -> Iterator[tuple[str, float, float, float, int]]:
    """Name, mean, low, high and number of users of every figure of one method, over one split or several."""
    if len(results) == 1:
        yield from results[0].figures(results[0].runs[label], results[0].members("all"))
        return
    n_users = np.isfinite(mean_of_users(results, label)).sum(0)
    means = across_folds(results)[["metric", "mean", "low", "high"]].itertuples(index=False)
    for (name, mean, low, high), n in zip(means, n_users, strict=True):
        yield name, float(mean), float(low), float(high), int(n)
