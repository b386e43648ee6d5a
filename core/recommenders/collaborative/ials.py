"""iALS as a method: a new person costs one small solve."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.compute.cost import Cost, Size
from core.compute.threads import one_blas_thread
from core.domain import Addend, Dataset, Profile, Reason
from core.embeddings import Space
from core.embeddings.base import normalise
from core.models.ials import IalsParams, learn_factors
from core.models.preference_matrix import history_matrix, rated_items
from core.recommenders import evidence
from core.recommenders.base import Ability, AddsUp, HasFactors, LikensFilms, Recommender
from core.recommenders.collaborative.contributions import contribution_reasons
from core.recommenders.registry import register
from core.types import Arrays, FloatMatrix, IndexVector

Doubles = npt.NDArray[np.float64]
RATING_SECONDS, ROW_SECONDS = 6e-9, 1e-9
"""Of a round: for a rating and factor, and for a person or film and a pair of factors (bench/methods_at_scale.py)."""
_ENTRIES = 1 << 18
"""Entries of the films' factors solved with at once, 1 MB: what a core's cache holds."""


HOW = (
    "Describes every film and every person by some dozens of learned numbers (factors), so that the two "
    "fit where somebody likes a film. Your numbers are worked out anew from your films, in one small "
    "calculation. What fits your numbers best comes first."
)
FORMULA = (
    r"s(f) = u^\top v_f, "
    r"\quad u = \Big(\alpha_0 V^\top V + \sum_l w_l\,v_l v_l^\top + \lambda I\Big)^{-1} \sum_l w_l\,v_l"
)
SUM_WORDS = "For every film of yours: how far it pulls your learned taste towards this film."


@register
class Ials(Recommender, LikensFilms, AddsUp, HasFactors):
    """Implicit alternating least squares; the penalty grows with how much is known of a film or person.

    Minimises (sum over liked of s (u.v - 1)^2) + alpha0 (sum over all of (u.v)^2) + reg (sum of (n_u + alpha0
    n_items) |u|^2 + sum of (n_i + alpha0 n_users) |v|^2), with s the strength of the liking and n_items the films that
    somebody likes. A history is folded in by solving this for u with the films' factors held fixed, also for people of the
    dataset. The penalty's rule (`core.models.ials.default_reg`) suits sizes from 100,000 ratings to a million
    (bench/collaborative_rules.py).
    """

    name = "ials"
    label = "iALS"
    description = "Taste as a few dozen learned factors. Strong at every size; its factors are also a map."
    version = 2
    how, formula, sum_words = HOW, FORMULA, SUM_WORDS
    source = "Hu, Koren, Volinsky (2008), with the penalty of Rendle et al. (2022), “Revisiting iALS”."
    abilities = Ability.LIKES
    Params = IalsParams
    likeness_words = "Cosine of the two films' learned factors, from -1 to 1."

    def cost(self, size: Size) -> Cost:
        """See `Recommender.cost`: rounds over all ratings and over all factors."""
        rows = size.n_items + size.n_users
        a_round = RATING_SECONDS * size.n_ratings * self.params.dim + ROW_SECONDS * rows * self.params.dim**2
        return Cost(self.params.epochs * a_round, 1e-9 * (8 * rows * self.params.dim + 40 * size.n_ratings))

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """See `Recommender.fit`; `rng` draws the factors that learning starts from."""
        seed = int(rng.integers(2**31 - 1))
        self.factors_, self.reg_ = learn_factors(dataset, self.params, seed=seed, progress=self.progress)
        self.decided_ = {"reg": self.reg_}
        return self._prepare(dataset, rated_items(dataset))

    def _prepare(self, dataset: Dataset, items: npt.NDArray[np.int64]) -> Self:
        self.catalog_, self.items_ = dataset.catalog, items
        self.is_rated_ = np.isin(np.arange(len(dataset.catalog)), items)
        self._n_liked = int(np.count_nonzero(self.factors_.any(axis=1)))
        factors = self.factors_.astype(np.float64)
        self.gram_ = self.params.alpha0 * factors.T @ factors
        # in the basis of its eigenvectors, what all people's systems have in common is diagonal
        eigenvalues, self._basis = np.linalg.eigh(self.gram_)
        self._eigenvalues = np.maximum(eigenvalues, 0)
        self._turned = (factors @ self._basis).astype(np.float32)
        return self

    def user_factors(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """(n_profiles, dim) float32 factors of the histories; NaN where no film of a history counts."""
        history = self._history(profiles)
        folded = np.full((len(profiles), self.params.dim), np.nan, np.float32)
        lengths = np.diff(history.indptr)
        order, start = np.argsort(-lengths, kind="stable")[: np.count_nonzero(lengths)], 0
        with one_blas_thread():
            while start < len(order):
                size = max(1, _ENTRIES // int(lengths[order[start]] * self.params.dim))
                rows = order[start : start + size]
                folded[rows] = self._solve(history[rows])
                start += size
        return folded

    def _solve(self, history: sparse.csr_matrix) -> FloatMatrix:
        """(n_rows, dim) factors of histories that are about as long as each other, none empty.

        With D the diagonal and M the films' factors, each times root of its strength and D^-1/2, the factors are
        D^-1/2 (I + M'M)^-1 M' roots = D^-1/2 M' (I + MM')^-1 roots: as many unknowns as there are factors, or as
        there are films in the history (Woodbury's identity). The eigenvalues of either matrix begin at 1 and grow no
        faster than the history does: single precision is enough.
        """
        lengths = np.diff(history.indptr)
        widths = 1 / np.sqrt(self._eigenvalues + self._penalty(lengths)[:, None])
        there = np.arange(lengths.max()) < lengths[:, None]
        films, roots = np.zeros(there.shape, np.int64), np.zeros((*there.shape, 1), np.float32)
        films[there], roots[there, 0] = history.indices, np.sqrt(history.data)
        scaled = self._turned[films]
        scaled *= roots
        scaled *= widths[:, None].astype(np.float32)
        across = np.swapaxes(scaled, 1, 2)
        if there.shape[1] <= self.params.dim:
            solved = across @ np.linalg.solve(
                scaled @ across + np.eye(there.shape[1], dtype=np.float32), roots
            )
        else:
            identity = np.eye(self.params.dim, dtype=np.float32)
            solved = np.linalg.solve(across @ scaled + identity, across @ roots)
        factors: FloatMatrix = (solved[..., 0] * widths) @ self._basis.T
        return factors

    def _penalty(self, lengths: npt.NDArray[np.integer[Any]]) -> Doubles:
        penalty: Doubles = self.reg_ * (lengths + self.params.alpha0 * self._n_liked)
        return penalty

    def _history(self, profiles: Sequence[Profile]) -> sparse.csr_matrix:
        history = history_matrix(profiles, len(self.catalog_), self.params.min_weight)
        history.data[~self.is_rated_[history.indices]] = 0
        history.eliminate_zeros()
        return history

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """Products u . v; NaN for films nobody rated and for histories in which nothing counts."""
        scores: FloatMatrix = self.user_factors(profiles) @ self.factors_.T
        scores[:, ~self.is_rated_] = np.nan
        return scores

    def likeness(self, items: IndexVector) -> FloatMatrix:
        """See `LikensFilms`: cosines of the films' factors."""
        unit = normalise(self.factors_[items])
        found: FloatMatrix = unit @ unit.T
        unknown = ~self.is_rated_[items]
        found[unknown] = np.nan
        found[:, unknown] = np.nan
        return found

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The films of the history that contributed most: s_j * v_i' A^-1 v_j of v_i' A^-1 (sum_j s_j v_j).

        Source: Hu, Koren, Volinsky (2008), section 5, equation 7.
        """
        films, pulls = self.pulls(profile)
        contributions = pulls @ self.film_factors()[np.asarray(item_indices, np.int64)].T
        return contribution_reasons(self.catalog_, films, contributions, profile, item_indices)

    def film_factors(self) -> FloatMatrix:
        """See `HasFactors`."""
        factors: FloatMatrix = self._turned[:, ::-1]  # the eigenvalues of their products rise
        return factors

    def pulls(self, profile: Profile) -> tuple[IndexVector, FloatMatrix]:
        """See `HasFactors`: s_j * A^-1 v_j of every film of the history, turned."""
        history = self._history([profile])
        liked = self.factors_[history.indices].astype(np.float64)
        strengths = history.data.astype(np.float64)
        system = self.gram_ + (liked.T * strengths) @ liked
        system[np.diag_indices_from(system)] += self._penalty(np.diff(history.indptr))
        pulls = strengths[:, None] * np.linalg.solve(system, liked.T).T
        return history.indices.astype(np.int64), (pulls @ self._basis[:, ::-1]).astype(np.float32)

    def addends(self, profile: Profile, item: int) -> list[Addend]:
        """See `AddsUp`: the same contributions, of all films of the history."""
        return _addends(self, profile, item)

    def state(self) -> Arrays:
        """`factors` (n_items, dim), `items`, the rated ones, and the penalty `reg`."""
        return {"factors": self.factors_, "items": self.items_, "reg": np.array(self.reg_)}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        self.factors_, self.reg_ = state["factors"], float(state["reg"])
        return self._prepare(dataset, state["items"])


def _addends(method: Ials, profile: Profile, item: int) -> list[Addend]:
    """The same contributions, of all films of the history."""
    films, pulls = method.pulls(profile)
    return [
        Addend(evidence.label(method.catalog_, film), value, item=film)
        for film, value in zip(films.tolist(), (pulls @ method.film_factors()[item]).tolist(), strict=True)
    ]
