"""RP3beta: a random walk from the liked films to people and on to films, with popular films held back."""

from dataclasses import dataclass

from scipy import sparse

from core.compute.cost import Cost, Size
from core.compute.kernels import kernel
from core.compute.threads import n_threads
from core.models.preference_matrix import min_weight_param
from core.params import param
from core.recommenders.collaborative.item_item import ItemItemRecommender
from core.recommenders.registry import register

WALK_SECONDS = 2.4e-8
"""For a rating and another one of its person (bench/methods_at_scale.py)."""


@register
class Rp3Beta(ItemItemRecommender):
    """Probability of the walk film, person, film, divided by (popularity of where it ends)^beta.

    nDCG@10 on validation ratings of ML-100K and ml-latest-small: 0.227 and 0.178; more than a little beta harms
    where most films have few ratings (bench/tune_collaborative.py).
    """

    name = "rp3beta"
    label = "RP3beta"
    description = "A random walk over who likes what, with famous films held back. Works at any size."
    how = (
        "Walks by chance from your films to people who like them, and on to what else these like. Where such "
        "walks often end is what you are given. Famous films, where any walk ends, are held back."
    )
    formula = r"s(f) = \sum_{l} w_l \Big(\sum_p P_{lp}^{\alpha}\,P_{pf}^{\alpha}\Big) \big/ n_f^{\beta}"
    source = "Paudel et al. (2017), “Updatable, accurate, diverse, and scalable recommendations”."

    @dataclass(frozen=True)
    class Params:
        beta: float = param(
            0.1, "How far popular films are held back; 0 = not at all.", low=0, high=2, search=(0, 1)
        )
        alpha: float = param(
            1.5, "Power that the walk's probabilities are raised to.", low=0, high=3, search=(0.3, 2)
        )
        n_neighbors: int = param(
            600, "Strongest weights kept of each film.", low=1, high=10_000, search=(20, 1000)
        )
        min_weight: float = min_weight_param()

    def cost(self, size: Size) -> Cost:
        """See `Recommender.cost`: every like meets all others of its person."""
        return Cost(WALK_SECONDS * size.n_ratings * size.history, 1e-8 * 12 * size.n_ratings)

    def _learn_weights(self, liked: sparse.csr_matrix) -> sparse.csr_matrix:
        by_item = liked.T.tocsr().astype("float64")
        computer = kernel("recommenders._knn").RP3betaComputer(
            by_item, self.params.alpha, self.params.beta, n_threads()
        )
        weights = computer.compute_W(by_item, min(self.params.n_neighbors + 1, liked.shape[1]))
        weights.setdiag(0)
        return weights
