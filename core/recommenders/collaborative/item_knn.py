"""Item-KNN: a film is as good as the liked films that the same people like."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from core.compute.cost import Cost, Size
from core.compute.kernels import kernel
from core.compute.threads import n_threads
from core.models.preference_matrix import min_weight_param
from core.params import param
from core.recommenders.collaborative.item_item import ItemItemRecommender
from core.recommenders.registry import register

NEIGHBOURS_SECONDS = 1.2e-8
"""For a rating and another one of its person (bench/methods_at_scale.py)."""


@register
class ItemKnn(ItemItemRecommender):
    """Shrunk asymmetric cosine between the columns of liked films; each film keeps its nearest ones.

    weight(j to i) = x_i . x_j / (|x_i|^(2 balance) |x_j|^(2 - 2 balance) + shrinkage), after each user's row
    was divided by (its length / the mean length)^activity_penalty. nDCG@10 on validation ratings of ML-100K and
    ml-latest-small: 0.245 and 0.199, with the plain cosine 0.228 and 0.176 (bench/tune_collaborative.py).
    """

    name = "item_knn"
    label = "Item-KNN"
    description = "Films that the same people like as the films you like. Works at any size."
    how = (
        "Calls two films near if the same people like them, whatever else they like. Each film keeps its "
        "nearest ones. A film that is near several of yours comes first."
    )
    formula = (
        r"s(f) = \sum_{l} w_l\,\frac{x_l \cdot x_f}{\lvert x_f \rvert^{2b}\,\lvert x_l \rvert^{2 - 2b} + h}"
    )
    source = "Deshpande, Karypis (2004), section 4; the asymmetric cosine of Aiolli (2013)."

    @dataclass(frozen=True)
    class Params:
        n_neighbors: int = param(75, "Nearest films kept of each film.", low=1, high=10_000, search=(20, 400))
        shrinkage: float = param(
            5.0, "Pulls similarities that few people vouch for towards 0.", low=0, high=1000, search=(0.5, 50)
        )
        balance: float = param(
            0.25,
            "How far popular films are held back: 0.5 = as the cosine does.",
            low=0,
            high=1,
        )
        activity_penalty: float = param(
            0.35, "How much less people with many films say about each.", low=0, high=2
        )
        min_weight: float = min_weight_param()

    def cost(self, size: Size) -> Cost:
        """See `Recommender.cost`: every like meets all others of its person."""
        return Cost(NEIGHBOURS_SECONDS * size.n_ratings * size.history, 1e-8 * 12 * size.n_ratings)

    def _learn_weights(self, liked: sparse.csr_matrix) -> sparse.csr_matrix:
        lengths = np.sqrt(np.asarray(liked.multiply(liked).sum(axis=1)).ravel())
        scale = (
            np.where(lengths > 0, lengths / lengths[lengths > 0].mean(), 1) ** -self.params.activity_penalty
        )
        by_item = (sparse.diags(scale) @ liked).T.tocsr().astype(np.float64)
        computer = kernel("recommenders._knn").AsymmetricSimilarityComputer(
            by_item, self.params.shrinkage, self.params.balance, n_threads()
        )
        # one more neighbour is asked for, because every film's nearest is itself
        similarity = computer.compute_similarity(by_item, min(self.params.n_neighbors + 1, liked.shape[1]))
        similarity.setdiag(0)
        return similarity.T
