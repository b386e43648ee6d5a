"""What all item-item methods share: a matrix of weights between films, and a product with it as score."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from scipy import sparse

from core.domain import Addend, Dataset, Profile, Reason
from core.embeddings import Space
from core.models.preference_matrix import history_matrix, liked_matrix, rated_items
from core.models.sparse_products import dense_product, with_unknown
from core.recommenders import evidence
from core.recommenders.base import Ability, AddsUp, LikensFilms, Recommender
from core.recommenders.collaborative.contributions import contribution_reasons
from core.types import Arrays, FloatMatrix, IndexVector


class ItemItemRecommender(Recommender, LikensFilms, AddsUp):
    """Score of a film = sum over the films of the history of strength x weight to that film.

    Subclasses give `_learn_weights`. Films that nobody rated are NaN, and all are for histories in which
    nothing counts or speaks for a film.

    Attributes:
        items_: (n_rated,) item_index of the rated films: row and column of `weights_`.
        weights_: (n_rated, n_rated) float32, dense or CSR; row = film of the history, column = film to score.
    """

    abilities = Ability.LIKES
    is_random = False
    likeness_words = "How much a like of one film speaks for the other: the mean of the learned weights in both directions."

    sum_words = "For every film of yours: how much you like it × its learned weight to this film."

    weights_: FloatMatrix | sparse.csr_matrix

    @abstractmethod
    def _learn_weights(self, liked: sparse.csr_matrix) -> FloatMatrix | sparse.csr_matrix:
        """The weights between the rated films.

        Args:
            liked: (n_users, n_rated) float32 CSR of strengths in [0, 1].
        """

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """See `Recommender.fit`; nothing here is random."""
        liked = liked_matrix(dataset, self.params.min_weight)
        items = rated_items(dataset)
        weights = self._learn_weights(liked[:, items])
        self.catalog_, self.items_ = dataset.catalog, items
        self.weights_ = in_column_order(weights) if sparse.issparse(weights) else weights
        return self

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """See the class."""
        history = self._history(profiles)
        asked = np.flatnonzero(np.diff(history.indptr))
        product = dense_product(history[asked], self.weights_)
        if not isinstance(self.weights_, np.ndarray) and self.weights_.nnz:
            product[~product.any(axis=1)] = np.nan  # films that speak for none say nothing of any
        return with_unknown(product, asked, self.items_, (len(profiles), len(self.catalog_)))

    def _history(self, profiles: Sequence[Profile]) -> sparse.csr_matrix:
        return history_matrix(profiles, len(self.catalog_), self.params.min_weight)[:, self.items_]

    def likeness(self, items: IndexVector) -> FloatMatrix:
        """See `LikensFilms`: the mean of the weights in both directions."""
        place = np.full(len(self.catalog_), -1, np.int64)
        place[self.items_] = np.arange(len(self.items_))
        rows = place[items]
        known = rows >= 0
        block: Any = self.weights_[np.maximum(rows, 0)][:, np.maximum(rows, 0)]
        weights = block.toarray() if sparse.issparse(block) else block
        both = np.where(known[:, None] & known[None, :], (weights + weights.T) / 2, np.nan)
        found: FloatMatrix = both.astype(np.float32)
        return found

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The films of the history that contributed most, with their shares."""
        history = self._history([profile])
        contributions = self._weights_to(history, item_indices) * history.data[:, None]
        films = self.items_[history.indices]
        return contribution_reasons(self.catalog_, films, contributions, profile, item_indices)

    def _weights_to(self, history: sparse.csr_matrix, item_indices: Sequence[int]) -> FloatMatrix:
        """(n_history, n_items) the weight of each film of a history (1, n_rated) to each of these, 0 to an unrated one."""
        place = np.full(len(self.catalog_), -1, np.int64)
        place[self.items_] = np.arange(len(self.items_))
        columns = place[np.asarray(item_indices, np.int64)]
        block: Any = self.weights_[history.indices][:, np.maximum(columns, 0)]
        weights: FloatMatrix = block.toarray() if sparse.issparse(block) else block.copy()
        weights[:, columns < 0] = 0
        return weights

    def addends(self, profile: Profile, item: int) -> list[Addend]:
        """See `AddsUp`: strength x weight of every film of the history."""
        history = self._history([profile])
        weights = self._weights_to(history, [item])[:, 0]
        return [
            Addend(
                evidence.label(self.catalog_, film),
                strength * weight,
                f"{strength:.2f} liking × {weight:.4f} weight",
                film,
            )
            for film, strength, weight in zip(
                self.items_[history.indices].tolist(), history.data.tolist(), weights.tolist(), strict=True
            )
        ]

    def state(self) -> Arrays:
        """`items`, and the weights: `dense`, or `data`, `indices` and `indptr`."""
        if not sparse.issparse(self.weights_):
            return {"items": self.items_, "dense": np.asarray(self.weights_)}
        parts = {name: getattr(self.weights_, name) for name in ("data", "indices", "indptr")}
        return {"items": self.items_, **parts}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        self.catalog_, self.items_ = dataset.catalog, state["items"]
        if "dense" in state:
            self.weights_ = state["dense"]
        else:
            shape = (len(self.items_), len(self.items_))
            self.weights_ = sparse.csr_matrix((state["data"], state["indices"], state["indptr"]), shape=shape)
        return self


def in_column_order(weights: sparse.spmatrix) -> sparse.csr_matrix:
    """A float32 CSR with sorted columns and no zeros, so that sums are always taken in the same order."""
    matrix = sparse.csr_matrix(weights, dtype=np.float32)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix
