"""Which films make a triplet: an anchor, one that belongs with it, and one that does not."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.domain import Interactions
from core.embeddings.triplet_network.features import GROUPS, Attributes, unit_rows
from core.types import FloatMatrix, IndexVector

BoolMatrix = npt.NDArray[np.bool_]

SHARES = {"directors": 0.2, "cast": 0.2, "keywords": 0.4, "genres": 0.2}
"""How often a film's partner is one that shares a director, an actor, a keyword or a genre."""

LESS_RELATED = 0.5
"""A film may be a negative where it is at most this share as related to the anchor as the positive is."""


@dataclass(frozen=True, eq=False)
class Relation:
    """What makes two films belong together: what they share, and how much each shared thing counts.

    Attributes:
        matrix: (n_items, n) float32 CSR; a row's squares are the chances of choosing a partner through each
            column.
    """

    matrix: sparse.csr_matrix

    @classmethod
    def of_content(cls, attributes: Attributes) -> "Relation":
        """Shared directors, actors, keywords and genres, the rarer the stronger, by `SHARES`."""
        weight = np.sqrt(np.array([SHARES[name] for name in GROUPS], np.float32))[attributes.group]
        return cls(unit_rows(sparse.csr_matrix(attributes.matrix @ sparse.diags_array(weight))))

    @classmethod
    def of_likes(cls, interactions: Interactions) -> "Relation":
        """Shared users who liked both, the fewer films a user likes the stronger.

        A like = a rating above the user's own mean, or any interaction where there are no ratings.
        """
        ratings = interactions.ratings
        counts = np.diff(ratings.indptr)
        users = np.repeat(np.arange(interactions.n_users), counts)
        sums = np.bincount(users, weights=ratings.data, minlength=interactions.n_users)
        liked = (
            ratings.data > (sums / np.maximum(counts, 1))[users]
            if interactions.is_explicit
            else ratings.data > 0
        )
        items, users = ratings.indices[liked], users[liked]
        per_user = np.bincount(users, minlength=interactions.n_users)
        weight = np.log1p(ratings.shape[1] / np.maximum(per_user, 1)).astype(np.float32)
        keep = per_user[users] >= 2
        shape = (ratings.shape[1], interactions.n_users)
        matrix = sparse.csr_matrix((weight[users[keep]], (items[keep], users[keep])), shape=shape)
        return cls(unit_rows(matrix))

    def within(self, items: IndexVector) -> "Relation":
        """The same among some films only, in their order."""
        return Relation(unit_rows(self.matrix[items]))

    def partners(self, anchors: IndexVector, rng: np.random.Generator) -> IndexVector:
        """One other film for each anchor that shares something with it; -1 where there is none."""
        found = np.full(len(anchors), -1, np.int64)
        first, last = self.matrix.indptr[anchors], self.matrix.indptr[anchors + 1] - 1
        related = np.flatnonzero(last >= first)
        own, first, last = anchors[related], first[related], last[related]
        low, high = self._chance[first], self._chance[last + 1]
        at = np.searchsorted(self._chance, low + rng.random(len(own)) * (high - low), side="right") - 1
        shared = self.matrix.indices[np.clip(at, first, last)]
        start = self._columns.indptr[shared]
        size = self._columns.indptr[shared + 1] - start
        offset = (rng.random(len(own)) * size).astype(np.int64)
        partner = self._columns.indices[start + offset]
        next_one = self._columns.indices[start + (offset + 1) % size]
        partner = np.where(partner == own, next_one, partner)  # a film may draw itself
        found[related] = np.where(partner == own, -1, partner)
        return found

    @cached_property
    def _columns(self) -> sparse.csc_matrix:
        return self.matrix.tocsc()

    @cached_property
    def _chance(self) -> npt.NDArray[np.float64]:
        """(nnz + 1,) cumulative chances of all stored entries, row by row."""
        return np.cumsum(np.append(0.0, self.matrix.data.astype(np.float64) ** 2))

    def between(self, rows: IndexVector, others: IndexVector) -> FloatMatrix:
        """(len(rows), len(others)) float32 how related films are, in [0, 1]."""
        return np.asarray((self.matrix[rows] @ self.matrix[others].T).todense(), np.float32)


def choose_negatives(
    distance: FloatMatrix, related: FloatMatrix, strategy: str, rng: np.random.Generator
) -> IndexVector:
    """For each anchor (row) the column of a dissimilar film among the batch's positives.

    A film qualifies where it is at most `LESS_RELATED` as related to the anchor as the positive (the
    diagonal) is.

    Args:
        distance: (n, n) of anchors to positives.
        related: (n, n) likewise, in [0, 1].
        strategy: "random": any that qualifies; "hard": the nearest; "semi-hard": the nearest that is farther
            than the positive, else the farthest.
        rng: For "random".

    Returns:
        (n,) int64, -1 where no film qualifies.
    """
    return _STRATEGIES[strategy](distance, related <= LESS_RELATED * np.diag(related)[:, None], rng)


def _random(distance: FloatMatrix, allowed: BoolMatrix, rng: np.random.Generator) -> IndexVector:
    return _nearest(rng.random(distance.shape).astype(np.float32), allowed)


def _hard(distance: FloatMatrix, allowed: BoolMatrix, rng: np.random.Generator) -> IndexVector:
    return _nearest(distance, allowed)


def _semi_hard(distance: FloatMatrix, allowed: BoolMatrix, rng: np.random.Generator) -> IndexVector:
    near = _nearest(distance, allowed & (distance > np.diag(distance)[:, None]))
    return np.where(near >= 0, near, _nearest(-distance, allowed))


def _nearest(distance: FloatMatrix, allowed: BoolMatrix) -> IndexVector:
    found = np.where(allowed, distance, np.inf).argmin(axis=1)
    return np.where(allowed.any(axis=1), found, -1).astype(np.int64)


_STRATEGIES = {"random": _random, "semi-hard": _semi_hard, "hard": _hard}
