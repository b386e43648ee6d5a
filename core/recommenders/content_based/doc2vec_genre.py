"""System S3: the genres of what is wanted are predicted, and only films with one of them are searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from core.compute.cost import Cost, Size
from core.domain import Addend, Catalog, Dataset, Gate, Profile, Reason
from core.embeddings import Space
from core.errors import CannotFitError
from core.genres.labels import genre_labels
from core.genres.network import GenreNetwork, train_network
from core.params import param
from core.recommenders.base import Ability, AddsUp, LetsIn, VectorRecommender, chosen_space
from core.recommenders.content_based.point_sums import SUM_WORDS, point_addends
from core.recommenders.content_based.query_points import (
    dislike_weight_param,
    film_weights,
    nearness_reasons,
    query_points,
    text_points,
    text_weight_param,
)
from core.recommenders.registry import register
from core.types import Arrays, FloatMatrix, FloatVector

HOW = (
    "Places films by the words of their plots, and lets a small network say which genres a place has. It "
    "tells the genres of what you want, and only films with one of them are searched. Among these the "
    "nearest come first."
)
FORMULA = r"s(f) = \cos(q, v_f), \quad \text{a genre}\ g\ \text{of}\ f: P(g \mid q) \ge \theta_g"
GATE_WORDS = (
    "How probable each genre is in what you want; from its threshold on, films that have it are searched."
)


@register
class Doc2VecGenre(VectorRecommender, AddsUp, LetsIn):
    """A classifier reads genres off the vectors of liked films and text; cosine search among films with one.

    A profile's probability of a genre is the weighted mean over its liked films and its text. A genre is
    predicted from its threshold on; where none gets there, the most probable one is. The filter is a mask
    over the rows of the catalogue, so no text can change its meaning, and films of one title stay apart; the table's
    filter lets in the same films, but no search of it that is exact is as fast (bench/genre_prefilter.py).

    Attributes:
        network_: The classifier.
    """

    name = "doc2vec_genre"
    label = "Predicted genres"
    description = "Predicts which genres you want, then finds the nearest of their films."
    system = "S3"
    how, formula, sum_words, gate_words = HOW, FORMULA, SUM_WORDS, GATE_WORDS
    source = "Le, Mikolov (2014), paragraph vectors, with a multi-label genre classifier before the search."
    abilities = Ability.LIKES | Ability.DISLIKES | Ability.TEXT | Ability.COLD_ITEM
    reads_ratings = False
    served_by = ""

    @dataclass(frozen=True)
    class Params:
        space: str = param("doc2vec", "The embedding that is classified and searched.", choices_from="spaces")
        threshold: float = param(
            0.0,
            "Probability from which a genre is predicted; 0 = each genre's own, tuned on unseen films.",
            low=0,
            high=1,
            is_learned=False,
        )
        text_weight: float = text_weight_param()
        dislike_weight: float = dislike_weight_param()

    def needs(self) -> tuple[str, ...]:
        """The chosen space."""
        return (self.params.space,)

    def cost(self, size: Size) -> Cost:
        """See `Recommender.cost`: rounds of training over all films."""
        return Cost(2 + 1e-3 * size.n_items, 0.3)

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """Train the classifier on the catalogue; see `Recommender.fit`."""
        space = chosen_space(spaces, self.params.space, dataset)
        labels = genre_labels(dataset.catalog)
        if not labels.names:
            raise CannotFitError(f"No film of {dataset.label} has a genre.", hint="Choose another method.")
        rows = np.flatnonzero(labels.has_any & space.has_vector)
        network = train_network(space.vectors[rows], labels.matrix[rows], labels.names, rng=rng)
        return self._keep(dataset.catalog, space, network)

    def _keep(self, catalog: Catalog, space: Space, network: GenreNetwork) -> Self:
        self.space_, self.catalog_, self.network_ = space, catalog, network
        self._has_genre = genre_labels(catalog, network.names).matrix
        return self

    def can_use(self, profile: Profile) -> bool:
        """Whether it says what is wanted: dislikes alone have no genres to look for."""
        return bool(len(profile.likes) or profile.text)

    def probabilities(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """(n_profiles, n_genres) float32 how probable each genre is in what is wanted; NaN = nothing to go by.

        The mean over the liked films, each by its weight, and the text, which counts `text_weight` times all of them.
        """
        weights, films = film_weights(self.space_, profiles)
        weights = weights[: len(profiles)]
        liked = np.asarray(weights.sum(axis=1), np.float32).ravel()
        means = weights @ self.network_.probabilities(self.space_.vectors[films])
        shares = (liked > 0).astype(np.float32)
        means *= np.divide(1, liked, out=np.zeros_like(liked), where=liked > 0)[:, None]
        if self.params.text_weight > 0:
            has_text, texts = text_points(self.space_, profiles)
            pull = np.float32(self.params.text_weight)
            if has_text.any():
                means[has_text] += pull * self.network_.probabilities(texts[has_text])
            shares += pull * has_text
        means /= np.where(shares > 0, shares, np.float32(np.nan))[:, None]
        return np.asarray(means, np.float32)

    def predicted(self, probabilities: FloatVector) -> tuple[int, ...]:
        """Numbers of the genres that reach their threshold, most probable first; at least one."""
        limit = self.params.threshold or self.network_.thresholds
        chosen = np.flatnonzero(probabilities >= limit)
        if not len(chosen):
            chosen = np.array([probabilities.argmax()])
        return tuple(int(genre) for genre in chosen[np.argsort(-probabilities[chosen], kind="stable")])

    def query_vectors(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """(n_profiles, dim): as in Content; NaN for a profile that only dislikes."""
        return self._points(profiles, self.probabilities(profiles))

    def _points(self, profiles: Sequence[Profile], found: FloatMatrix) -> FloatMatrix:
        weights = {"text_weight": self.params.text_weight, "dislike_weight": self.params.dislike_weight}
        points = query_points(self.space_, profiles, **weights)
        points[np.isnan(found).any(axis=1)] = np.nan
        return points

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """Cosine similarity of films that have one of the predicted genres, NaN for all others."""
        found = self.probabilities(profiles)
        scores = self.score_points(self._points(profiles, found))
        for row in np.flatnonzero(~np.isnan(found).any(axis=1)):
            scores[row, ~self._has_genre[:, self.predicted(found[row])].any(axis=1)] = np.nan
        return scores

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The predicted genres and their probabilities, the nearest liked film, and the matching words."""
        (probabilities,) = self.probabilities([profile])
        if np.isnan(probabilities).any():
            return [() for _ in item_indices]
        genres, names = self.predicted(probabilities), self.network_.names
        said = ", ".join(f"{names[genre]} {100 * probabilities[genre]:.0f} %" for genre in genres)
        reasons: list[tuple[Reason, ...]] = []
        found = nearness_reasons(self.space_, self.catalog_, profile, item_indices)
        for item, others in zip(item_indices, found, strict=True):
            own = ", ".join(names[genre] for genre in genres if self._has_genre[item, genre])
            predicted = Reason(
                f"Predicted genres: {said}; this film: {own or 'none of them'}.", "predicted_genres"
            )
            reasons.append((predicted, *others))
        return reasons

    def addends(self, profile: Profile, item: int) -> list[Addend]:
        """See `AddsUp`: the parts of the cosine."""
        weights = {"text_weight": self.params.text_weight, "dislike_weight": self.params.dislike_weight}
        return point_addends(self.space_, self.catalog_, profile, item, **weights)

    def gates(self, profile: Profile) -> list[Gate]:
        """See `LetsIn`: the genres, with their probabilities and thresholds."""
        (found,) = self.probabilities([profile])
        if np.isnan(found).any():
            return []
        limits = np.broadcast_to(self.params.threshold or self.network_.thresholds, found.shape)
        chosen, names = self.predicted(found), self.network_.names
        return [
            Gate(names[genre], float(found[genre]), float(limits[genre]), genre in chosen)
            for genre in np.argsort(-found, kind="stable").tolist()
        ]

    def state(self) -> Arrays:
        """The classifier's arrays."""
        return self.network_.state()

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`; loads no model."""
        space = chosen_space(spaces, self.params.space, dataset)
        return self._keep(dataset.catalog, space, GenreNetwork.of_state(state))
