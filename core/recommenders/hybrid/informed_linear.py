"""The linear model of the hybrid: EDLAE that also knows what the films are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy import sparse

from core.compute.cost import Cost, Size
from core.domain import Dataset
from core.embeddings import Space
from core.embeddings.base import normalise
from core.models import linear
from core.models.evened import by_activity, held_back
from core.models.linear import (
    Others,
    closed_form,
    default_reg,
    gram_matrix,
    kept,
    learned_films,
    put_back,
    squares,
)
from core.models.preference_matrix import liked_matrix, min_weight_param, rated_items
from core.params import param
from core.recommenders.base import chosen_space
from core.recommenders.collaborative.ease import activity_param, fame_param, keep_param, memory_param
from core.recommenders.collaborative.item_item import ItemItemRecommender, in_column_order
from core.recommenders.collaborative.predicted_rating import catalog_features
from core.types import FloatMatrix, IndexVector

_BLOCK = 1024
MOST_WEIGHTS = 12_000_000
"""Weights kept where `keep` is 0: 100 MB; all of up to 6,900 films, 190 MB.

nDCG@10 with 600, 1,200 and all of 9,742 weights a film: 0.3165, 0.3176 and 0.3183; with 600 and all of
1,682: 0.3400 and 0.3425 (the ratings that docs/decisions/0002-hybrid.md names).
"""

DROPOUT, ACTIVITY, FAME = 0.5, 0.5, 0.13
"""Chosen on the ratings that docs/decisions/0002-hybrid.md names and on MovieLens 1M: docs/decisions/0013-rules.md."""


class InformedLinear(ItemItemRecommender):
    """EDLAE in which films that are alike count as liked together a little.

    With F the films' vectors beside their genres and years, all of about length 1, `content` * reg * F F' is added to
    the count of common likes X'X before it is inverted. The penalties are EDLAE's. A film that nobody has rated
    stands in the matrix with its content alone, so it is scored like the others; only where it also has no
    vector it is NaN. Long histories count less and famous films are held back (`core.models.evened`). Part of
    `hybrid`, and no method of its own.
    """

    name = "informed_linear"
    label = "Common likes and content"
    source = (
        "Steck (2020), with side information as in Jeunen, Van Balen, Goethals (2020), “Closed-form models”."
    )

    @dataclass(frozen=True)
    class Params:
        space: str = param("minilm", "The embedding that says which films are alike.", choices_from="spaces")
        content: float = param(0.06, "How much likeness counts beside common likes.", low=0, high=10)
        genres: float = param(0.3, "How much genres and years count beside the embedding.", low=0, high=10)
        dropout: float = param(DROPOUT, "Share of the films that is blanked out.", low=0, high=0.95)
        activity: float = activity_param(ACTIVITY)
        fame: float = fame_param(FAME)
        keep: int = keep_param("12 million")
        memory_gb: float = memory_param()
        min_weight: float = min_weight_param()

    def needs(self) -> tuple[str, ...]:
        """The chosen space."""
        return (self.params.space,)

    def cut(self, size: Size) -> tuple[Any, ...]:
        """See `Recommender.cut`."""
        return linear.cut(size.n_items, self.params.memory_gb)

    def cost(self, size: Size) -> Cost:
        """See `Recommender.cost`."""
        return linear.cost(size, self.params.memory_gb)

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """See `Recommender.fit`; nothing here is random."""
        space = chosen_space(spaces, self.params.space, dataset)
        liked = liked_matrix(dataset, self.params.min_weight)
        items = np.union1d(rated_items(dataset), np.flatnonzero(space.has_vector)).astype(np.int64)
        likes = liked[:, items]
        learned = learned_films(self.label, np.diff(likes.tocsc().indptr), self.params.memory_gb)
        others = np.setdiff1d(np.arange(len(items)), learned)
        liked_at_all = squares(likes)
        reg = default_reg(liked_at_all[liked_at_all > 0])
        likes = by_activity(likes, self.params.activity)
        scale = held_back(squares(likes), self.params.fame)
        head = likes[:, learned] if len(others) else likes
        gram = gram_matrix(head)
        diagonal = np.diagonal(gram).copy()
        vectors = normalise(np.asarray(space.vectors, np.float32))[items]
        features = np.sqrt(self.params.genres) * catalog_features(dataset.catalog)[items].astype(np.float32)
        content = _Content(vectors, features.tocsr(), self.params.content * reg)
        content.add_to(gram, learned)
        odds = self.params.dropout / (1 - self.params.dropout)
        keep = self.params.keep or MOST_WEIGHTS // len(items)
        self.decided_ = {"reg": reg, "keep": kept(keep, len(items))}
        penalty = (reg + odds * diagonal).astype(np.float32)
        if not len(others):
            weights = closed_form(gram, penalty, keep, progress=self.progress, scale=scale)
        else:
            across, rest = head.T.tocsr(), likes[:, others].tocsc()

            def counted(part: slice) -> FloatMatrix:
                both: FloatMatrix = (across @ rest[:, part]).toarray()
                return both + content.between(learned, others[part])

            scale = None if scale is None else scale[np.concatenate([learned, others])]
            found = closed_form(gram, penalty, keep, Others(len(others), counted), self.progress, scale)
            weights = put_back(found, learned, len(items))
            self.decided_["films"] = len(learned)
        self.catalog_, self.items_ = dataset.catalog, items
        self.weights_ = in_column_order(weights) if sparse.issparse(weights) else weights
        return self

    def _learn_weights(self, liked: sparse.csr_matrix) -> FloatMatrix:
        raise NotImplementedError("needs the films' content: see fit")


@dataclass(frozen=True, eq=False)
class _Content:
    """How alike films are by what they are about: strength * (V V' + F F')."""

    vectors: FloatMatrix
    features: sparse.csr_matrix
    strength: float

    def between(self, some: IndexVector, others: IndexVector) -> FloatMatrix:
        """(some, others) float32."""
        alike = self.vectors[some] @ self.vectors[others].T
        alike += (self.features[some] @ self.features[others].T).toarray()
        return np.asarray(self.strength * alike, np.float32)

    def add_to(self, gram: FloatMatrix, items: IndexVector) -> None:
        """Add that between these films to a symmetric matrix, block by block, without a second one."""
        rows = gram.T
        for start in range(0, len(items), _BLOCK):
            part = slice(start, start + _BLOCK)
            rows[part] += self.between(items[part], items)
