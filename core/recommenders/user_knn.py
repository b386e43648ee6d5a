"""User-KNN: what the people most like you like."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from scipy import sparse

from core.datasets.base import Dataset
from core.recommenders import register
from core.recommenders.base import Ability, Recommender, param
from core.recommenders.histories import history_matrix, liked_matrix, min_weight_param, rated_items
from core.recommenders.item_item import in_column_order, n_threads
from core.spaces.base import Space
from core.types import Arrays, FloatMatrix, Profile, Reason

_FEWEST_ROWS = 64
"""Fewer rows are multiplied sooner than threads are started."""


@register
class UserKnn(Recommender):
    """Score of a film = sum over the nearest people of similarity x strength of their liking.

    Similarity is the shrunk cosine of histories in which a film counts less the more people like it:
    strength x log(1 + people / people who like it)^rarity. People of the dataset are their own nearest
    neighbour, which adds to films they know already and to nothing else. nDCG@10 on validation ratings of ML-100K
    and ml-latest-small: 0.239 and 0.190 (bench/tune_collaborative.py).
    """

    name = "user_knn"
    label = "User-KNN"
    description = "What the people whose taste is nearest to yours like."
    source = (
        "Breese et al. (1998), inverse user frequency and case amplification; shrinkage as in Koren (2008)."
    )
    abilities = Ability.LIKES

    @dataclass(frozen=True)
    class Params:
        n_neighbors: int = param(
            200,
            "How many of the nearest people count.",
            low=1,
            high=10_000,
            is_learned=False,
            search=(20, 600),
        )
        shrinkage: float = param(
            0.5,
            "Pulls similarities that rest on few films towards 0.",
            low=0,
            high=1000,
            is_learned=False,
            search=(0.1, 100),
        )
        rarity: float = param(
            0.3,
            "How much more a rare film says about a taste; 0 = not at all.",
            low=0,
            high=3,
            is_learned=False,
            search=(0, 2),
        )
        sharpness: float = param(
            3.0,
            "Power of the similarity: more = the nearest people count more.",
            low=0,
            high=5,
            is_learned=False,
            search=(0.5, 4),
        )
        min_weight: float = min_weight_param()

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """Keep the histories; nothing here is random."""
        self.liked_ = in_column_order(liked_matrix(dataset, self.params.min_weight))
        self.items_, self.catalog_ = rated_items(dataset), dataset.catalog
        return self

    def _similarity(self, profiles: Sequence[Profile]) -> sparse.csr_matrix:
        """(n_profiles, n_users) CSR, at most `n_neighbors` a row."""
        from irspack.recommenders._knn import CosineSimilarityComputer

        people = np.bincount(self.liked_.indices, minlength=self.liked_.shape[1])
        frequency = np.log1p(self.liked_.shape[0] / np.maximum(people, 1)) ** self.params.rarity
        rarity = sparse.diags(np.where(people > 0, frequency, 0))
        known = (self.liked_ @ rarity).tocsr().astype(np.float64)
        asked = history_matrix(profiles, len(self.catalog_), self.params.min_weight) @ rarity
        computer = CosineSimilarityComputer(known, self.params.shrinkage, True, n_threads())
        n_neighbors = min(self.params.n_neighbors, self.liked_.shape[0])
        similarity = in_column_order(
            computer.compute_similarity(asked.tocsr().astype(np.float64), n_neighbors)
        )
        similarity.data **= self.params.sharpness
        return similarity

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """See the class; NaN for films nobody rated and for histories that share no film with anybody."""
        scores = np.full((len(profiles), len(self.catalog_)), np.nan, np.float32)
        similarity = self._similarity(profiles)
        near = np.flatnonzero(np.diff(similarity.indptr))
        scores[np.ix_(near, self.items_)] = dense_product(similarity[near], self.liked_)[:, self.items_]
        return scores

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """How many of the nearest people like the film, and the films that they share with the profile."""
        similarity = self._similarity([profile])
        near = similarity.indices[similarity.indices != (-1 if profile.user is None else profile.user)]
        likes = self.liked_[near][:, np.asarray(item_indices, np.int64)].toarray() > 0
        return [(self._reason(int(count), len(near)),) for count in likes.sum(axis=0)]

    @staticmethod
    def _reason(count: int, of: int) -> Reason:
        if not count:
            return Reason("None of the people most like you likes it.", "similar_users")
        return Reason(f"Liked by {count:,} of the {of:,} people most like you.", "similar_users")

    def state(self) -> Arrays:
        """The histories in CSR form, and `items`."""
        parts = {name: getattr(self.liked_, name) for name in ("data", "indices", "indptr")}
        return {"items": self.items_, "n_users": np.array(self.liked_.shape[0]), **parts}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        shape = (int(state["n_users"]), dataset.n_items)
        self.liked_ = sparse.csr_matrix((state["data"], state["indices"], state["indptr"]), shape=shape)
        self.items_, self.catalog_ = state["items"], dataset.catalog
        return self


def dense_product(left: sparse.csr_matrix, right: sparse.csr_matrix) -> FloatMatrix:
    """left @ right as a dense array; scipy lets threads work at once, each on rows of its own."""
    if left.shape[0] < _FEWEST_ROWS:
        return np.asarray((left @ right).toarray())
    bounds = np.linspace(0, left.shape[0], n_threads() + 1).astype(int)
    with ThreadPoolExecutor(n_threads()) as pool:
        parts = pool.map(lambda part: (left[part[0] : part[1]] @ right).toarray(), pairwise(bounds))
        return np.vstack(list(parts))
