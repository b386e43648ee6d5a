"""EASE: the linear model from liked films to liked films, in closed form."""

from dataclasses import dataclass
from typing import Any

from scipy import sparse

from core.compute.cost import Cost, Size
from core.models import linear
from core.models.preference_matrix import min_weight_param, times_param
from core.params import param
from core.recommenders.collaborative.item_item import ItemItemRecommender
from core.recommenders.registry import register
from core.types import FloatMatrix


def reg_param() -> Any:
    """The ridge penalty."""
    words = "Ridge penalty; 0 = chosen from how much a film is liked."
    return param(0.0, words, low=0, high=1e5, search=())


def keep_param(most: str) -> Any:
    """How much of the weights is kept; `most` names what 0 stands for."""
    words = f"Strongest weights kept, per film on average; 0 = {most} in all. All of them where that is a quarter or more."
    return param(0, words, low=0, high=100_000, search=())


def activity_param(default: float) -> Any:
    """How far long histories count less; see `core.models.evened.by_activity`."""
    words = "How far long histories count less while it learns: 0 = not, 1 = nobody's have more say for their length."
    return param(default, words, low=0, high=1)


def fame_param(default: float) -> Any:
    """How far famous films are held back; see `core.models.evened.held_back`."""
    words = "How far famous films are held back: weights are divided by a film's likes to this power."
    return param(default, words, low=0, high=1, search=(0, 0.3))


def memory_param() -> Any:
    """How much memory learning may take."""
    words = "Largest memory in GB: a linear model learns from as many of the best known films as that bears."
    return param(4.0, words, low=0.001, high=1000, search=())


@register
class Ease(ItemItemRecommender):
    """Ridge regression of every film on all others, solved for all films with one matrix inverse.

    With P = (X'X + reg I)^-1, the weight from film i to film j is -P_ij / P_jj, and 0 from a film to itself.

    Of more than 12,000 films, or than fit into memory, it learns from those with most likes, and the same ridge regression
    predicts the others from them: P X'y for a film with the likes y. These are recommended, and speak for no film.

    Fitting takes less than 1.5 times as long as LAPACK's potrf and potri alone at 9,742 films (bench/ease_fit.py).
    """

    name = "ease"
    label = "EASE"
    description = (
        "Every film is predicted from all others at once, of large catalogues from the 12,000 best known."
    )
    version = 3
    how = (
        "Asks of every film which other films foretell that somebody likes it, for all films at once. Films "
        "that say the same share what they say, instead of being counted twice. A score is the sum of what "
        "your films say for it and against it."
    )
    formula = r"s(f) = \sum_{l} w_l\,B_{lf}, \quad B_{lf} = -\frac{P_{lf}}{P_{ff}}, \quad P = (X^\top X + \lambda I)^{-1}"
    source = "Steck (2019), “Embarrassingly shallow autoencoders for sparse data”, equation 8."

    @dataclass(frozen=True)
    class Params:
        reg: float = reg_param()
        times: float = times_param()
        keep: int = keep_param("4 million")
        memory_gb: float = memory_param()
        min_weight: float = min_weight_param()

    def cut(self, size: Size) -> tuple[Any, ...]:
        """See `Recommender.cut`."""
        return linear.cut(size.n_items, self.params.memory_gb)

    def cost(self, size: Size) -> Cost:
        """See `Recommender.cost`."""
        return linear.cost(size, self.params.memory_gb)

    def _learn_weights(self, liked: sparse.csr_matrix) -> FloatMatrix | sparse.csr_matrix:
        params = self.params
        weights, self.decided_ = linear.fit_linear(
            self.label,
            liked,
            reg=params.reg,
            times=params.times,
            dropout=0.0,
            keep=params.keep,
            limit_gb=params.memory_gb,
            progress=self.progress,
        )
        return weights
