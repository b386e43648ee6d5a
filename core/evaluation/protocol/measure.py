"""Asking one fitted method: its scores batch by batch, its lists, and every metric of every test user."""

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from scipy import sparse

from core.compute.fan_out import HERE, Workers
from core.compute.memory import PeakMemory
from core.compute.threads import n_threads, one_blas_thread
from core.evaluation.metrics import METRICS, Lists, Metric, Scores, Values
from core.evaluation.protocol.given_lists import GivenLists
from core.evaluation.task import Settings, Task
from core.recommenders import Ability, Recommender
from core.recommenders.ranking import top_k_rows
from core.types import FloatMatrix, IndexVector

_BATCH_ENTRIES = 1 << 21
_DIVISIBLE = 4
"""By how many the number of batches can be divided: 2 and 4 cores end their shares together."""
_MOST_WORKERS = 8
"""More batches at once would wait for memory rather than for a processor."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What one method answered; fields as in `runs.Run`.

    `score_seconds` and `measure_seconds` are by the clock and add up to the whole: the time in which batches were worked
    on, several at once, is divided as their own times are.
    `megabytes` is None where other processes worked.
    """

    columns: tuple[str, ...]
    values: Values
    ranked: IndexVector
    n_predicted: IndexVector
    score_seconds: float
    measure_seconds: float
    megabytes: float | None
    n_tied: int
    n_short: int
    n_unpredicted: int


def measure(
    method: Recommender,
    task: Task,
    settings: Settings,
    after_batch: Callable[[int], None],
    workers: Workers = HERE,
) -> Measured:
    """Score batch by batch, as many at once as there are processor cores, rank, and compute the metrics.

    The number of cores changes no figure: batches are always the same, and BLAS works on one thread in each. Workers
    elsewhere are sent the fitted method and the task once; then two numbers a batch go there, and its lists come back.

    Args:
        method: Fitted on the task's dataset.
        task: Whom to ask about, and what counts as a good answer.
        settings: What is measured.
        after_batch: Told after each batch, in their order, how many users are done. What it raises ends the work.
        workers: Who does the batches.

    Raises:
        ValueError: The method's scores have the wrong shape.
    """
    parts, all_rows = [], batches(task)
    n_workers = min(n_threads(), _MOST_WORKERS, max(len(all_rows), 1))
    # worked out when first asked for, once for all batches
    _ = task.profiles, task.n_hidden, task.decoys
    work = partial(_Batch.of, method, task, settings)
    start = time.perf_counter()
    with (
        PeakMemory() as peak,
        one_blas_thread(),  # set once for all batches that are done here
        closing(workers.map(work, all_rows, threads=n_workers)) as found,
    ):
        for rows, part in zip(all_rows, found, strict=True):
            parts.append(part)
            after_batch(rows.stop)
    batches_done = time.perf_counter()
    scoring, measuring = (
        sum(getattr(part, name) for part in parts) for name in ("score_seconds", "measure_seconds")
    )
    score_seconds = (batches_done - start) * scoring / max(scoring + measuring, 1e-9)
    lists = Lists(task, np.concatenate([part.ranked for part in parts]))
    errors = [part.errors for part in parts if part.errors is not None]
    differences = sparse.vstack(errors).tocsr() if errors else None
    of_scores = {
        name: np.concatenate([part.of_scores[name] for part in parts]) for name in parts[0].of_scores
    }
    columns, values_of_users = _metrics(lists, of_scores, differences, settings)
    predicted = _count_predicted(differences, task.n_users)
    return Measured(
        columns,
        values_of_users,
        lists.ranked,
        predicted,
        score_seconds,
        time.perf_counter() - start - score_seconds,
        peak.megabytes if workers.is_here else None,
        sum(part.n_tied for part in parts),
        int((lists.ranked[:, -1] < 0).sum()),
        int(task.split.test.nnz - predicted.sum()) if errors else 0,
    )


@dataclass(frozen=True, eq=False)
class _Batch:
    """What is kept of a batch of users.

    Attributes:
        ranked: (n_rows, depth) item_index.
        of_scores: Metric of kind SCORES -> (n_rows,) its values.
        errors: (n_rows, n_items) CSR; None = the method predicts no ratings.
        n_tied: Users whose last place was decided by the order of the films.
        score_seconds, measure_seconds: How long the method took, and ranking and metrics.
    """

    ranked: IndexVector
    of_scores: dict[str, Values]
    errors: sparse.csr_matrix | None
    n_tied: int
    score_seconds: float
    measure_seconds: float

    @classmethod
    def of(cls, method: Recommender, task: Task, settings: Settings, rows: slice) -> "_Batch":
        """Ask the method about some users, and rank; BLAS works on one thread."""
        with one_blas_thread():
            return cls._of(method, task, settings, rows)

    @classmethod
    def _of(cls, method: Recommender, task: Task, settings: Settings, rows: slice) -> "_Batch":
        begin = time.perf_counter()
        scores = (
            method.score_tested(task, rows)
            if isinstance(method, GivenLists)
            else method.score(task.profiles[rows])
        )
        scored = time.perf_counter()
        values = _listable(scores, task, rows)
        orders = _random_orders(rows, values.shape[1], settings.seed) if settings.ties == "random" else None
        ordered = np.sort(values, axis=1)
        ranked, n_tied = _rank(values, ordered, max(settings.ks), orders)
        scored_films = Scores(values, ordered, task.relevant[rows], task.n_hidden[rows], task.decoys[rows])
        of_scores = {
            metric.name: metric.of_scores(scored_films)
            for metric in _asked(settings)
            if metric.of_scores is not None
        }
        predicts = task.split.tests_ratings and Ability.RATINGS in method.abilities
        errors = _errors(scores, task, rows) if predicts else None
        return cls(ranked, of_scores, errors, n_tied, scored - begin, time.perf_counter() - scored)


def batches(task: Task) -> list[slice]:
    """Runs of test users of about the same length, whose scores fit into some 8 MB.

    There is one, or their number can be divided by `_DIVISIBLE`, so that few cores wait for the last of them.
    """
    size = max(1, _BATCH_ENTRIES // task.dataset.n_items)
    wanted = -(-task.n_users // size)
    n_batches = wanted if wanted < 2 else min(-(-wanted // _DIVISIBLE) * _DIVISIBLE, task.n_users)
    bounds = np.linspace(0, task.n_users, n_batches + 1).astype(int).tolist()
    return [slice(start, stop) for start, stop in pairwise(bounds)]


def _asked(settings: Settings) -> list[Metric]:
    """The metrics that are measured, in the registry's order."""
    return [metric for name, metric in METRICS.items() if not settings.metrics or name in settings.metrics]


def _metrics(
    lists: Lists, of_scores: Mapping[str, Values], errors: sparse.csr_matrix | None, settings: Settings
) -> tuple[tuple[str, ...], Values]:
    """Every metric that has a value per user: names of the columns, and (n_users, n_columns)."""
    names: list[str] = []
    parts: list[Values] = []
    for metric in _asked(settings):
        if metric.of_lists is not None:
            part = metric.of_lists(lists, settings.ks)
        elif metric.name in of_scores:
            part = of_scores[metric.name][:, None]
        elif metric.of_errors is not None and errors is not None:
            part = metric.of_errors(errors)[:, None]
        else:
            continue
        names += metric.columns(settings.ks)
        parts.append(part)
    return tuple(names), np.hstack(parts) if parts else np.empty((lists.task.n_users, 0))


def _listable(scores: FloatMatrix, task: Task, rows: slice) -> FloatMatrix:
    """A copy of a batch's scores with -inf for films that cannot be scored or must not be listed."""
    expected = (rows.stop - rows.start, task.dataset.n_items)
    if scores.shape != expected:
        raise ValueError(f"a method scored {scores.shape} users and films, {expected} were asked for")
    values: FloatMatrix = np.where(np.isnan(scores), np.float32(-np.inf), scores)
    values[:, ~task.listable] = -np.inf
    hidden = task.hidden[rows]
    values[np.repeat(np.arange(hidden.shape[0]), np.diff(hidden.indptr)), hidden.indices] = -np.inf
    return values


def _random_orders(rows: slice, n_items: int, seed: int) -> IndexVector:
    """(n_rows, n_items) item_index in an order of its own for each user, the same for every method."""
    orders = [np.random.default_rng([seed, row]).permutation(n_items) for row in range(rows.start, rows.stop)]
    return np.stack(orders).astype(np.int64)


def _rank(
    values: FloatMatrix, ordered: FloatMatrix, depth: int, orders: IndexVector | None
) -> tuple[IndexVector, int]:
    """The best films of each row, -1 where a list ends, and how many rows had to choose among equals.

    Args:
        values: (n_rows, n_items) scores, -inf = must not be listed.
        ordered: Every row of `values` in ascending order.
        depth: Length of the lists.
        orders: (n_rows, n_items) item_index in the order in which equal scores are listed; None = ascending.
    """
    k = min(depth, values.shape[1])
    ranked = np.full((len(values), depth), -1, np.int64)
    if orders is None:
        ranked[:, :k] = top_k_rows(values, k, ordered=ordered)
    else:
        places = top_k_rows(np.take_along_axis(values, orders, axis=1), k, ordered=ordered)
        ranked[:, :k] = np.where(places >= 0, np.take_along_axis(orders, np.maximum(places, 0), axis=1), -1)
    if k == values.shape[1]:
        return ranked, 0
    last, next_best = ordered[:, -k], ordered[:, -k - 1]
    return ranked, int(((last == next_best) & ~np.isneginf(last)).sum())


def _errors(scores: FloatMatrix, task: Task, rows: slice) -> sparse.csr_matrix:
    """Predicted less given rating for every held-out rating of a batch; predictions are kept on the scale."""
    test = task.split.test[rows]
    users = np.repeat(np.arange(test.shape[0]), np.diff(test.indptr))
    predicted = np.clip(scores[users, test.indices], *task.split.train.scale)
    return sparse.csr_matrix((predicted - test.data, test.indices, test.indptr), shape=test.shape)


def _count_predicted(errors: sparse.csr_matrix | None, n_users: int) -> IndexVector:
    if errors is None:
        return np.zeros(n_users, np.int64)
    users = np.repeat(np.arange(n_users), np.diff(errors.indptr))
    return np.bincount(users[~np.isnan(errors.data)], minlength=n_users).astype(np.int64)
