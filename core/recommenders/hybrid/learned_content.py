"""Learned content: what films are about, weighed by what people liked; made for films that nobody has rated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from core.compute.cost import Cost, Size
from core.domain import Addend, Dataset, Profile, Reason
from core.embeddings import Space
from core.models.preference_matrix import history_matrix, liked_matrix, min_weight_param, rated_items
from core.params import param
from core.recommenders import evidence
from core.recommenders.base import Ability, AddsUp, Recommender, chosen_space
from core.recommenders.collaborative.contributions import contribution_reasons
from core.recommenders.hybrid.film_points import film_points
from core.recommenders.registry import register
from core.types import Arrays, FloatMatrix

HOW = (
    "Learns from everybody's ratings which words, people, genres and years of a film foretell that somebody likes "
    "it who likes others. A film is then judged by what it is about alone, so one that nobody has rated stands beside "
    "the others. A score is the sum of what each of your films says for it."
)
FORMULA = (
    r"s(f) = \sum_l w_l\,m_l^\top z_f, \quad M = (V V^\top + o I)\,\tilde Z\,(Z^\top Z + \lambda I)^{-1}"
)


@register
class LearnedContent(Recommender, AddsUp):
    """A ridge regression from what films are about to what people like, for all people at once.

    With Z the rated films' points (`film_points`), a person's likes y are first made fuller, t = (V V' + o I) y, where V
    are the main directions of everybody's likes and o is `own`. t, less its mean, is then regressed on Z with the penalty
    `reg`, and the outcome is asked of every film's point. All of it is linear in y, so each liked film has one
    vector m, and a score is the sum of its products with the film's point.

    Settings were chosen on cold films of MovieLens 100K that are not those of docs/cold-films.md.

    Attributes:
        points_: (n_items, d) float32 what films are about; zeros where nothing is known.
        items_: (n_rated,) item_index of the rated films.
        likes_: (n_rated, d) float32 what a like of each of them says.
    """

    name = "learned_content"
    label = "Learned content"
    description = "What your films are about, weighed by what people like together. For films that nobody has rated yet."
    how, formula = HOW, FORMULA
    sum_words = (
        "For every film of yours: how much you like it × how well this film fits what a like of yours says."
    )
    source = "Attribute-to-feature mapping: Gantner et al. (2010), “Learning attribute-to-feature mappings for cold-start”."
    abilities = Ability.LIKES | Ability.COLD_ITEM

    @dataclass(frozen=True)
    class Params:
        space: str = param(
            "minilm", "The embedding that is read beside words and facts.", choices_from="spaces"
        )
        dim: int = param(256, "Directions of what films are about that are kept.", low=1, high=2000)
        factors: int = param(32, "Directions of what people like that are kept.", low=1, high=500)
        own: float = param(
            0.5, "How much a person's own likes count beside what others like.", low=0, high=10
        )
        reg: float = param(12.0, "Penalty of the regression.", low=0.001, high=1e5)
        min_weight: float = min_weight_param()

    def needs(self) -> tuple[str, ...]:
        """The chosen space."""
        return (self.params.space,)

    def cost(self, size: Size) -> Cost:
        """See `Recommender.cost`."""
        by_size = 1e-9 * size.n_items * self.params.dim
        seconds = 0.5 + 700 * by_size + 1e-8 * self.params.factors * size.n_ratings
        return Cost(seconds, 40 * by_size + 1e-9 * 60 * size.n_ratings + 5e-6 * size.n_items)

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """See `Recommender.fit`; `rng` draws where two searches for main directions start."""
        liked = liked_matrix(dataset, self.params.min_weight)
        points = self.points(dataset, spaces, rng)
        items = rated_items(dataset)
        rated = points[items].astype(np.float64)
        system = rated.T @ rated + self.params.reg * np.eye(rated.shape[1])
        solved = np.linalg.solve(system, (rated - rated.mean(0)).T).T
        directions = _main_directions(liked[:, items], self.params.factors, rng)
        likes = directions @ (directions.T @ solved) + self.params.own * solved
        self.catalog_, self.items_ = dataset.catalog, items
        self.points_, self.likes_ = points, np.asarray(likes, np.float32)
        return self

    def points(self, dataset: Dataset, spaces: Mapping[str, Space], rng: np.random.Generator) -> FloatMatrix:
        """(n_items, d) float32 what films are about."""
        space = chosen_space(spaces, self.params.space, dataset)
        return film_points(dataset.catalog, space, self.params.dim, rng)

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """See the class; NaN for films of which nothing is known, and for profiles without a liked film that is rated."""
        history = self._history(profiles)
        scores = np.asarray((history @ self.likes_) @ self.points_.T, np.float32)
        scores[:, ~self.points_.any(axis=1)] = np.nan
        scores[np.diff(history.indptr) == 0] = np.nan
        return scores

    def _history(self, profiles: Sequence[Profile]) -> sparse.csr_matrix:
        return history_matrix(profiles, len(self.catalog_), self.params.min_weight)[:, self.items_]

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The films of the history that say most for each, with their shares."""
        history = self._history([profile])
        fits = self.likes_[history.indices] @ self.points_[np.asarray(item_indices, np.int64)].T
        films = self.items_[history.indices]
        return contribution_reasons(self.catalog_, films, fits * history.data[:, None], profile, item_indices)

    def addends(self, profile: Profile, item: int) -> list[Addend]:
        """See `AddsUp`: strength x fit of every film of the history."""
        history = self._history([profile])
        fits = self.likes_[history.indices] @ self.points_[item]
        films = self.items_[history.indices].tolist()
        return [
            Addend(
                evidence.label(self.catalog_, film),
                strength * fit,
                f"{strength:.2f} liking × {fit:.4f} fit",
                film,
            )
            for film, strength, fit in zip(films, history.data.tolist(), fits.tolist(), strict=True)
        ]

    def state(self) -> Arrays:
        """`items` (n_rated,), `likes` (n_rated, d) and `points` (n_items, d)."""
        return {"items": self.items_, "likes": self.likes_, "points": self.points_}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        self.catalog_ = dataset.catalog
        self.items_, self.likes_, self.points_ = state["items"], state["likes"], state["points"]
        return self


def _main_directions(liked: sparse.csr_matrix, factors: int, rng: np.random.Generator) -> FloatMatrix:
    """(n_items, at most factors) float64 right singular vectors of (n_users, n_items) likes, the strongest first."""
    if factors >= min(liked.shape):
        _, _, right = np.linalg.svd(liked.toarray().astype(np.float64), full_matrices=False)
        return np.asarray(right.T)
    from sklearn.utils.extmath import randomized_svd

    seed = int(rng.integers(2**31 - 1))
    _, _, right = randomized_svd(liked.astype(np.float64), factors, random_state=seed)
    return np.asarray(right.T)
