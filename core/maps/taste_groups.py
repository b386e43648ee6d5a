"""Groups of people and films that go together in the ratings: who rates what, and what sets those films apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from core.compute.progress import Progress, no_progress
from core.domain import Catalog, Interactions
from core.types import Arrays, IndexVector

VERSION = 1
"""Raised whenever the same ratings would get other groups or names."""

LEAST = 5
"""Ratings that a person and a film need to be learned from: with fewer, a handful of pairs would be a group of its own."""

OFF = 0.1
"""Weight of the lowest rating, where the highest weighs 1 more: watching binds a little, liking binds."""

NO_TASTE = ("IMAX",)
"""Genres of some sources that say how a film was shown, not what it is: they name no group."""


@dataclass(frozen=True, eq=False)
class TasteGroups:
    """People and films in groups of one numbering.

    Attributes:
        users, items: (n_users,) and (n_items,) int64 number of each one's group; -1 = rated nothing, or by nobody.
        names: What sets the films of each group apart.
    """

    users: IndexVector
    items: IndexVector
    names: tuple[str, ...]

    def arrays(self) -> Arrays:
        """Both sides' numbers."""
        return {"users": self.users, "items": self.items}

    @classmethod
    def of(cls, arrays: Mapping[str, IndexVector], about: Mapping[str, Any]) -> "TasteGroups":
        """From what is stored."""
        return cls(arrays["users"], arrays["items"], tuple(map(str, about["names"])))


def n_groups_for(n_items: int) -> int:
    """How many groups: the fifth root of the number of films twice over, 2 to 12 (8 at 1,000, 12 from 9,000 on)."""
    return int(np.clip(round(2 * n_items**0.2), 2, 12))


def taste_groups(
    catalog: Catalog, interactions: Interactions, *, seed: int = 0, progress: Progress = no_progress
) -> TasteGroups:
    """Group people and films together.

    Those with few ratings join the group with which they share most, against what chance would give.

    Args:
        catalog: Genres of the films name the groups.
        interactions: Who rated what; at least one rating.
        seed: Decides the start of the search.
        progress: Told how far it is.

    Source: Dhillon (2001), "Co-clustering documents and words using bipartite spectral graph partitioning".
    """
    weights = _weights(interactions)
    people, films = _core(weights)
    progress(0, 2, "grouping people and films together")
    core = weights[people][:, films]
    k = min(n_groups_for(len(films)), *core.shape) if min(core.shape, default=0) else 0
    if k < 2:
        items = np.where(interactions.item_counts() > 0, 0, -1).astype(np.int64)
        users = np.where(np.diff(weights.indptr) > 0, 0, -1).astype(np.int64)
        return TasteGroups(users, items, _names(items, 1, interactions.item_counts(), catalog))
    from sklearn.cluster import SpectralCoclustering

    found = SpectralCoclustering(n_clusters=k, mini_batch=len(people) > 20_000, random_state=seed).fit(core)
    progress(1, 2, "naming the groups")
    users = np.full(weights.shape[0], -1, np.int64)
    items = np.full(weights.shape[1], -1, np.int64)
    users[people], items[films] = found.row_labels_, found.column_labels_
    items = _joined(weights.T.tocsr(), users, items, k)
    users = _joined(weights, items, users, k)
    order = np.argsort(-np.bincount(items[items >= 0], minlength=k), kind="stable")
    number = np.append(np.argsort(order), -1)  # the last one is for -1
    users, items = number[users], number[items]
    return TasteGroups(users, items, _names(items, k, interactions.item_counts(), catalog))


def _weights(interactions: Interactions) -> sparse.csr_matrix:
    """(n_users, n_items) how much each rating binds a person and a film."""
    matrix, (low, high) = interactions.ratings, interactions.scale
    share = (matrix.data - low) / (high - low) if interactions.is_explicit and high > low else 1
    data = np.broadcast_to(np.asarray(OFF + share, np.float32), matrix.data.shape)
    return sparse.csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def _core(weights: sparse.csr_matrix) -> tuple[IndexVector, IndexVector]:
    """The people and films with LEAST ratings, or with any where nobody has so many."""
    per_user, per_item = np.diff(weights.indptr), np.bincount(weights.indices, minlength=weights.shape[1])
    for least in (LEAST, 1):
        people, films = per_user >= least, per_item >= least
        while people.any():  # who loses films may fall below, and the other way round
            core = weights[people][:, films]
            kept_people, kept_films = np.diff(core.indptr) >= least, core.getnnz(axis=0) >= least
            if kept_people.all() and kept_films.all():
                return np.flatnonzero(people), np.flatnonzero(films)
            people[people], films[films] = kept_people, kept_films
    return np.empty(0, np.int64), np.empty(0, np.int64)


def _joined(weights: sparse.csr_matrix, others: IndexVector, own: IndexVector, k: int) -> IndexVector:
    """The groups of one side, where those without a group join that of most of their weight, by share of each group's."""
    there = np.flatnonzero(others >= 0)
    of_group = sparse.csr_matrix(
        (np.ones(len(there), np.float32), (there, others[there])), shape=(len(others), k)
    )
    shared = np.asarray((weights @ of_group).todense())
    shared /= np.maximum(shared.sum(0), 1e-9)
    return np.where((own < 0) & (shared.sum(1) > 0), shared.argmax(1), own).astype(np.int64)


def _names(items: IndexVector, k: int, counts: IndexVector, catalog: Catalog) -> tuple[str, ...]:
    """The two genres that set the ratings of each group's films apart from all ratings.

    A genre counts by s log(s / t), its part in the Kullback-Leibler divergence of the group's ratings, where s is the share
    of genres' ratings within the group that are of this genre, and t the same among all.
    """
    genres = [genre for genre in catalog.genre_names() if genre not in NO_TASTE]
    column = {genre: at for at, genre in enumerate(genres)}
    given = np.zeros((len(counts), len(genres)))
    for item, own_genres in enumerate(catalog.items["genres"]):
        given[item, [column[genre] for genre in own_genres if genre in column]] = counts[item]
    overall = given.sum(0) / max(given.sum(), 1)
    names: list[str] = []
    for number in range(k):
        own = given[items == number].sum(0)
        share = own / max(own.sum(), 1)
        apart = share * np.log(np.maximum(share, 1e-12) / np.maximum(overall, 1e-12))
        best = [at for at in np.argsort(-apart, kind="stable")[:2].tolist() if apart[at] > 0]
        names.append(" & ".join(genres[at] for at in best) or f"Group {number + 1}")
    return tuple(
        f"{name} {names[:number].count(name) + 1}" if name in names[:number] else name
        for number, name in enumerate(names)
    )
