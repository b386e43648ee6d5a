"""SLIM: every film is predicted from few other films, with weights that are never negative."""

from dataclasses import dataclass

from scipy import sparse

from core.compute.cost import Cost, Size
from core.compute.kernels import kernel
from core.compute.threads import n_threads
from core.errors import CannotFitError
from core.models.preference_matrix import min_weight_param
from core.params import param
from core.recommenders.collaborative.item_item import ItemItemRecommender
from core.recommenders.registry import register

MOST_WORK = 16_000_000_000
"""Above it SLIM declines: so much took 147 s on two busy cores (bench/fit_bounds.py), and MovieLens 25M has some fifty times
as much."""


SECONDS = 9e-9
"""For a like and a film that looks at it, in the same measurements."""


def work_of(liked: sparse.csr_matrix) -> int:
    """By what the time grows: every film looks at every like; likes times films."""
    return int(liked.nnz) * int(liked.shape[1])


@register
class Slim(ItemItemRecommender):
    """Elastic net of every film on all others by coordinate descent, weights at least 0.

    Minimises 1/2 ||X - XW||^2 + l2/2 ||W||^2 + l1 |W| with W's diagonal 0. nDCG@10 on validation ratings of ML-100K
    and ml-latest-small: 0.254 and 0.203 (bench/tune_collaborative.py).
    """

    name = "slim"
    label = "SLIM"
    description = "Every film is predicted from a few others that speak for it: slow to learn, small to keep."
    source = "Ning, Karypis (2011), “SLIM: sparse linear methods for top-N recommender systems”, equation 3."

    @dataclass(frozen=True)
    class Params:
        l1: float = param(0.5, "Penalty that sets weak weights to 0.", low=0, high=1000, search=(0.2, 5))
        l2: float = param(150.0, "Penalty on large weights.", low=0, high=10_000, search=(40, 600))
        epochs: int = param(20, "Most rounds of coordinate descent.", low=1, high=1000, search=())
        min_weight: float = min_weight_param()

    def cost(self, size: Size) -> Cost:
        """See `Recommender.cost`; about half of the ratings are likes."""
        return Cost(SECONDS / 2 * size.n_ratings * size.n_items, 2e-7 * size.n_ratings)

    def _learn_weights(self, liked: sparse.csr_matrix) -> sparse.csr_matrix:
        work = work_of(liked)
        if work > MOST_WORK:
            raise CannotFitError(
                f"{self.label} looks at all {liked.nnz:,} likes for each of {liked.shape[1]:,} films, "
                f"{work / MOST_WORK:.1f} times as much as it was measured to bear.",
                hint="Use iALS, item-KNN or RP3beta instead.",
            )
        return kernel("utils._util_cpp").slim_weight_positive_only(
            liked.astype("float64"),
            n_threads=n_threads(),
            n_iter=self.params.epochs,
            l2_coeff=self.params.l2,
            l1_coeff=self.params.l1,
            tol=1e-4,
        )
