"""Random order: the floor under every metric."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np

from core.domain import Dataset, Profile, Reason
from core.embeddings import Space
from core.recommenders.base import Ability, Recommender
from core.recommenders.registry import register
from core.types import Arrays, FloatMatrix


@register
class RandomOrder(Recommender):
    """Uniform scores, drawn anew for every history: the same question always gets the same answer."""

    name = "random"
    label = "Random"
    description = "Films in random order. Whatever does not beat this has learned nothing."
    how = (
        "Draws a number by chance for every film. The same question draws the same numbers, so that a list "
        "can be looked at twice. It is here to be beaten."
    )
    formula = r"s(f) \sim U(0, 1)"
    source = "Chance."
    abilities = Ability.COLD_USER | Ability.COLD_ITEM
    reads_ratings = False

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """Draw the seed; see `Recommender.fit`."""
        self.seed_, self.n_items_ = int(rng.integers(2**62)), dataset.n_items
        return self

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """Uniform in [0, 1); depends on the seed and the profile's films and text alone."""
        scores = np.empty((len(profiles), self.n_items_), np.float32)
        for row, profile in enumerate(profiles):
            order = np.argsort(profile.items)
            content = (
                profile.items[order].tobytes() + profile.weights[order].tobytes() + profile.text.encode()
            )
            digest = hashlib.blake2b(content, digest_size=8).digest()
            rng = np.random.default_rng([self.seed_, int.from_bytes(digest, "little")])
            scores[row] = rng.random(self.n_items_, np.float32)
        return scores

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """Chance, and nothing else."""
        return [(Reason("Drawn by chance.", "chance"),) for _ in item_indices]

    def state(self) -> Arrays:
        """The seed."""
        return {"seed": np.array(self.seed_, np.int64)}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        self.seed_, self.n_items_ = int(state["seed"]), dataset.n_items
        return self
