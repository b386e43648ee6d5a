"""A film's score by learned factors: what each of them adds, and which likes pull it."""

from dataclasses import dataclass

import numpy as np

from core.domain import Answer, Question
from core.embeddings.base import normalise
from core.exploration.see_through import answering
from core.recommenders.base import HasFactors
from core.serving import Atlas
from core.serving.profiles import make_profile
from core.types import FloatMatrix, FloatVector, IndexVector

FACTORS, LIKES = 7, 8
"""Factors and likes with a row or a column of their own; all others together have one more."""
KNOWN = 400
"""The films that most people rated: those that name a factor are among them."""
NAMING = 2
"""Films that name an end of a factor."""


@dataclass(frozen=True, eq=False)
class Factor:
    """One factor, and what it adds to a film's score.

    Attributes:
        near: item_index of well-known films that lie farthest out on the film's own side.
        far: Of those on the other side; () = no well-known film lies there, as along the first, which says mostly how well
            films are known.
        adds: What it adds to the score.
    """

    near: tuple[int, ...]
    far: tuple[int, ...]
    adds: float


@dataclass(frozen=True, eq=False)
class FactorSum:
    """A score taken apart twice: by factor, and by the liked films that pull it.

    Attributes:
        factors: Those that add or take most.
        likes: item_index of the liked films that add or take most.
        n_factors, n_likes: How many there are of each.
        values: (n rows, n columns) what each like adds through each factor. The last row is all other factors, the last
            column all other likes, where there are any; it sums to `score`.
        score: The film's score.
    """

    factors: tuple[Factor, ...]
    likes: tuple[int, ...]
    n_factors: int
    n_likes: int
    values: FloatMatrix
    score: float


def factors_behind(atlas: Atlas, question: Question, answer: Answer, item: int) -> FactorSum | None:
    """A film's score by the factors of the method that answered; None where it has none, or no like counts.

    Args:
        atlas: The films.
        question: What was asked.
        answer: What was answered to it.
        item: item_index of one of its films.
    """
    method = answering(atlas, question, answer)
    if not isinstance(method, HasFactors):
        return None
    likes, pulls = method.pulls(make_profile(atlas, question))
    factors = method.film_factors()
    if not len(likes) or not factors[item].any():
        return None
    shares = (pulls * factors[item]).T  # (dim, n_likes)
    rows, columns = _strongest(shares.sum(1), FACTORS), _strongest(shares.sum(0), LIKES)
    known = np.argsort(-atlas.counts, kind="stable")[:KNOWN]
    known = known[(known != item) & factors[known].any(axis=1)]
    along = normalise(factors[known]) * np.where(factors[item] < 0, -1, 1)  # on the film's side above 0
    return FactorSum(
        tuple(_named(known, along[:, row], float(shares[row].sum())) for row in rows.tolist()),
        tuple(likes[columns].tolist()),
        len(shares),
        len(likes),
        _gathered(_gathered(shares, rows).T, columns).T,
        float(shares.sum()),
    )


def _strongest(sums: FloatMatrix, most: int) -> IndexVector:
    """Places of the largest by size; all where one more would be all, for the rest is one more."""
    order = np.argsort(-np.abs(sums), kind="stable")
    return np.asarray(order if len(order) <= most + 1 else order[:most])


def _gathered(values: FloatMatrix, rows: IndexVector) -> FloatMatrix:
    """These rows, and the sum of all others where there are any."""
    if len(rows) == len(values):
        return values[rows]
    return np.vstack([values[rows], np.delete(values, rows, axis=0).sum(0)])


def _named(known: IndexVector, along: FloatVector, adds: float) -> Factor:
    """A factor by the well-known films that have most of it, and most against it, for their size."""
    order = np.argsort(-along, kind="stable")
    near, far = known[order[along[order] > 0]], known[order[along[order] < 0]]
    return Factor(tuple(near[:NAMING].tolist()), tuple(far[::-1][:NAMING].tolist()), adds)
