"""Ranked lists of many people at once, and what metrics read of them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.evaluation.task import Task
from core.types import BoolVector, FloatMatrix, IndexVector

Values = npt.NDArray[np.float64]
Hits = npt.NDArray[np.bool_]


def hits_of(ranked: IndexVector, relevant: sparse.csr_matrix) -> Hits:
    """Which places of ranked lists hold a relevant film.

    Args:
        ranked: (n_users, depth) item_index, -1 = no film at this place.
        relevant: (n_users, n_items) CSR; stored = relevant.
    """
    n_users, n_items = relevant.shape
    rows = np.repeat(np.arange(n_users, dtype=np.int64), np.diff(relevant.indptr))
    keys = np.arange(n_users, dtype=np.int64)[:, None] * n_items + ranked
    return np.isin(keys, rows * n_items + relevant.indices) & (ranked >= 0)


def ratio(parts: npt.NDArray[Any], wholes: npt.NDArray[Any]) -> Values:
    """Quotients parts / wholes, NaN where the whole is 0 or less; the shapes are those of NumPy's broadcasting."""
    shape = np.broadcast_shapes(parts.shape, wholes.shape)
    return np.asarray(np.divide(parts, wholes, out=np.full(shape, np.nan), where=wholes > 0))


def popular_places(
    ranked: IndexVector, counts: IndexVector, hidden: sparse.csr_matrix, listable: BoolVector
) -> IndexVector:
    """Where each listed film stands, from 0, when the films a user may see are ordered by number of ratings.

    Ties are broken by index. The place is the film's place among all listable films, less the user's hidden
    films before it, so no list of popular films is made.

    Args:
        ranked: (n_users, depth) item_index, best first; -1 where a list has ended.
        counts: (n_items,) ratings of each film in the train part.
        hidden: (n_users, n_items) CSR, films that must not be listed for a user.
        listable: (n_items,) films that may be listed for anybody.

    Returns:
        (n_users, depth) int64; n_items where a list has ended.
    """
    n_users, n_items = hidden.shape
    place = np.empty(n_items, np.int64)
    place[np.lexsort((np.arange(n_items), -counts, ~listable))] = np.arange(n_items)
    rows = np.repeat(np.arange(n_users, dtype=np.int64), np.diff(hidden.indptr))
    keys = np.sort(rows * n_items + place[hidden.indices])
    starts = (np.arange(n_users, dtype=np.int64) * n_items)[:, None]
    before = np.searchsorted(keys, starts + place[ranked]) - np.searchsorted(keys, starts)
    return np.asarray(np.where(ranked >= 0, place[ranked] - before, n_items), np.int64)


@dataclass(frozen=True, eq=False)
class Lists:
    """A method's ranked lists for the users of one task.

    Attributes:
        ranked: (n_users, depth) item_index, -1 where a list has ended.
    """

    task: Task
    ranked: IndexVector

    @cached_property
    def hits(self) -> Hits:
        """(n_users, depth) whether the film at each place is relevant."""
        return hits_of(self.ranked, self.task.relevant)

    @cached_property
    def places(self) -> IndexVector:
        """(n_users, depth) place of each film in the user's own popularity list."""
        task = self.task
        return popular_places(self.ranked, task.counts, task.hidden, task.listable)


@dataclass(frozen=True, eq=False)
class Scores:
    """All scores of some users of one task, and what is asked for.

    Attributes:
        values: (n_users, n_items) scores, -inf = cannot be scored or must not be listed.
        ordered: (n_users, n_items) every row of `values` in ascending order.
        relevant: (n_users, n_items) bool CSR, the relevant held-out films.
        n_hidden: (n_users,) films of the catalogue that must not be listed for each user.
        decoys: (n_users, n_items) int64 CSR with the entries of `relevant`, see `Task.decoys`.
    """

    values: FloatMatrix
    ordered: FloatMatrix
    relevant: sparse.csr_matrix
    n_hidden: IndexVector
    decoys: sparse.csr_matrix
