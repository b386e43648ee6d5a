"""The hybrid: who likes what, what films are about, stars and fame, weighed by how much is known of the person."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from core.compute.cost import Cost, Size
from core.domain import Addend, Dataset, Interactions, Profile, Reason
from core.embeddings import Space
from core.errors import CannotFitError
from core.params import param
from core.recommenders.base import Ability, AddsUp, Recommender
from core.recommenders.collaborative.ease import memory_param
from core.recommenders.hybrid.parts import (
    CONTENT,
    LINEAR,
    PARTS,
    SILENT_ON_UNRATED,
    WORDS,
    fit_parts,
    keep_places,
    learned_weights,
    named_weights,
    new_parts,
    rated_films,
    restored,
    standardised,
    state_of,
    weighed_reasons,
    weighted_sum,
)
from core.recommenders.hybrid.weights import BINS, MOST_PROFILES, Doubles, bin_of, hold_out
from core.recommenders.registry import register
from core.recommenders.score_sums import score_sum
from core.types import Arrays, FloatMatrix, IndexVector

START = np.array(
    [
        [0.0, 0.0, 0.0, 0.0, 0.05, 1.0],
        [0.0, 0.3, 0.1, 0.0, 0.05, 1.5],
        [0.0, 0.5, 0.2, 0.2, 0.1, 1.5],
        [0.0, 1.0, 0.3, 0.6, 0.4, 1.2],
        [1.0, 0.75, 0.0, 0.45, 0.35, 0.0],
        [1.0, 0.45, 0.0, 0.3, 0.2, 0.0],
    ]
)
"""(n_bins, n_parts) weights before anything is learned, and where too little is known to learn them.

Chosen on ratings of people who are in none of the tables of docs/evaluation.md; see docs/decisions/0002-hybrid.md.
"""

WELL_KNOWN = 12
"""Ratings a film, on average, from which nearness counts less for people of more than ten films: ratings say more then."""


WEIGHING = 5e-7
"""Seconds for a held-out person and a film, all parts and weights that are tried (bench/methods_at_scale.py)."""

MOST_WEIGHED = 4_000_000
"""Ratings that the weights are learned from at most, of people drawn by chance: of each kind of profile 500 are asked about,
whatever the size."""


def starting_weights(interactions: Interactions) -> Doubles:
    """`START`, with less of nearness where films have many ratings: the share falls with their root.

    Measured in docs/decisions/0002-hybrid.md.

    Args:
        interactions: What is learned from; films that nobody rated are not counted.

    Returns:
        (n_bins, n_parts) float64.
    """
    weights, counts = START.copy(), interactions.item_counts()
    ratings_a_film = len(interactions) / max(int((counts > 0).sum()), 1)
    weights[-2:, CONTENT] *= min(1.0, np.sqrt(WELL_KNOWN / max(ratings_a_film, 1.0)))
    return weights


HOW = (
    "Asks six methods and adds up how far each film stands out in their answers. How much each counts "
    "depends on how many films of yours it knows: fame leads for strangers, shared likes for those with a "
    "history. The weights are learned on ratings that were held out."
)
FORMULA = r"s(f) = \sum_{m} a_m(n)\,z_m(f), \quad z_m(f) = \frac{s_m(f) - \mu_m}{\sigma_m}"
SUM_WORDS = "For every part: how far this film stands out in its scores (z) × its weight for as many likes as you have."


@register
class Hybrid(Recommender, AddsUp):
    """Weighted sum of its parts' scores, standardised for each profile over the films that somebody rated.

    Parts: a linear model that knows the films' content, iALS, the nearest people, predicted stars (where there
    are ratings), nearness in the space, and popularity. Weights depend on how many films of the profile are not
    disliked: 0, 1, 2 or 3, 4 to 10, 11 to 30, more. They start from `starting_weights` and change only where that is
    clearly better on ratings held out of the training data; then the parts are fitted on all of it. iALS and the nearest
    people cannot score a film that nobody rated: the linear model, which reads its content, speaks in their
    place; such films count as averagely popular, and `unrated_places` keeps places for them. A text adds to the
    weight of nearness. Of more than 4 million ratings the weights are learned from people drawn by chance who gave that
    many. Without the space, EDLAE takes the linear model's place and nearness is left out.

    Attributes:
        parts_: Name -> the fitted part.
        weights_: (n_bins, n_parts) float64, columns as in `PARTS`.
    """

    name = "hybrid"
    label = "Hybrid"
    description = (
        "Joins who likes what with what films are about. Answers strangers, and can keep places for films that "
        "nobody has rated."
    )
    system = "S2"
    version = 7
    how, formula, sum_words = HOW, FORMULA, SUM_WORDS
    source = "Stacking (Wolpert 1992) of standardised scores; the parts name their own sources."
    abilities = Ability.LIKES | Ability.DISLIKES | Ability.TEXT | Ability.COLD_USER | Ability.COLD_ITEM

    @dataclass(frozen=True)
    class Params:
        space: str = param("minilm", "The embedding that says what films are about.", choices_from="spaces")
        text_weight: float = param(
            2.0,
            "How much a text counts beside all else together.",
            low=0,
            high=10,
            is_learned=False,
            search=(),
        )
        held_out: float = param(
            0.2, "Share of the ratings that the weights are learned on.", low=0.05, high=0.5, search=()
        )
        learn: bool = param(True, "Learn the weights; otherwise they stay as they start.")
        unrated_places: int = param(
            0, "So many of the first ten are films nobody rated.", low=0, high=10, is_learned=False, search=()
        )
        memory_gb: float = memory_param()

    def needs(self) -> tuple[str, ...]:
        """The chosen space."""
        return (self.params.space,)

    def parts(self) -> dict[str, Recommender]:
        """See `Recommender.parts`: those it has where the space is built."""
        return new_parts(self.params.space, self.params.memory_gb, [self.params.space])

    def cut(self, size: Size) -> tuple[Any, ...]:
        """See `Recommender.cut`: what its parts leave out."""
        return sum((part.cut(size) for part in self.parts().values()), ())

    def cost(self, size: Size) -> Cost:
        """See `Recommender.cost`: the parts are fitted twice, once without what the weights are learned on."""
        parts = self.parts().values()
        once = sum((part.cost(size) for part in parts), Cost())
        if not self.params.learn:
            return once
        share = min(1.0, MOST_WEIGHED / max(size.n_ratings, 1))
        some = Size(size.n_items, round(share * size.n_users), round(share * size.n_ratings))
        weighed = sum((part.cost(some) for part in parts), Cost())
        return once + weighed + Cost(WEIGHING * MOST_PROFILES * len(BINS) * size.n_items)

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """See `Recommender.fit`."""
        if not len(dataset.interactions):
            without = f"{dataset.label} has no ratings to learn from."
            raise CannotFitError(without, hint="Use a content method instead.")
        space, memory_gb = self.params.space, self.params.memory_gb
        start = self.weights_ = starting_weights(dataset.interactions)
        first, second, third = rng.spawn(3)
        if self.params.learn:
            drawn = dataset.interactions.drawn(MOST_WEIGHED, first)
            validation = hold_out(drawn, self.params.held_out, first)
            # where the rest is too little to fit the parts on, the weights stay as they start
            with suppress(CannotFitError):
                known = replace(dataset, interactions=validation.train)
                parts = fit_parts(new_parts(space, memory_gb, spaces), known, spaces, second, self.progress)
                rated = rated_films(known)
                self.weights_ = learned_weights(start, parts, rated, validation, self.progress)
        learned = self.learned_parts
        parts = new_parts(space, memory_gb, spaces) | learned
        self._prepare(dataset, fit_parts(parts, dataset, spaces, third, self.progress, learned))
        self.decided_ = {
            "weights": named_weights(self.weights_, self.parts_),
            "parts": {name: part.decided_ for name, part in self.parts_.items() if part.decided_},
        }
        return self

    def _prepare(self, dataset: Dataset, parts: dict[str, Recommender]) -> Self:
        self.parts_ = parts
        self.rated_ = rated_films(dataset)
        return self

    def _weights_of(self, profiles: Sequence[Profile]) -> Doubles:
        """(n_profiles, n_parts)."""
        weights = self.weights_[[bin_of(profile) for profile in profiles]]
        for row, profile in enumerate(profiles):
            if profile.text:
                weights[row, CONTENT] += self.params.text_weight * weights[row].sum()
        return weights

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """See the class; every film is scored for everybody."""
        if not len(profiles):
            return np.empty((0, len(self.rated_)), np.float32)
        weights = self._weights_of(profiles)
        total = weighted_sum(standardised(self.parts_, self.rated_, profiles, weights), weights)
        if self.params.unrated_places:
            for row, profile in zip(total, profiles, strict=True):
                keep_places(row, self.rated_, profile.excluded, self.params.unrated_places)
        return total

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The reasons of the part that speaks for the film most, and every part's share in one sentence."""
        items = np.asarray(item_indices, np.int64)
        weights, stacked = _parts_of(self, profile, items)
        carried = stacked * weights[:, None]
        unrated = ~self.rated_[items]
        for part in SILENT_ON_UNRATED:
            carried[LINEAR, unrated] += carried[part, unrated]
            carried[part, unrated] = 0
        return [
            weighed_reasons(self.parts_, profile, int(item), column)
            for item, column in zip(items, carried.T, strict=True)
        ]

    def addends(self, profile: Profile, item: int) -> list[Addend]:
        """See `AddsUp`: standardised score x weight of every part, and with each the sum that it is itself."""
        return _addends(self, profile, item)

    def state(self) -> Arrays:
        """`weights`, and the arrays of every part as "part.array"."""
        return {"weights": self.weights_, **state_of(self.parts_)}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        self.weights_ = state["weights"]
        parts = new_parts(self.params.space, self.params.memory_gb, spaces)
        return self._prepare(dataset, restored(parts, dataset, spaces, state))


def _addends(method: Hybrid, profile: Profile, item: int) -> list[Addend]:
    """Standardised score x weight of every part, and with each the sum that it is itself."""
    weights, stacked = _parts_of(method, profile, np.array([item], np.int64))
    found = []
    for part, name in enumerate(PARTS):
        z, weight = float(stacked[part, 0]), float(weights[part])
        if name not in method.parts_ or not weight:
            continue
        # iALS and people know nothing of a film that nobody rated: the linear part speaks for them
        speaks = PARTS[LINEAR] if part in SILENT_ON_UNRATED and not method.rated_[item] else name
        words = WORDS[part] if speaks == name else f"{WORDS[part]}, for which {WORDS[LINEAR]} speaks"
        own = score_sum(method.parts_[speaks], profile, item)
        found.append(Addend(words, z * weight, f"z = {z:.2f} × {weight:.2f} weight", of=own))
    return [*found, *_raised(method, profile, item)]


def _parts_of(method: Hybrid, profile: Profile, items: IndexVector) -> tuple[Doubles, FloatMatrix]:
    """(n_parts,) what each part weighs for a profile, and (n_parts, n_items) its standardised scores of films."""
    weights = method._weights_of([profile])
    stacked = standardised(method.parts_, method.rated_, [profile], weights)
    return weights[0], np.stack([part[0, items] for part in stacked])


def _raised(method: Hybrid, profile: Profile, item: int) -> list[Addend]:
    """What a film that nobody rated is raised by, where places are kept for such films."""
    if not method.params.unrated_places or method.rated_[item]:
        return []
    weights = method._weights_of([profile])
    bare = weighted_sum(standardised(method.parts_, method.rated_, [profile], weights), weights)[0, item]
    raised = float(method.score([profile])[0, item] - bare)
    return [Addend("places kept for films that nobody has rated", raised)]
