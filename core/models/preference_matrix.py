"""From ratings and profiles to what collaborative methods learn from: how much each film was liked.

The strength of a film in a history is (1 + weight) / 2: 1 for the best rating, 0.5 for the middle of the
scale. Films below `min_weight` are left out, in learning and in asking alike, so by default a disliked film
neither helps nor harms. On validation ratings of ML-100K and ml-latest-small, EASE reached an nDCG@10 of
0.256 and 0.207 like this; with every rating counting alike 0.229 and 0.186, with ratings from 4 counting
alike 0.253 and 0.194.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from core.domain import Dataset, Profile
from core.domain.profile import rating_weights
from core.errors import CannotFitError
from core.params import param
from core.types import FloatVector, IndexVector


def min_weight_param() -> Any:
    """The hyper-parameter that all methods on histories of liked films have in common."""
    return param(
        0.0,
        "What counts as liked: -1 = every rating, 0 = from the middle of the scale, 0.5 = from 4 of 5 stars.",
        low=-1,
        high=1,
    )


def times_param() -> Any:
    """What the rule of a penalty is multiplied by: what is tuned so holds at other sizes."""
    words = "Penalty as a multiple of what its rule gives; read where reg is 0."
    return param(1.0, words, low=0.01, high=100, search=(0.25, 4))


def liked_matrix(dataset: Dataset, min_weight: float) -> sparse.csr_matrix:
    """The strengths of all users' histories.

    Returns:
        (n_users, n_items) float32 CSR in [0, 1], nothing stored for films that do not count as liked.

    Raises:
        CannotFitError: Nobody rated anything, or nothing counts as liked.
    """
    interactions = dataset.interactions
    if not len(interactions):
        raise CannotFitError(
            f"{dataset.label} has no ratings to learn from.", hint="Use a content method instead."
        )
    ratings = interactions.ratings
    weights = rating_weights(ratings.data, interactions.scale)
    matrix = sparse.csr_matrix(
        (_strengths(weights, min_weight), ratings.indices, ratings.indptr), shape=ratings.shape
    )
    matrix = matrix.copy()  # the index arrays above belong to the dataset, and the next line works in place
    matrix.eliminate_zeros()
    if not matrix.nnz:
        raise CannotFitError(
            f"No rating of {dataset.label} counts as liked.", hint="Choose a smaller min_weight."
        )
    return matrix


def history_matrix(profiles: Sequence[Profile], n_items: int, min_weight: float) -> sparse.csr_matrix:
    """The strengths of the profiles' films, (n_profiles, n_items) float32 CSR; see `liked_matrix`."""
    weights, items, indptr = entries_of(profiles)
    matrix = sparse.csr_matrix(
        (_strengths(weights, min_weight), items, indptr), shape=(len(profiles), n_items)
    )
    matrix.sort_indices()
    matrix.eliminate_zeros()
    return matrix


def entries_of(profiles: Sequence[Profile]) -> tuple[FloatVector, IndexVector, IndexVector]:
    """Weights, item_index and row ends of all profiles one after the other, as `sparse.csr_matrix` takes them."""
    weights = np.concatenate([np.empty(0, np.float32), *(profile.weights for profile in profiles)])
    items = np.concatenate([np.empty(0, np.int64), *(profile.items for profile in profiles)])
    return weights, items, np.cumsum([0, *(len(profile.items) for profile in profiles)], dtype=np.int64)


def rated_items(dataset: Dataset) -> IndexVector:
    """item_index of the films that at least one person rated, ascending."""
    return np.flatnonzero(dataset.interactions.item_counts()).astype(np.int64)


def _strengths(weights: FloatVector, min_weight: float) -> FloatVector:
    strengths: FloatVector = np.where(weights >= min_weight, (1 + weights) / 2, 0).astype(np.float32)
    return strengths
