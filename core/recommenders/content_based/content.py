"""Content: the films nearest to a profile in a chosen space."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from core.domain import Addend, Dataset, Profile, Reason
from core.embeddings import Space
from core.params import param
from core.recommenders.base import Ability, AddsUp, VectorRecommender, chosen_space
from core.recommenders.content_based.point_sums import SUM_WORDS, point_addends
from core.recommenders.content_based.query_points import (
    dislike_weight_param,
    nearness_reasons,
    query_points,
    text_weight_param,
)
from core.recommenders.registry import register
from core.types import Arrays, FloatMatrix


@register
class Content(VectorRecommender, AddsUp):
    """Nearest neighbours of one point: text + mean of the likes - a part of the mean of the dislikes."""

    name = "content"
    label = "Similar films"
    description = "The films nearest in an embedding to the ones you like, the words you type, or both."
    how = (
        "Places every film as a point, so that films about the same things stand near each other (an "
        "embedding). You stand in the middle of your films and your words, a little away from what you "
        "dislike. The films nearest to you come first."
    )
    formula = r"s(f) = \cos(q, v_f), \quad q = t + \overline{v_l} - d\,\overline{v_{-}}"
    source = "Rocchio (1971), relevance feedback, in an embedding space."
    abilities = Ability.LIKES | Ability.DISLIKES | Ability.TEXT | Ability.COLD_ITEM
    reads_ratings = False

    sum_words = SUM_WORDS

    @dataclass(frozen=True)
    class Params:
        space: str = param("minilm", "The embedding to search in.", choices_from="spaces")
        text_weight: float = text_weight_param()
        dislike_weight: float = dislike_weight_param()

    def needs(self) -> tuple[str, ...]:
        """The chosen space."""
        return (self.params.space,)

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """Nothing to learn: keep the space and the catalogue."""
        self.space_, self.catalog_ = chosen_space(spaces, self.params.space, dataset), dataset.catalog
        return self

    def query_vectors(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """(n_profiles, dim): see the class."""
        weights = {"text_weight": self.params.text_weight, "dislike_weight": self.params.dislike_weight}
        return query_points(self.space_, profiles, **weights)

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The nearest liked film and what it shares, and the words of the text that the film's own has."""
        found = nearness_reasons(self.space_, self.catalog_, profile, item_indices)
        return [tuple(reasons) for reasons in found]

    def addends(self, profile: Profile, item: int) -> list[Addend]:
        """See `AddsUp`: the parts of the cosine."""
        weights = {"text_weight": self.params.text_weight, "dislike_weight": self.params.dislike_weight}
        return point_addends(self.space_, self.catalog_, profile, item, **weights)

    def state(self) -> Arrays:
        """Nothing beyond the space itself."""
        return {}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        return self.fit(dataset, spaces, rng=np.random.default_rng(0))
