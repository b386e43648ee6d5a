"""EDLAE: EASE with dropout of the inputs."""

from dataclasses import dataclass
from typing import Any

from scipy import sparse

from core.compute.cost import Cost, Size
from core.models import linear
from core.models.preference_matrix import min_weight_param, times_param
from core.params import param
from core.recommenders.collaborative.ease import (
    activity_param,
    fame_param,
    keep_param,
    memory_param,
    reg_param,
)
from core.recommenders.collaborative.item_item import ItemItemRecommender
from core.recommenders.registry import register
from core.types import FloatMatrix


@register
class Edlae(ItemItemRecommender):
    """EASE with dropout of the inputs, which adds dropout / (1 - dropout) * X'X's diagonal to the penalty.

    Films liked by many get a larger penalty of their own.
    """

    name = "edlae"
    label = "EDLAE"
    description = (
        "EASE trained to cope with blanked-out films, so that no film leans on one other film alone."
    )
    version = 3
    how = (
        "Learns as EASE does, but with films blanked out by chance while it learns. It has to cope without "
        "any one of them, so no film leans on a single other one. What many people like is trusted a little "
        "less for that."
    )
    formula = (
        r"s(f) = \sum_{l} w_l\,B_{lf}, "
        r"\quad P = \left(X^\top X + \lambda I + \tfrac{p}{1 - p}\,\operatorname{diag}(X^\top X)\right)^{-1}"
    )
    source = "Steck (2020), “Autoencoders that don't overfit towards the identity”."

    @dataclass(frozen=True)
    class Params:
        reg: float = reg_param()
        times: float = times_param()
        dropout: float = param(
            0.4, "Share of the films that is blanked out.", low=0, high=0.95, search=(0, 0.8)
        )
        activity: float = activity_param(0.0)
        fame: float = fame_param(0.0)
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
            dropout=params.dropout,
            activity=params.activity,
            fame=params.fame,
            keep=params.keep,
            limit_gb=params.memory_gb,
            progress=self.progress,
        )
        return weights
