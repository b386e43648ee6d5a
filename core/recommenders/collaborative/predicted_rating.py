"""Predicted stars with their spread, for known users, visitors, and films that nobody has rated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.compute.cost import Cost, Size
from core.domain import Addend, Catalog, Dataset, Profile, Reason
from core.embeddings import Space
from core.errors import CannotFitError
from core.models.bayesian_mf import Doubles, Draw, draw_posterior, fold_in, share_of_history
from core.models.preference_matrix import entries_of
from core.params import param
from core.recommenders import evidence
from core.recommenders.base import Ability, AddsUp, Recommender
from core.recommenders.collaborative.contributions import contribution_reasons
from core.recommenders.registry import register
from core.types import Arrays, FloatMatrix

RATING_SECONDS, ROW_SECONDS = 6e-7, 7e-6
"""Of a sweep with ten factors: for a rating, and for a person or film (bench/fit_bounds.py)."""

SWEEPS_WORDS = "Rounds of sampling; 0 = 400, of more than 250,000 ratings fewer."
KEPT_WORDS = "Sampled models kept for predicting; 0 = 80, of more than 18,750 films fewer, and 24 at least."
FILM_DRAWS = 1_500_000
"""Films times models kept: what answering takes grows with it. RMSE with 24, 80 and 160 models on two holdouts of ML-100K:
0.8783, 0.8774, 0.8773."""
MOST_SWEEPS, SAMPLED = 400, 100_000_000
"""Rounds at most, and rounds times ratings: what learning takes grows with it. RMSE with 200 and 400 rounds on holdouts:
.8777 and .8767 on four of ML-100K, .8157 and .8118 on two of MovieLens latest-small."""
MOST_RATINGS = 4_000_000
"""So many are learned from at most: they took 271 s and 877 MB on two busy cores (bench/fit_bounds.py)."""
_DECADE_WIDTH = 5
"""Years between the soft bins that a film's year falls into."""


HOW = (
    "Describes films and people by learned numbers, so that the stars people gave come out again. It "
    "learns many such descriptions and takes their mean, which also says how sure it is. Films are ranked "
    "by the stars you would give them, whether or not you would ever watch them."
)
FORMULA = r"\hat{r}(f) = \bar{r} + \sigma\,\frac{1}{D} \sum_{d=1}^{D} u^{(d)\top} v^{(d)}_f"
SUM_WORDS = "In stars: the mean of all ratings, what this film differs by, and what each of your ratings adds or takes."


@register
class PredictedRating(Recommender, AddsUp):
    """Mean of the predictions of many sampled factor models, each folded in from the profile's ratings.

    A weight of a profile stands for the rating it was made from: -1 the worst, 0 the middle, 1 the best. The
    spread is the standard deviation of a rating around its prediction: noise, and what is not known of person and film.

    Of more than 4 million ratings it learns from people drawn by chance who gave that many together; whoever asks is folded
    in as they would be, and a film that none of them rated starts from its genres and year.

    RMSE on ML-100K's canonical folds u1 to u5: 0.879 on average, 0.69 of the ratings within one spread (0.68
    expected of a normal distribution), fitted in 27 s on two busy cores (bench/rating_prediction.py).
    """

    name = "predicted_rating"
    label = "Predicted rating"
    description = (
        "How many stars you would give each film, and how sure that is. Ranks by stars, not by interest."
    )
    how, formula, sum_words = HOW, FORMULA, SUM_WORDS
    source = "Simm et al. (2017), “Macau”, with the implicit feedback of Koren (2008), “SVD++”."
    version = 2
    abilities = Ability.LIKES | Ability.DISLIKES | Ability.COLD_USER | Ability.COLD_ITEM | Ability.RATINGS

    @dataclass(frozen=True)
    class Params:
        dim: int = param(10, "Number of factors.", low=1, high=100, search=(4, 32))
        sweeps: int = param(0, SWEEPS_WORDS, low=0, high=10_000, search=())
        n_draws: int = param(0, KEPT_WORDS, low=0, high=1000, search=())

    def cut(self, size: Size) -> tuple[Any, ...]:
        """See `Recommender.cut`: of how many ratings is learned."""
        return ("ratings", MOST_RATINGS) if size.n_ratings > MOST_RATINGS else ()

    def cost(self, size: Size) -> Cost:
        """See `Recommender.cost`: sweeps over the ratings, and a system of equations for every person and film."""
        learned = min(size.n_ratings, MOST_RATINGS)
        people = size.n_users * learned / max(size.n_ratings, 1)
        rows, products = size.n_items + people, (self.params.dim / 10) ** 2
        a_sweep = products * (RATING_SECONDS * learned + ROW_SECONDS * rows)
        return Cost(_sweeps(self.params.sweeps, learned) * a_sweep, 1e-9 * products * 330 * learned)

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """See `Recommender.fit`."""
        interactions = dataset.interactions
        if not len(interactions) or not interactions.is_explicit:
            raise CannotFitError(
                f"{dataset.label} has no star ratings.", hint="Use EASE or a content method instead."
            )
        learned = interactions.drawn(MOST_RATINGS, rng)
        ratings = learned.ratings.astype(np.float64)
        centre, unit = float(ratings.data.mean()), float(ratings.data.std())
        if unit == 0:
            raise CannotFitError(f"All ratings of {dataset.label} are the same.", hint="Use EASE instead.")
        ratings.data = (ratings.data - centre) / unit
        sweeps = _sweeps(self.params.sweeps, ratings.nnz)
        n_draws = min(self.params.n_draws or _draws(dataset.n_items), sweeps - sweeps // 5)
        self.decided_ = {"sweeps": sweeps, "n_draws": n_draws}
        if learned is not interactions:
            self.decided_["ratings"] = len(learned)
        self.draws_ = draw_posterior(
            ratings,
            catalog_features(dataset.catalog),
            dim=self.params.dim,
            sweeps=sweeps,
            n_draws=n_draws,
            rng=rng,
            progress=self.progress,
        )
        return self._prepare(dataset, centre, unit)

    def _prepare(self, dataset: Dataset, centre: float, unit: float) -> Self:
        self.centre_, self.unit_ = centre, unit
        self.scale_, self.catalog_ = dataset.interactions.scale, dataset.catalog
        stacked = np.concatenate([draw.items for draw in self.draws_], axis=1)
        self.stacked_ = stacked / np.float32(len(self.draws_))
        return self

    def _history(self, profiles: Sequence[Profile]) -> sparse.csr_matrix:
        """(n_profiles, n_items) float64 CSR of standardised ratings."""
        low, high = self.scale_
        weights, items, indptr = entries_of(profiles)
        ratings = low + (weights.astype(np.float64) + 1) / 2 * (high - low)
        shape = (len(profiles), len(self.catalog_))
        history = sparse.csr_matrix(((ratings - self.centre_) / self.unit_, items, indptr), shape=shape)
        history.sort_indices()
        return history

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """Predicted ratings on the dataset's scale; an empty profile gets the average person's."""
        history = self._history(profiles)
        people = np.concatenate(fold_in(self.draws_, history), axis=1)
        return self._stars(people.astype(np.float32) @ self.stacked_.T)

    def _stars(self, standardised: npt.NDArray[np.floating[Any]]) -> FloatMatrix:
        stars: FloatMatrix = np.clip(self.centre_ + self.unit_ * standardised, *self.scale_).astype(
            np.float32
        )
        return stars

    def spread(self, profile: Profile, item_indices: Sequence[int]) -> Doubles:
        """Standard deviation of the rating that this profile would give each item, (n,) in stars.

        Before clipping to the scale: what a prediction of 4.8 has to say beyond 5 is counted as well.
        """
        history = self._history([profile])
        items = np.asarray(item_indices, np.int64)
        predicted, within = [], np.zeros(len(items))
        for draw, people in zip(self.draws_, fold_in(self.draws_, history), strict=True):
            films = draw.items[items].astype(np.float64)
            predicted.append(films @ people[0])
            within += (
                np.einsum("nd,nd->n", films, np.linalg.solve(_system(draw, history), films.T).T)
                + 1 / draw.noise
            )
        spread: Doubles = self.unit_ * np.sqrt(within / len(self.draws_) + np.var(predicted, axis=0))
        return spread

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The prediction with its spread, and the rated films that move it most."""
        stars = self.score([profile])[0, np.asarray(item_indices, np.int64)]
        spreads = self.spread(profile, item_indices)
        high = self.scale_[1]
        figures = [
            Reason(f"Predicted {star:.1f} of {high:g} stars, give or take {spread:.1f}.", "predicted_rating")
            for star, spread in zip(stars, spreads, strict=True)
        ]
        if not len(profile.items):
            return [(figure,) for figure in figures]
        history = self._history([profile])
        moved = np.mean([_contributions(draw, history, item_indices) for draw in self.draws_], axis=0)
        films = history.indices.astype(np.int64)
        reasons = contribution_reasons(self.catalog_, films, moved.astype(np.float32), profile, item_indices)
        return [(figure, *more) for figure, more in zip(figures, reasons, strict=True)]

    def addends(self, profile: Profile, item: int) -> list[Addend]:
        """See `AddsUp`: all ratings' mean, what the film differs by for the average person, and what each rating adds."""
        return _addends(self, profile, item)

    def state(self) -> Arrays:
        """The draws, stacked, and `units`: mean and standard deviation of the ratings."""
        names = ("items", "mean", "precision", "link", "noise")
        stacked = {name: np.stack([getattr(draw, name) for draw in self.draws_]) for name in names}
        return {**stacked, "units": np.array([self.centre_, self.unit_])}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        parts = zip(*(state[name] for name in ("items", "mean", "precision", "link", "noise")), strict=True)
        self.draws_ = [Draw(i, m, p, link, float(noise)) for i, m, p, link, noise in parts]
        return self._prepare(dataset, float(state["units"][0]), float(state["units"][1]))


def _addends(method: PredictedRating, profile: Profile, item: int) -> list[Addend]:
    """All ratings' mean, what the film differs by for the average person, and what each rating adds."""
    history = method._history([profile])
    moved = np.mean([_contributions(draw, history, [item]) for draw in method.draws_], axis=0)[:, 0]
    usual = np.mean([_of_average_person(draw, history, item) for draw in method.draws_])
    low, high = method.scale_
    found = [
        Addend("The mean of all ratings", method.centre_),
        Addend("How this film does with the average person", float(method.unit_ * usual)),
    ]
    ratings = method.centre_ + method.unit_ * history.data
    for film, rating, value in zip(history.indices.tolist(), ratings.tolist(), moved.tolist(), strict=True):
        found.append(
            Addend(
                evidence.label(method.catalog_, film),
                method.unit_ * value,
                f"taken as {rating:.1f} stars",
                film,
            )
        )
    total = sum(addend.value for addend in found)
    return [
        *found,
        Addend(f"Kept within {low:g} to {high:g} stars", float(np.clip(total, low, high)) - total),
    ]


def _sweeps(asked: int, n_ratings: int) -> int:
    return asked or int(np.clip(SAMPLED / max(n_ratings, 1), 30, MOST_SWEEPS))


def _draws(n_items: int) -> int:
    return int(np.clip(FILM_DRAWS // n_items, 24, 80))


def catalog_features(catalog: Catalog) -> sparse.csr_matrix:
    """(n_items, n_features) float64: genres, 1 / sqrt(their number) each, and years in soft bins."""
    names = catalog.genre_names()
    column = {name: index for index, name in enumerate(names)}
    genres = sparse.lil_matrix((len(catalog), len(names)))
    for row, own in enumerate(catalog.items["genres"]):
        for name in own:
            genres[row, column[name]] = 1 / np.sqrt(len(own))
    years = catalog.items["year"].to_numpy(np.float64, na_value=np.nan)
    known = ~np.isnan(years)
    if not known.any():
        return genres.tocsr()
    centres = np.arange(years[known].min(), years[known].max() + _DECADE_WIDTH, _DECADE_WIDTH)
    near = np.exp(-0.5 * ((np.where(known, years, np.inf)[:, None] - centres) / _DECADE_WIDTH) ** 2)
    near[near < 0.01] = 0
    return sparse.hstack([genres, sparse.csr_matrix(near)], format="csr")


def _system(draw: Draw, history: sparse.csr_matrix) -> Doubles:
    """(dim, dim) precision of one person's factors given their history."""
    films = draw.items[history.indices].astype(np.float64)
    system: Doubles = draw.precision + draw.noise * films.T @ films
    return system


def _of_average_person(draw: Draw, history: sparse.csr_matrix, item: int) -> float:
    """What is left of a standardised prediction without any pull of the history's films."""
    films = np.linalg.solve(_system(draw, history), draw.items[item].astype(np.float64))
    return float(draw.mean @ draw.precision @ films)


def _contributions(draw: Draw, history: sparse.csr_matrix, item_indices: Sequence[int]) -> Doubles:
    """(n_history, n_items) what each rated film adds to each standardised prediction."""
    films = draw.items[history.indices].astype(np.float64)
    rated = share_of_history(history).data[:, None] * (draw.link[history.indices] @ draw.precision)
    pull = draw.noise * history.data[:, None] * films + rated
    asked = draw.items[np.asarray(item_indices, np.int64)].astype(np.float64)
    moved: Doubles = pull @ np.linalg.solve(_system(draw, history), asked.T)
    return moved
