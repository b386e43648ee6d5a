"""System S3: the genres of what is wanted are predicted, and only films with one of them are searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from core.datasets.base import Catalog, Dataset
from core.errors import CannotFitError
from core.genres.labels import genre_labels
from core.genres.network import GenreNetwork, train_network
from core.recommenders import register
from core.recommenders.base import Ability, VectorRecommender, param
from core.recommenders.query_points import (
    chosen_space,
    dislike_weight_param,
    nearness_reasons,
    query_points,
    text_weight_param,
)
from core.spaces.base import Space
from core.types import Arrays, FloatMatrix, FloatVector, Profile, Reason


@register
class Doc2VecGenre(VectorRecommender):
    """A classifier reads genres off the vectors of liked films and text; cosine search among films with one.

    A profile's probability of a genre is the weighted mean over its liked films and its text. A genre is
    predicted from its threshold on; where none gets there, the most probable one is. The filter is a mask
    over the rows of the catalogue, so no text can change its meaning, and films of one title stay apart.

    Attributes:
        network_: The classifier.
    """

    name = "doc2vec_genre"
    label = "Predicted genres"
    description = (
        "Predicts which genres you want from your films and words, then finds the nearest of their films."
    )
    system = "S3"
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

    def probabilities(self, profile: Profile) -> FloatVector | None:
        """(n_genres,) float32 how probable each genre is in what is wanted; None = nothing to go by."""
        likes = profile.likes[np.any(self.space_.vectors[profile.likes] != 0, axis=1)]
        weights = profile.weights[np.isin(profile.items, likes)]
        vectors, shares = self.space_.vectors[likes], weights / max(float(weights.sum()), 1e-9)
        if profile.text and self.params.text_weight > 0 and self.space_.encode_texts is not None:
            text = np.asarray(self.space_.encode_text(profile.text), np.float32)
            if np.any(text):
                vectors, shares = np.vstack([vectors, text]), np.append(shares, self.params.text_weight)
        if not len(vectors):
            return None
        mean = np.average(self.network_.probabilities(vectors), axis=0, weights=shares)
        return np.asarray(mean, np.float32)

    def predicted(self, probabilities: FloatVector) -> tuple[int, ...]:
        """Numbers of the genres that reach their threshold, most probable first; at least one."""
        limit = self.params.threshold or self.network_.thresholds
        chosen = np.flatnonzero(probabilities >= limit)
        if not len(chosen):
            chosen = np.array([probabilities.argmax()])
        return tuple(int(genre) for genre in chosen[np.argsort(-probabilities[chosen], kind="stable")])

    def query_vectors(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """(n_profiles, dim): as in Content; NaN for a profile that only dislikes."""
        return self._points(profiles, [self.probabilities(profile) for profile in profiles])

    def _points(self, profiles: Sequence[Profile], found: Sequence[FloatVector | None]) -> FloatMatrix:
        weights = {"text_weight": self.params.text_weight, "dislike_weight": self.params.dislike_weight}
        points = query_points(self.space_, profiles, **weights)
        points[[probabilities is None for probabilities in found]] = np.nan
        return points

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """Cosine similarity of films that have one of the predicted genres, NaN for all others."""
        found = [self.probabilities(profile) for profile in profiles]
        scores = self.score_points(self._points(profiles, found))
        for row, probabilities in enumerate(found):
            if probabilities is not None:
                scores[row, ~self._has_genre[:, self.predicted(probabilities)].any(axis=1)] = np.nan
        return scores

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The predicted genres and their probabilities, the nearest liked film, and the matching words."""
        probabilities = self.probabilities(profile)
        if probabilities is None:
            return [() for _ in item_indices]
        genres, names = self.predicted(probabilities), self.network_.names
        said = ", ".join(f"{names[genre]} {100 * probabilities[genre]:.0f} %" for genre in genres)
        reasons: list[tuple[Reason, ...]] = []
        found = nearness_reasons(self.space_, self.catalog_, profile, item_indices)
        for item, others in zip(item_indices, found, strict=True):
            own = (
                ", ".join(names[genre] for genre in genres if self._has_genre[item, genre]) or "none of them"
            )
            predicted = Reason(f"Predicted genres: {said}; this film: {own}.", "predicted_genres")
            reasons.append((predicted, *others))
        return reasons

    def state(self) -> Arrays:
        """The classifier's arrays."""
        return self.network_.state()

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`; loads no model."""
        space = chosen_space(spaces, self.params.space, dataset)
        return self._keep(dataset.catalog, space, GenreNetwork.of_state(state))
