"""Decoys: beside every film that is asked for one that is just as famous and not asked for."""

import numpy as np
from scipy import sparse

from core.types import BoolVector, IndexVector

LIKE_FAME = 0.05
"""A decoy has as many ratings as its film, but for this share of them and one more."""


def decoys_of(
    relevant: sparse.csr_matrix, hidden: sparse.csr_matrix, counts: IndexVector, listable: BoolVector
) -> sparse.csr_matrix:
    """For every relevant film of every user a listable one of the same fame that is neither relevant nor hidden.

    Films of equal fame stand in one random order, the same for everybody; the nearest free one on either side is taken.

    Args:
        relevant: (n_users, n_items) CSR; stored = asked for. Every such film may be listed.
        hidden: (n_users, n_items) CSR; stored = must not be listed.
        counts: (n_items,) ratings of each film in the train part.
        listable: (n_items,) films that may be listed for anybody.

    Returns:
        (n_users, n_items) int64 CSR with the entries of `relevant`: the decoy's item_index, -1 = there is none so famous.
    """
    n_users, n_items = relevant.shape
    rows = np.repeat(np.arange(n_users, dtype=np.int64), np.diff(relevant.indptr))
    hidden_rows = np.repeat(np.arange(n_users, dtype=np.int64), np.diff(hidden.indptr))
    taken = np.sort(
        np.concatenate([rows * n_items + relevant.indices, hidden_rows * n_items + hidden.indices])
    )
    films = np.flatnonzero(listable)
    rng = np.random.default_rng(0)
    order = films[np.lexsort((rng.random(len(films)), counts[films]))]
    # a film looks first to one side, drawn by chance: else all decoys would be a little more famous
    first = rng.choice([-1, 1], n_items)
    place = np.full(n_items, -1, np.int64)
    place[order] = np.arange(len(order))
    found = np.full(relevant.nnz, -1, np.int64)
    open_ = np.arange(relevant.nnz)
    for step in range(1, len(order)):
        items = relevant.indices[open_]
        decided, may_go_on = np.zeros(len(open_), bool), np.zeros(len(open_), bool)
        for side in (step, -step):
            at = place[items] + side * first[items]
            inside = (at >= 0) & (at < len(order))
            other = order[np.where(inside, at, 0)]
            near = inside & (np.abs(counts[other] - counts[items]) <= 1 + LIKE_FAME * counts[items])
            free = near & ~decided & ~_contains(taken, rows[open_] * n_items + other)
            found[open_[free]] = other[free]
            decided |= free
            may_go_on |= near
        open_ = open_[may_go_on & ~decided]
        if not len(open_):
            break
    return sparse.csr_matrix((found, relevant.indices, relevant.indptr), shape=relevant.shape)


def _contains(ordered: IndexVector, keys: IndexVector) -> BoolVector:
    """Which keys stand in an ascending array."""
    if not len(ordered):
        return np.zeros(len(keys), bool)
    return np.asarray(ordered[np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)] == keys)
