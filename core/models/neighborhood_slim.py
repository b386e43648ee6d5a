"""SLIM among neighbours: the elastic net of every film on the few films whose likes go most with its own (fsSLIM)."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse

from core.compute.progress import Progress, no_progress
from core.compute.threads import n_threads, one_blas_thread
from core.models.linear import gram_matrix
from core.types import FloatMatrix, IndexVector

_BLOCK, _SYSTEMS = 1024, 64
"""Films whose likes are counted at once, and films whose equations are solved at once, by a thread."""
_SMALLEST_CHANGE = 1e-4
"""Of a weight: rounds end where none changes by more."""


def neighborhood_slim(
    liked: sparse.csr_matrix,
    learned: IndexVector,
    *,
    n_neighbors: int,
    l1: float,
    l2: float,
    epochs: int,
    progress: Progress = no_progress,
) -> sparse.csr_matrix:
    """Weights of every film on its nearest films among some, never negative.

    Neighbours are the films with the largest cosine of likes. Among them the weights w minimise
    1/2 ||y - Xw||^2 + l2/2 ||w||^2 + l1 |w|, by coordinate descent on X'X. Source: Ning, Karypis (2011), “SLIM: sparse
    linear methods for top-N recommender systems”, section 5.3 (feature selection).

    Args:
        liked: (n_users, n_items) float32 CSR of strengths.
        learned: Films that may be neighbours, ascending.
        n_neighbors: How many of them are chosen for a film at most.
        l1: Penalty that sets weak weights to 0.
        l2: Penalty on large weights.
        epochs: Most rounds of coordinate descent.
        progress: Told how many films are done.

    Returns:
        (n_items, n_items) float32 CSR, row = the film that speaks for the column's.
    """
    n_items = liked.shape[1]
    head, columns = liked[:, learned], liked.tocsc()
    gram = gram_matrix(head)
    lengths = np.sqrt(np.maximum(np.diagonal(gram), 1e-12))
    across, n_neighbors = head.T.tocsr(), min(n_neighbors, len(learned))
    place = np.full(n_items, -1, np.int64)
    place[learned] = np.arange(len(learned))

    def block(start: int) -> tuple[IndexVector, FloatMatrix]:
        """Neighbours and weights of some films, (n, n_neighbors) each."""
        counts = (across @ columns[:, start : start + _BLOCK]).T.toarray()
        own = place[start : start + len(counts)]
        counts[own >= 0, own[own >= 0]] = 0
        cosines = counts / lengths
        near = np.argpartition(cosines, len(learned) - n_neighbors, axis=1)[:, len(learned) - n_neighbors :]
        near.sort(axis=1)
        nearest = np.take_along_axis(counts, near, axis=1)
        weights = np.empty_like(nearest)
        for begin in range(0, len(near), _SYSTEMS):
            part = slice(begin, begin + _SYSTEMS)
            systems = gram[near[part, :, None], near[part, None, :]]
            weights[part] = _descend(systems, nearest[part], l1, l2, epochs)
        return near, weights

    rows, data, counted = [], [], [np.zeros(1, np.int64)]
    starts = range(0, n_items, _BLOCK)
    with one_blas_thread(), ThreadPoolExecutor(n_threads()) as threads:
        for start, (near, weights) in zip(starts, threads.map(block, starts), strict=True):
            chosen = weights > 0
            rows.append(learned[near[chosen]])
            data.append(weights[chosen])
            counted.append(chosen.sum(axis=1))
            progress(min(start + _BLOCK, n_items), n_items)
    parts = np.concatenate(data), np.concatenate(rows), np.cumsum(np.concatenate(counted))
    return sparse.csc_matrix(parts, shape=(n_items, n_items)).tocsr()


def _descend(systems: FloatMatrix, targets: FloatMatrix, l1: float, l2: float, epochs: int) -> FloatMatrix:
    """Weights (n, k) that are never negative, of n problems at once.

    Args:
        systems: (n, k, k) X'X of each problem.
        targets: (n, k) X'y.
        l1: Penalty that sets weak weights to 0.
        l2: Penalty on large weights.
        epochs: Most rounds.
    """
    weights, residual = np.zeros_like(targets), targets.copy()
    diagonal = np.diagonal(systems, axis1=1, axis2=2).copy()
    for _ in range(epochs):
        largest = 0.0
        for column in range(targets.shape[1]):
            own, before = diagonal[:, column], weights[:, column]
            after = np.maximum((residual[:, column] + own * before - l1) / (own + l2), 0)
            moved = after - before
            if not moved.any():
                continue
            residual -= moved[:, None] * systems[:, column]
            weights[:, column] = after
            largest = max(largest, float(np.abs(moved).max()))
        if largest <= _SMALLEST_CHANGE:
            break
    return weights
