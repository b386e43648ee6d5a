"""What evens out a linear model: long histories count less when it learns, and famous films are held back when it scores.

A closed form over X'X counts a pair of films for every person who likes both, so somebody with a thousand likes has a
hundred times the say of somebody with a hundred; and what it predicts is drawn towards films that many like. Measured in
bench/collaborative_rules.py.
"""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.types import FloatVector


def by_activity(liked: sparse.csr_matrix, activity: float) -> sparse.csr_matrix:
    """Every person's row times 1 / likes^(activity / 2), so that a pair of films counts 1 / likes^activity for them.

    Rows are scaled together so that the mean of the squares over all likes stays 1: the same ridge penalty suits.

    Args:
        liked: (n_users, n_items) CSR of strengths.
        activity: 0 = everybody's pairs count alike, 1 = nobody has more say for a long history.

    Returns:
        (n_users, n_items) float32 CSR; `liked` itself where `activity` is 0.
    """
    lengths = np.diff(liked.indptr)
    if not activity or not lengths.any():
        return liked
    weights = np.maximum(lengths, 1) ** (-activity / 2)
    weights /= np.sqrt(np.average(weights**2, weights=lengths))
    data = liked.data * np.repeat(weights.astype(np.float32), lengths)
    return sparse.csr_matrix((data, liked.indices, liked.indptr), shape=liked.shape)


def held_back(diagonal: npt.NDArray[np.floating], fame: float) -> FloatVector | None:
    """What the weights to each film are multiplied by: (its share of X'X's diagonal / the mean)^-fame.

    Args:
        diagonal: (n_items,) X'X's diagonal; a film that nobody likes stands as the one that is liked least.
        fame: 0 = famous films are not held back.

    Returns:
        (n_items,) float32; None where `fame` is 0 or nobody likes anything.
    """
    if not fame or not (diagonal > 0).any():
        return None
    liked = diagonal[diagonal > 0]
    scale: FloatVector = ((np.maximum(diagonal, liked.min()) / liked.mean()) ** -fame).astype(np.float32)
    return scale
