"""SLIM: every film is predicted from few other films, with weights that are never negative."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy import sparse

from core.compute.cost import Cost, Size
from core.compute.kernels import kernel
from core.compute.threads import n_threads
from core.domain import Dataset
from core.embeddings import Space
from core.models import linear
from core.models.linear import learned_films
from core.models.neighborhood_slim import neighborhood_slim
from core.models.preference_matrix import min_weight_param
from core.params import param
from core.recommenders.base import size_of
from core.recommenders.collaborative.item_item import ItemItemRecommender
from core.recommenders.registry import register
from core.settings import fit_gb

MOST_WORK = 32_000_000_000
"""Ratings times films, by which the time grows: above it films look at their neighbours alone. So much took 147 s on two
busy cores (bench/fit_bounds.py); MovieLens 25M has some fifty times as much."""

NEIGHBORS = 100
"""Films that a film looks at, where it does not look at all."""

SECONDS = 4.5e-9
"""For a rating and a film that looks at it, in the same measurements; about half of the ratings are likes."""

DESCENT, BLOCKS = 1e-7, 8
"""Seconds for a film and two of its neighbours, all rounds; bytes for a pair of films beside X'X. From
bench/methods_at_scale.py."""


@register
class Slim(ItemItemRecommender):
    """Elastic net of every film on all others by coordinate descent, weights at least 0.

    Minimises 1/2 ||X - XW||^2 + l2/2 ||W||^2 + l1 |W| with W's diagonal 0. nDCG@10 on validation ratings of ML-100K
    and ml-latest-small: 0.254 and 0.203 (bench/tune_collaborative.py).

    Where ratings times films are more than 32 thousand million, every film looks at the 100 whose likes go most with its
    own, among those that EASE would learn from too (fsSLIM).
    """

    name = "slim"
    label = "SLIM"
    description = "Every film is predicted from a few others that speak for it: slow to learn, small to keep."
    how = (
        "Foretells every film from a few others, and gives all the rest no say. Nothing speaks against a film "
        "here: weights are never negative. A score is the sum of what the few say."
    )
    formula = (
        r"s(f) = \sum_{l} w_l\,W_{lf}, \quad \min_{W \ge 0,\,W_{ff} = 0} "
        r"\tfrac{1}{2}\lVert X - XW \rVert^2 + \tfrac{\lambda_2}{2}\lVert W \rVert^2 + \lambda_1 \lvert W \rvert"
    )
    source = "Ning, Karypis (2011), “SLIM: sparse linear methods for top-N recommender systems”, equation 3."

    @dataclass(frozen=True)
    class Params:
        l1: float = param(0.5, "Penalty that sets weak weights to 0.", low=0, high=1000, search=(0.2, 5))
        l2: float = param(150.0, "Penalty on large weights.", low=0, high=10_000, search=(40, 600))
        epochs: int = param(20, "Most rounds of coordinate descent.", low=1, high=1000, search=())
        min_weight: float = min_weight_param()

    _looks_at_neighbors = False

    def cut(self, size: Size) -> tuple[Any, ...]:
        """See `Recommender.cut`: all but the neighbours."""
        if size.n_ratings * size.n_items <= MOST_WORK:
            return ()
        return ("neighbors", NEIGHBORS, *linear.cut(size.n_items, fit_gb()))

    def cost(self, size: Size) -> Cost:
        """See `Recommender.cost`."""
        if not self.cut(size):
            return Cost(SECONDS * size.n_ratings * size.n_items, 2e-7 * size.n_ratings)
        films = min(size.n_items, linear.most_learned(fit_gb()))
        counting = 2 * linear.COUNTING * size.n_ratings * size.history
        return Cost(
            counting + DESCENT * NEIGHBORS**2 * size.n_items, 1e-9 * (linear.BYTES + BLOCKS) * films**2
        )

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """See `Recommender.fit`; nothing here is random."""
        self._looks_at_neighbors = bool(self.cut(size_of(dataset)))
        return super().fit(dataset, spaces, rng=rng)

    def _learn_weights(self, liked: sparse.csr_matrix) -> sparse.csr_matrix:
        params = self.params
        if self._looks_at_neighbors:
            learned = learned_films(self.label, np.diff(liked.tocsc().indptr), fit_gb())
            self.decided_ = {"neighbors": NEIGHBORS, "films": len(learned)}
            return neighborhood_slim(
                liked,
                learned,
                n_neighbors=NEIGHBORS,
                l1=params.l1,
                l2=params.l2,
                epochs=params.epochs,
                progress=self.progress,
            )
        return kernel("utils._util_cpp").slim_weight_positive_only(
            liked.astype("float64"),
            n_threads=n_threads(),
            n_iter=params.epochs,
            l2_coeff=params.l2,
            l1_coeff=params.l1,
            tol=1e-4,
        )
