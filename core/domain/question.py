"""What somebody wants recommended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import InvalidQueryError


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
class Question:
    """What somebody wants recommended.

    Attributes:
        likes, dislikes, seen: item_index of films.
        text: What they want, in their own words.
        user: user_index of a known user; their ratings join the likes and dislikes.
        method: Name of the method to ask.
        params: Its hyper-parameters where they differ from the defaults.
        filters: Which films may be recommended.
        k: How many.
        diversity: 0 = the best k; 1 = as different from each other as can be.
        fame: 0 = as the method has it; down to -1 = films that fewer people know; up to 1 = well-known ones.
    """

    likes: tuple[int, ...] = ()
    dislikes: tuple[int, ...] = ()
    seen: tuple[int, ...] = ()
    text: str = ""
    user: int | None = None
    method: str = "content"
    params: Mapping[str, Any] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    k: int = 10
    diversity: float = 0.0
    fame: float = 0.0
