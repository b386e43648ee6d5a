"""Who asks, as what they think of films."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.errors import InvalidQueryError
from core.types import FloatVector, IndexVector


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
