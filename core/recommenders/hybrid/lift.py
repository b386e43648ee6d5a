"""Lift: how much more often films are liked together than their fame would have it, on one scale for everybody."""

import numpy as np

from core.types import FloatMatrix, FloatVector

DOUBT = 2.0
"""Ratings by which a film's lift is pulled towards nothing: n / (n + DOUBT)."""
TOP = 10


def lift(weights: FloatMatrix, counts: FloatVector) -> FloatMatrix:
    """Item-item weights over the mean of their row's ten largest; less for films that few have rated.

    Args:
        weights: (n, n_items) of n profiles, 0 = nothing is known.
        counts: (n_items,) how many rated each film.
    """
    best = largest_of(weights, TOP)
    mean = best.sum(axis=1, keepdims=True) / np.maximum((best > 0).sum(axis=1, keepdims=True), 1)
    trust = counts / (counts + np.float32(DOUBT))
    return np.asarray(trust * weights / np.where(mean > 0, mean, 1), np.float32)


def largest_of(weights: FloatMatrix, n: int) -> FloatMatrix:
    """(n_rows, n) the largest of each row, ascending, 0 where fewer are above 0: most films go with no like at all."""
    best: FloatMatrix = np.zeros((len(weights), n), np.float32)
    for row, own in enumerate(weights):
        found = np.sort(own[own > 0])[-n:]
        best[row, n - len(found) :] = found
    return best
