"""The hybrid: who likes what, what films are about, stars and fame, weighed by how much is known of the person."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from core.datasets.base import Dataset
from core.errors import CannotFitError
from core.recommenders import register
from core.recommenders.base import Ability, Recommender, param
from core.recommenders.content import Content
from core.recommenders.ease import Ease
from core.recommenders.hybrid_weights import (
    BINS,
    Doubles,
    Validation,
    bin_of,
    climb,
    hold_out,
    ndcg,
)
from core.recommenders.ials import Ials
from core.recommenders.informed_linear import InformedLinear
from core.recommenders.popularity import Popularity
from core.recommenders.predicted_rating import PredictedRating
from core.recommenders.user_knn import UserKnn
from core.spaces.base import Space
from core.types import Arrays, BoolVector, FloatMatrix, FloatVector, IndexVector, Profile, Reason

LINEAR, IALS, PEOPLE, STARS, CONTENT, POPULARITY = range(6)
PARTS = ("linear", "ials", "people", "stars", "content", "popularity")
WORDS = (
    "shared likes and content",
    "learned taste (iALS)",
    "people like you (User-KNN)",
    "predicted stars",
    "likeness of content",
    "fame",
)
"""What each part goes by, in a reason."""
SILENT_ON_UNRATED = (IALS, PEOPLE)
_ROWS = 32
"""Rows worked on at once where there are several passes over them: what a core's cache holds."""
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


@register
class Hybrid(Recommender):
    """Weighted sum of its parts' scores, standardised for each profile over the films that somebody rated.

    Parts: a linear model that knows the films' content, iALS, the nearest people, predicted stars (where there
    are ratings), nearness in the space, and popularity. Weights depend on how many films of the profile are not
    disliked: 0, 1, 2 or 3, 4 to 10, 11 to 30, more. They start from `START` and change only where that is clearly
    better on ratings held out of the training data; then the parts are fitted on all of it. iALS and the nearest
    people cannot score a film that nobody rated: the linear model, which reads its content, speaks in their
    place; such films count as averagely popular, and `unrated_places` keeps places for them. A text adds to the
    weight of nearness. Without the space, EASE takes the linear model's place and nearness is left out.

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
    version = 5
    source = "Stacking (Wolpert 1992) of standardised scores; the parts name their own sources."
    abilities = Ability.LIKES | Ability.DISLIKES | Ability.TEXT | Ability.COLD_USER | Ability.COLD_ITEM

    @dataclass(frozen=True)
    class Params:
        space: str = param("minilm", "The embedding that says what films are about.", choices_from="spaces")
        text_weight: float = param(
            2.0,
            "How much a text counts beside everything else together.",
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
            0,
            "At least so many of the first ten go to films that nobody has rated.",
            low=0,
            high=10,
            is_learned=False,
            search=(),
        )
        memory_gb: float = param(
            4.0, "Largest memory the linear part may take, in GB.", low=0.001, high=1000, search=()
        )

    def needs(self) -> tuple[str, ...]:
        """The chosen space."""
        return (self.params.space,)

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """See `Recommender.fit`."""
        if not len(dataset.interactions):
            raise CannotFitError(
                f"{dataset.label} has no ratings to learn from.", hint="Use a content method instead."
            )
        self.weights_ = START.copy()
        first, second, third = rng.spawn(3)
        if self.params.learn:
            validation = hold_out(dataset.interactions, self.params.held_out, first)
            # where the rest is too little to fit the parts on, the weights stay as they start
            with suppress(CannotFitError):
                self._fit_parts(replace(dataset, interactions=validation.train), spaces, second)
                self._learn(validation)
        self._fit_parts(dataset, spaces, third)
        self.decided_ = {"weights": self._named_weights(), "parts": self._decided_of_parts()}
        return self

    def _named_weights(self) -> dict[str, dict[str, float]]:
        """The weights of the parts that are there, by the fewest films known: "4" = 4 to 10."""
        there = [(column, name) for column, name in enumerate(PARTS) if name in self.parts_]
        return {
            str(fewest): {name: round(float(row[column]), 4) for column, name in there}
            for fewest, row in zip(BINS, self.weights_, strict=True)
        }

    def _decided_of_parts(self) -> dict[str, Any]:
        return {name: part.decided_ for name, part in self.parts_.items() if part.decided_}

    def _new_parts(self, spaces: Mapping[str, Space]) -> dict[str, Recommender]:
        space, memory = self.params.space, self.params.memory_gb
        parts: dict[str, Recommender] = {
            "ials": Ials(),
            "people": UserKnn(),
            "stars": PredictedRating(PredictedRating.Params(sweeps=60, n_draws=12)),
            "popularity": Popularity(),
        }
        if space not in spaces:  # ratings alone, as in a person's own files without films
            return {"linear": Ease(Ease.Params(memory_gb=memory)), **parts}
        linear = InformedLinear(InformedLinear.Params(space=space, memory_gb=memory))
        return {"linear": linear, "content": Content(Content.Params(space=space)), **parts}

    def _fit_parts(self, dataset: Dataset, spaces: Mapping[str, Space], rng: np.random.Generator) -> Self:
        parts = self._new_parts(spaces)
        for name, part in list(parts.items()):
            try:
                part.fit(dataset, spaces, rng=rng)
            except CannotFitError:
                if name != "stars":  # bare likes have no stars to predict; the others must all be there
                    raise
                del parts[name]
        return self._prepare(dataset, parts)

    def _prepare(self, dataset: Dataset, parts: dict[str, Recommender]) -> Self:
        self.parts_ = parts
        self.rated_: BoolVector = dataset.interactions.item_counts() > 0
        return self

    def _learn(self, validation: Validation) -> None:
        """Set `weights_` by what the parts, fitted on the rest, make of the held-out ratings."""
        for row in range(len(BINS)):
            profiles, hidden, wanted = (
                validation.profiles[row],
                validation.hidden[row],
                validation.wanted[row],
            )
            if not profiles:
                continue
            stacked = self._standardised(profiles)
            there = np.array([bool(np.any(part)) for part in stacked])

            def measure(weights: Doubles) -> Doubles:
                return ndcg(self._sum(stacked, weights), hidden, wanted)  # noqa: B023 (used at once)

            self.weights_[row] = climb(self.weights_[row], there, measure)
        # strangers have nothing that nearness could be learned from, but they may dislike films
        self.weights_[0, CONTENT] = self.weights_[1, CONTENT]

    def _standardised(self, profiles: Sequence[Profile], weights: Doubles | None = None) -> list[FloatMatrix]:
        """One (n_profiles, n_items) array for each of `PARTS`, 0 = the average film or no opinion.

        Args:
            profiles: Who asks.
            weights: (n_profiles, n_parts) a part is not asked about profiles for which it counts nothing: it is 0
                there. None = every part is asked about everybody.
        """
        is_asked = np.ones((len(profiles), len(PARTS)), bool) if weights is None else weights != 0
        unrated = np.flatnonzero(~self.rated_)
        if len(unrated):
            is_asked[:, LINEAR] |= is_asked[:, SILENT_ON_UNRATED].any(axis=1)
        stacked = [np.zeros((len(profiles), len(self.rated_)), np.float32) for _ in PARTS]
        for part, name in enumerate(PARTS):
            rows = np.flatnonzero(is_asked[:, part])
            if name in self.parts_ and len(rows):
                scores = self.parts_[name].score([profiles[row] for row in rows.tolist()])
                _put_z_scores(scores, self.rated_, stacked[part], rows)
        for part in SILENT_ON_UNRATED:
            stacked[part][:, unrated] = stacked[LINEAR][:, unrated]
        stacked[POPULARITY][:, unrated] = 0  # nobody's opinion is no bad opinion
        return stacked

    def _sum(self, stacked: Sequence[FloatMatrix], weights: Doubles) -> FloatMatrix:
        """The parts added up, (n_profiles, n_items); weights are (n_parts,), or (n_profiles, n_parts)."""
        total = np.zeros_like(stacked[0])
        factors = np.broadcast_to(weights, (len(total), len(PARTS))).astype(np.float32)
        for start in range(0, len(total), _ROWS):
            rows = slice(start, start + _ROWS)
            for part in np.flatnonzero(factors[rows].any(axis=0)).tolist():
                total[rows] += factors[rows, part, None] * stacked[part][rows]
        return total

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
        total = self._sum(self._standardised(profiles, weights), weights)
        if self.params.unrated_places:
            for row, profile in zip(total, profiles, strict=True):
                _keep_places(row, self.rated_, profile.excluded, self.params.unrated_places)
        return total

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The reasons of the part that speaks for the film most, and every part's share in one sentence."""
        items = np.asarray(item_indices, np.int64)
        weights = self._weights_of([profile])
        stacked = [part[0, items] for part in self._standardised([profile], weights)]
        carried = np.stack(stacked) * weights[0][:, None]
        unrated = ~self.rated_[items]
        for part in SILENT_ON_UNRATED:
            carried[LINEAR, unrated] += carried[part, unrated]
            carried[part, unrated] = 0
        return [
            self._reasons(profile, int(item), column) for item, column in zip(items, carried.T, strict=True)
        ]

    def _reasons(self, profile: Profile, item: int, carried: Doubles) -> tuple[Reason, ...]:
        total = float(carried[carried > 0].sum())
        order = [int(part) for part in np.argsort(-carried, kind="stable") if carried[part] > 0]
        if not order:
            return (Reason("Nothing speaks for it more than for the average film.", "contribution"),)
        (own,) = self.parts_[PARTS[order[0]]].explain(profile, [item])
        named = [part for part in order if carried[part] >= 0.005 * total]
        shares = ", ".join(f"{carried[part] / total:.0%} {WORDS[part]}" for part in named)
        weighed = Reason(f"What speaks for it: {shares}.", "contribution")
        return (*(replace(reason, share=None) for reason in own), weighed)

    def state(self) -> Arrays:
        """`weights`, and the arrays of every part as "part.array"."""
        arrays: Arrays = {
            "weights": self.weights_,
            "parts": np.array([*self.parts_]),
        }
        for name, part in self.parts_.items():
            arrays |= {f"{name}.{key}": array for key, array in part.state().items()}
        return arrays

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        self.weights_ = state["weights"]
        parts = self._new_parts(spaces)
        for name in list(parts):
            if name not in state["parts"]:
                del parts[name]
                continue
            own = {key[len(name) + 1 :]: array for key, array in state.items() if key.startswith(f"{name}.")}
            parts[name].restore(dataset, spaces, own)
        return self._prepare(dataset, parts)


def _keep_places(
    scores: FloatVector, rated: BoolVector, excluded: IndexVector, n_places: int, of: int = 10
) -> None:
    """Raise all films nobody rated alike, in place, until `n_places` of the first `of` films are theirs.

    Args:
        scores: (n_items,) without NaN.
        rated: (n_items,) which films somebody rated.
        excluded: item_index of films that will not be listed.
        n_places: At most so many are raised; fewer where there are fewer.
        of: Length of the list.
    """
    listed = np.ones(len(scores), bool)
    listed[excluded] = False
    own, others = np.sort(scores[listed & ~rated])[::-1], np.sort(scores[listed & rated])[::-1]
    n_places = min(n_places, len(own))
    if n_places == 0 or len(others) <= of - n_places:
        return
    last_out = others[of - n_places]
    if own[n_places - 1] <= last_out:
        scores[~rated] += last_out - own[n_places - 1] + np.float32(1e-3)


def _put_z_scores(scores: FloatMatrix, over: BoolVector, into: FloatMatrix, rows: IndexVector) -> None:
    """Write scores less their row's mean, by its standard deviation, both over some columns; NaN becomes 0.

    Args:
        scores: (n_rows, n_items).
        over: (n_items,) the columns that mean and deviation are taken over.
        into: (n, n_items) where they are written.
        rows: (n_rows,) which rows of it.
    """
    for start in range(0, len(scores), _ROWS):
        block = scores[start : start + _ROWS]
        unknown = np.isnan(block)
        left_out = unknown | ~over
        within = block.astype(np.float64)
        within[left_out] = 0
        counts = np.maximum(len(over) - np.count_nonzero(left_out, axis=1), 1)
        means, squares = within.sum(axis=1) / counts, np.vecdot(within, within) / counts
        deviations = np.sqrt(np.maximum(squares - means**2, 0))
        # what is left of equal scores is rounding
        is_spread = deviations > 1e-6 * np.abs(means) + 1e-9
        scale = np.divide(1, deviations, out=np.zeros_like(means), where=is_spread)
        scaled = block - means[:, None].astype(np.float32)
        scaled *= scale[:, None].astype(np.float32)
        scaled[unknown] = 0
        into[rows[start : start + _ROWS]] = scaled
