"""Array aliases with their shapes, and the small frozen values that everything else passes around."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from core.errors import InvalidQueryError

FloatVector: TypeAlias = npt.NDArray[np.float32]
"""(n,) float32."""
FloatMatrix: TypeAlias = npt.NDArray[np.float32]
"""(rows, columns) float32; what rows and columns are is said where it is used."""
IndexVector: TypeAlias = npt.NDArray[np.int64]
"""(n,) int64 row numbers: item_index or user_index."""
BoolVector: TypeAlias = npt.NDArray[np.bool_]
"""(n_items,) True = may be recommended."""
Arrays: TypeAlias = dict[str, npt.NDArray[Any]]
"""Named arrays, none of object dtype: what a fitted method or an artefact is stored as."""


class Progress(Protocol):
    """Called as work goes on: `done` of `total` units (total 0 = not known), and what is happening."""

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Take note; `note` is what is worked on, "" where there is nothing to say."""


def no_progress(done: int, total: int, note: str = "") -> None:
    """A `Progress` that tells nobody."""


def _empty_index() -> IndexVector:
    return np.empty(0, np.int64)


def _empty_float() -> FloatVector:
    return np.empty(0, np.float32)


def rating_weights(
    ratings: npt.ArrayLike, scale: tuple[float, float], *, is_explicit: bool = True
) -> FloatVector:
    """What ratings weigh in a profile: the middle of the scale 0, its ends -1 and 1, a bare "yes" 1.

    Args:
        ratings: (n,) on the scale.
        scale: Lowest and highest rating; both the same = every rating is a bare "yes".
        is_explicit: False = every rating is a bare "yes", whatever its number.

    Returns:
        (n,) float32 in [-1, 1].
    """
    low, high = scale
    half = (high - low) / 2
    given = np.asarray(ratings, np.float32)
    if not is_explicit or half <= 0:
        return np.ones_like(given)
    weights: FloatVector = np.clip((given - np.float32(low + half)) / np.float32(half), -1, 1)
    return weights.astype(np.float32)


@dataclass(frozen=True, eq=False)
class Profile:
    """Who asks: a known user, a visitor's likes and dislikes, a text, or a mix.

    Attributes:
        items: (n,) item_index of the films this profile says something about, without repetition.
        weights: (n,) in [-1, 1]; above 0 = liked, below 0 = disliked, 0 = seen without an opinion.
        text: Free text describing what is wanted; "" = none.
        user: user_index in the fitted dataset, None for a visitor.
        seen: (m,) item_index of further films that must not be recommended (watched, not interested).
    """

    items: IndexVector = field(default_factory=_empty_index)
    weights: FloatVector = field(default_factory=_empty_float)
    text: str = ""
    user: int | None = None
    seen: IndexVector = field(default_factory=_empty_index)

    def __post_init__(self) -> None:
        if len(self.items) != len(self.weights):
            raise InvalidQueryError(
                f"A profile of {len(self.items)} films came with {len(self.weights)} weights."
            )
        ordered = np.sort(self.items)
        if (ordered[1:] == ordered[:-1]).any():
            raise InvalidQueryError(
                "A film is in the profile twice.", hint="Like or dislike each film once, not both."
            )

    @classmethod
    def of_likes(
        cls,
        likes: Sequence[int] = (),
        dislikes: Sequence[int] = (),
        *,
        text: str = "",
        seen: Sequence[int] = (),
    ) -> "Profile":
        """A visitor's profile: every like weighs 1, every dislike -1.

        Raises:
            InvalidQueryError: A film is liked and disliked at once, or named twice.
        """
        items = np.array([*likes, *dislikes], np.int64)
        weights = np.array([1.0] * len(likes) + [-1.0] * len(dislikes), np.float32)
        return cls(items, weights, text.strip(), None, np.array(seen, np.int64))

    @classmethod
    def of_ratings(
        cls,
        items: IndexVector,
        ratings: npt.ArrayLike,
        scale: tuple[float, float],
        *,
        user: int | None = None,
        is_explicit: bool = True,
    ) -> "Profile":
        """A profile from ratings; `rating_weights` says what each weighs.

        Args:
            items: (n,) item_index.
            ratings: (n,) on the scale.
            scale: Lowest and highest rating; both the same = every rating is a bare "yes".
            user: user_index in the fitted dataset; None for a visitor.
            is_explicit: False = every rating is a bare "yes", whatever its number.
        """
        weights = rating_weights(ratings, scale, is_explicit=is_explicit)
        return cls(np.asarray(items, np.int64), weights, "", user)

    @property
    def likes(self) -> IndexVector:
        """item_index of the films with a weight above 0."""
        return self.items[self.weights > 0]

    @property
    def dislikes(self) -> IndexVector:
        """item_index of the films with a weight below 0."""
        return self.items[self.weights < 0]

    @property
    def excluded(self) -> IndexVector:
        """item_index of all films that must not be recommended: everything rated, liked, disliked or seen."""
        return np.union1d(self.items, self.seen).astype(np.int64)


@dataclass(frozen=True)
class Filters:
    """Which films may be recommended. Empty = no restriction.

    Attributes:
        genres: Keep films with at least one of these genres.
        not_genres: Leave out films with any of these genres.
        years: First and last year, both included; films without a year are left out when this is set.
        languages: Keep films with one of these original languages (ISO 639-1).
        min_ratings: Keep films with at least this many ratings.
    """

    genres: tuple[str, ...] = ()
    not_genres: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    languages: tuple[str, ...] = ()
    min_ratings: int = 0

    def __post_init__(self) -> None:
        both = sorted(set(self.genres) & set(self.not_genres))
        if both:
            raise InvalidQueryError(
                f"The genre {both[0]} is both asked for and excluded.", hint="Remove it from one of the two."
            )
        if self.years and self.years[0] > self.years[1]:
            raise InvalidQueryError(
                f"The years {self.years[0]} to {self.years[1]} run backwards.", hint="Swap them."
            )
        if self.min_ratings < 0:
            raise InvalidQueryError("The smallest number of ratings cannot be below 0.")

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class Reason:
    """Why a film was recommended, from the method's own signal.

    Attributes:
        text: One plain sentence without mark-up.
        kind: What sort of evidence: "liked_film", "shared_people", "shared_genres", "shared_keywords", "words",
            "popularity", "similar_users", "predicted_genres", "cluster", "contribution", "predicted_rating", "chance".
        items: item_index of films the sentence names.
        share: How much of the score this reason carries, in [0, 1]; None where a method cannot say.
    """

    text: str
    kind: str
    items: tuple[int, ...] = ()
    share: float | None = None


@dataclass(frozen=True)
class Recommendation:
    """One film of an answer."""

    rank: int
    item_index: int
    item_id: str
    title: str
    year: int | None
    score: float
    reasons: tuple[Reason, ...] = ()

    @property
    def reason(self) -> str:
        """The first reason's sentence, "" without any."""
        return self.reasons[0].text if self.reasons else ""


@dataclass(frozen=True)
class Answer:
    """What a method answered to one question.

    Attributes:
        items: Best first; fewer than k where filters or the method leave fewer (then `notes` says why).
        method: Name of the method that answered.
        fallback_for: Name of the method that was asked but could not use the profile; None otherwise.
        notes: Plain sentences about the answer.
        milliseconds: Time the answer took, reasons included.
    """

    items: tuple[Recommendation, ...]
    method: str
    fallback_for: str | None = None
    notes: tuple[str, ...] = ()
    milliseconds: float = 0.0
