"""Asking one fitted method: its scores batch by batch, its lists, and every metric of every test user."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from core.evaluation import accuracy
from core.evaluation.accuracy import Values
from core.evaluation.memory import PeakMemory
from core.evaluation.metrics import METRICS, Kind, Lists
from core.evaluation.question import Question, Settings
from core.recommenders.base import Ability, Recommender
from core.recommenders.ranking import top_k_rows
from core.types import FloatMatrix, IndexVector

_BATCH_ENTRIES = 1 << 22
_ERRORS = {"rmse": accuracy.rmse, "mae": accuracy.mae}


@dataclass(frozen=True, eq=False)
class Measured:
    """What one method answered; fields as in `runs.Run`."""

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
    method: Recommender, question: Question, settings: Settings, after_batch: Callable[[int], None]
) -> Measured:
    """Score a batch of users at a time, rank, and compute the metrics.

    Args:
        method: Fitted on the question's dataset.
        after_batch: Told after each batch how many users are done.

    Raises:
        ValueError: The method's scores have the wrong shape.
    """
    predicts = Ability.RATINGS in method.abilities
    wants_auc = not settings.metrics or "auc" in settings.metrics
    ranked, areas, errors = [], [], []
    tied, score_seconds, begin = 0, 0.0, time.perf_counter()
    with PeakMemory() as peak:
        for rows in batches(question):
            start = time.perf_counter()
            scores = method.score(question.profiles[rows])
            score_seconds += time.perf_counter() - start
            values = _listable(scores, question, rows)
            orders = (
                _random_orders(rows, values.shape[1], settings.seed) if settings.ties == "random" else None
            )
            top, n_tied = _rank(values, max(settings.ks), orders)
            ranked.append(top)
            tied += n_tied
            if wants_auc:
                areas.append(accuracy.auc(values, question.relevant[rows], question.n_hidden[rows]))
            if predicts:
                errors.append(_errors(scores, question, rows))
            after_batch(rows.stop)
    lists = Lists(question, np.concatenate(ranked))
    differences = sparse.vstack(errors).tocsr() if errors else None
    columns, values_of_users = _metrics(
        lists, np.concatenate(areas) if areas else None, differences, settings
    )
    predicted = _count_predicted(differences, question.n_users)
    return Measured(
        columns,
        values_of_users,
        lists.ranked,
        predicted,
        score_seconds,
        time.perf_counter() - begin - score_seconds,
        peak.megabytes,
        tied,
        int((lists.ranked[:, -1] < 0).sum()),
        int(question.split.test.nnz - predicted.sum()) if predicts else 0,
    )


def batches(question: Question) -> list[slice]:
    """Runs of test users whose scores fit into some 16 MB."""
    size = max(1, _BATCH_ENTRIES // question.dataset.n_items)
    return [slice(start, min(start + size, question.n_users)) for start in range(0, question.n_users, size)]


def _metrics(
    lists: Lists, auc: Values | None, errors: sparse.csr_matrix | None, settings: Settings
) -> tuple[tuple[str, ...], Values]:
    """Every metric that has a value per user: names of the columns, and (n_users, n_columns)."""
    names: list[str] = []
    parts: list[Values] = []
    for metric in METRICS.values():
        if settings.metrics and metric.name not in settings.metrics:
            continue
        if metric.of_lists is not None:
            part = metric.of_lists(lists, settings.ks)
        elif metric.kind is Kind.SCORES and auc is not None:
            part = auc[:, None]
        elif metric.kind is Kind.RATINGS and errors is not None:
            part = _ERRORS[metric.name](errors)[:, None]
        else:
            continue
        names += metric.columns(settings.ks)
        parts.append(part)
    return tuple(names), np.hstack(parts) if parts else np.empty((lists.question.n_users, 0))


def _listable(scores: FloatMatrix, question: Question, rows: slice) -> FloatMatrix:
    """A copy of a batch's scores with -inf for films that cannot be scored or must not be listed."""
    expected = (rows.stop - rows.start, question.dataset.n_items)
    if scores.shape != expected:
        raise ValueError(f"a method scored {scores.shape} users and films, {expected} were asked for")
    values: FloatMatrix = np.where(np.isnan(scores), np.float32(-np.inf), scores)
    values[:, ~question.listable] = -np.inf
    hidden = question.hidden[rows]
    values[np.repeat(np.arange(hidden.shape[0]), np.diff(hidden.indptr)), hidden.indices] = -np.inf
    return values


def _random_orders(rows: slice, n_items: int, seed: int) -> IndexVector:
    """(n_rows, n_items) item_index in an order of its own for each user, the same for every method."""
    orders = [np.random.default_rng([seed, row]).permutation(n_items) for row in range(rows.start, rows.stop)]
    return np.stack(orders).astype(np.int64)


def _rank(values: FloatMatrix, depth: int, orders: IndexVector | None) -> tuple[IndexVector, int]:
    """The best films of each row, -1 where a list ends, and how many rows had to choose among equals.

    Args:
        orders: (n_rows, n_items) item_index in the order in which equal scores are listed; None = ascending.
    """
    k = min(depth, values.shape[1])
    ranked = np.full((len(values), depth), -1, np.int64)
    if orders is None:
        ranked[:, :k] = top_k_rows(values, k)
    else:
        places = top_k_rows(np.take_along_axis(values, orders, axis=1), k)
        ranked[:, :k] = np.where(places >= 0, np.take_along_axis(orders, np.maximum(places, 0), axis=1), -1)
    last = np.take_along_axis(values, ranked[:, k - 1 : k], axis=1)
    listed = np.take_along_axis(values, np.maximum(ranked[:, :k], 0), axis=1)
    tied = (values == last).sum(1) > (listed == last).sum(1)
    return ranked, int((tied & (ranked[:, k - 1] >= 0)).sum())


def _errors(scores: FloatMatrix, question: Question, rows: slice) -> sparse.csr_matrix:
    """Predicted less given rating for every held-out rating of a batch; predictions are kept on the scale."""
    test = question.split.test[rows]
    users = np.repeat(np.arange(test.shape[0]), np.diff(test.indptr))
    predicted = np.clip(scores[users, test.indices], *question.split.train.scale)
    return sparse.csr_matrix((predicted - test.data, test.indices, test.indptr), shape=test.shape)


def _count_predicted(errors: sparse.csr_matrix | None, n_users: int) -> IndexVector:
    if errors is None:
        return np.zeros(n_users, np.int64)
    users = np.repeat(np.arange(n_users), np.diff(errors.indptr))
    return np.bincount(users[~np.isnan(errors.data)], minlength=n_users).astype(np.int64)
