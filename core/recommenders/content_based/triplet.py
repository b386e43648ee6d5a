"""System S5: the films nearest in the space that a network learned from triplets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from core.domain import Addend, Dataset, Profile, Reason
from core.embeddings import Space
from core.embeddings.base import normalise
from core.params import param
from core.recommenders import evidence
from core.recommenders.base import Ability, AddsUp, VectorRecommender, chosen_space
from core.recommenders.content_based.point_sums import SUM_WORDS, point_addends
from core.recommenders.content_based.query_points import (
    dislike_weight_param,
    nearest_likes,
    query_points,
    text_weight_param,
)
from core.recommenders.registry import register
from core.types import Arrays, FloatMatrix, IndexVector

LEARNED = ("triplet", "triplet_coliked")
"""The embeddings that a triplet network makes; nothing is learned from them here, so either serves at once."""

_KINDS = (("directors", "shared_people"), ("cast", "shared_people"), ("keywords", "shared_keywords"))
_NAMED = 3


@register
class Triplet(VectorRecommender, AddsUp):
    """Nearest neighbours in the learned space, with the people and keywords that hold them together there.

    Attributes:
        space_: The learned space.
    """

    name = "triplet"
    label = "Learned similarity"
    description = (
        "The films nearest in a space learned from which films share people, keywords, genres or fans."
    )
    system = "S5"
    how = (
        "A network learned from threes: a film, one that shares people, keywords or fans with it, and one "
        "that does not. It moves the first two together and the third away, until all films have a place. The "
        "films nearest to yours there come first."
    )
    formula = r"s(f) = \cos(q, v_f), \quad \min \sum \max\left(0,\ d(a, p) - d(a, n) + m\right)"
    source = "Schroff, Kalenichenko, Philbin (2015), FaceNet: triplet loss and semi-hard negatives."
    abilities = Ability.LIKES | Ability.DISLIKES | Ability.TEXT | Ability.COLD_ITEM
    reads_ratings = False
    sum_words = SUM_WORDS

    @dataclass(frozen=True)
    class Params:
        space: str = param(
            LEARNED[0],
            "The learned embedding: films that share people, keywords and genres, or films that the same people like.",
            choices=LEARNED,
            is_learned=False,
            search=(),
        )
        text_weight: float = text_weight_param()
        dislike_weight: float = dislike_weight_param()

    def needs(self) -> tuple[str, ...]:
        """The chosen space."""
        return (self.params.space,)

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """Nothing to learn beyond the space: keep it and the catalogue."""
        self.space_, self.catalog_ = chosen_space(spaces, self.params.space, dataset), dataset.catalog
        self.__dict__.pop("_owners", None)
        return self

    def query_vectors(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """(n_profiles, dim): as in Content; a text counts as the plot of a film otherwise unknown."""
        weights = {"text_weight": self.params.text_weight, "dislike_weight": self.params.dislike_weight}
        return query_points(self.space_, profiles, **weights)

    @cached_property
    def _owners(self) -> dict[str, dict[str, IndexVector]]:
        """By kind of evidence and name: item_index of the films with this person or keyword and a vector."""
        has_vector, found = self.space_.has_vector, {kind: dict[str, list[int]]() for _, kind in _KINDS}
        for column, kind in _KINDS:
            for item, values in enumerate(self.catalog_.items[column]):
                for value in values if has_vector[item] else ():
                    found[kind].setdefault(value, []).append(item)
        return {
            kind: {v: np.unique(np.array(i, np.int64)) for v, i in own.items()} for kind, own in found.items()
        }

    def pull(self, item: int, kind: str, value: str) -> float:
        """How near a film lies to the other films with a person or keyword: cosine similarity to their mean.

        Args:
            item: item_index.
            kind: "shared_people" or "shared_keywords".
            value: The person or keyword.

        Returns:
            In [-1, 1]; -1 where no other film has it.
        """
        others = self._owners[kind].get(value, np.empty(0, np.int64))
        others = others[others != item]
        if not len(others):
            return -1.0
        centre = normalise(normalise(self.space_.vectors[others]).mean(0))
        return float(centre @ normalise(self.space_.vectors[item]))

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """People and keywords shared with the nearest liked film, what pulls closest first; matching words."""
        reasons: list[tuple[Reason, ...]] = []
        for item, liked in zip(item_indices, nearest_likes(self.space_, profile, item_indices), strict=True):
            found = () if liked is None else self._reasons(int(item), liked)
            if profile.text:
                match = evidence.matching_words(self.catalog_, profile.text, item, self.space_.name)
                found = (*found, match)
            reasons.append(found or tuple(evidence.far_from(self.catalog_, profile)))
        return reasons

    def _reasons(self, item: int, liked: int) -> tuple[Reason, ...]:
        found = []
        name = evidence.label(self.catalog_, liked)
        for kind in dict.fromkeys(kind for _, kind in _KINDS):
            columns = [column for column, of in _KINDS if of == kind]
            pulls = {value: self.pull(item, kind, value) for value in self._shared(item, liked, columns)}
            best = sorted(pulls, key=lambda value: (-pulls[value], value))[:_NAMED]
            if best:
                shares = f"Shares {', '.join(best)} with {name}, which you like"
                why = f"its similarity to the other films with {best[0]} is {pulls[best[0]]:.2f}"
                found.append((pulls[best[0]], Reason(f"{shares}; {why}.", kind, (liked,))))
        if not found:
            return tuple(evidence.shared(self.catalog_, liked, item))
        return tuple(reason for _, reason in sorted(found, key=lambda pair: -pair[0]))

    def _shared(self, item: int, liked: int, columns: Iterable[str]) -> list[str]:
        def values(film: int) -> list[str]:
            rows: Any = self.catalog_.items
            return [value for column in columns for value in rows.at[film, column]]

        theirs = set(values(liked))
        return list(dict.fromkeys(value for value in values(item) if value in theirs))

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
