"""The scales on which people rate: written beside the rating, found out from all ratings, or given."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import HistoryError, UnansweredError

_OUT_OF = re.compile(
    r"^(?P<rating>\d+(?:[.,]\d+)?)\s*(?:/|out of|von|sur|de)\s*(?P<high>\d{1,3})$", re.IGNORECASE
)
_PER_CENT = re.compile(r"^(?P<rating>\d{1,3}(?:[.,]\d+)?)\s*%$")
_NUMBER = re.compile(r"^-?\d+(?:[.,]\d+)?$")
_STARS = re.compile(r"^(?P<full>[★⭐*]{0,5})(?P<half>½|1/2)?[☆✩]*$")
_THUMBS = {
    **dict.fromkeys(
        ("up", "like", "liked", "love", "loved", "thumbs up", "thumbs_up", "👍", "yes", "+"), 1.0
    ),
    **dict.fromkeys(("down", "dislike", "disliked", "thumbs down", "thumbs_down", "👎", "no"), 0.0),
}
_NONE = frozenset({"", "-", "–", "n/a", "na", "none", "null", "nan", "not rated", "unrated", "\\n"})
HIGHEST = 100.0


@dataclass(frozen=True)
class Scale:
    """Lowest and highest rating that can be given."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low < self.high <= 1_000:
            raise HistoryError(
                f"Ratings cannot go from {self.low:g} to {self.high:g}.",
                hint="Say it like 1:10, 0.5:5 or 0:100.",
            )

    def level(self, rating: float) -> float:
        """A rating as a share of the scale, from 0 to 1."""
        return min(max((rating - self.low) / (self.high - self.low), 0.0), 1.0)

    def holds(self, rating: float) -> bool:
        """Whether this rating can be given."""
        return self.low <= rating <= self.high

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}"


THUMBS = Scale(0, 1)
HALF_STARS = Scale(0.5, 5)
STARS = Scale(1, 5)
TEN = Scale(1, 10)
HUNDRED = Scale(0, 100)


def parse_scale(text: str) -> Scale | None:
    """ "1:10", or "10" for what is usual of that highest rating; None for "".

    Raises:
        HistoryError: Anything else.
    """
    if not text.strip():
        return None
    low, colon, high = text.strip().partition(":")
    try:
        if colon:
            return Scale(float(low), float(high))
        return _usual(float(low), has_halves=False, lowest=1)
    except ValueError:
        raise HistoryError(
            f"The scale “{text[:40]}” cannot be read.", hint="Say it like 1:10, 0.5:5 or 0:100."
        ) from None


@dataclass(frozen=True)
class Written:
    """A rating as a cell has it, and its scale where that stands beside it."""

    rating: float
    scale: Scale | None = None


def written_rating(cell: str) -> Written | None:
    """A cell of ratings: a number, "7/10", "80 %", stars, or a thumb; None where none was given.

    Raises:
        ValueError: It is something else.
    """
    text = cell.strip()
    if text.casefold() in _NONE:
        return None
    if text.casefold() in _THUMBS:
        return Written(_THUMBS[text.casefold()], THUMBS)
    if match := _OUT_OF.match(text):
        high = float(match["high"])
        if high <= 0:
            raise ValueError(cell)
        return Written(_number(match["rating"]), _usual(high, has_halves=True, lowest=0))
    if match := _PER_CENT.match(text):
        return Written(_number(match["rating"]), HUNDRED)
    if _NUMBER.match(text):
        return Written(_number(text))
    if match := _STARS.match(text):
        return Written(len(match["full"]) + 0.5 * bool(match["half"]), HALF_STARS)
    raise ValueError(cell)


def found_scale(ratings: Sequence[float]) -> Scale:
    """The scale that ratings are on: the smallest usual one that holds them all.

    Those are shares (0 to 1, with fractions), thumbs (0 and 1), five stars, ten points and a hundred.

    Args:
        ratings: At least one, as written.

    Raises:
        UnansweredError: One is below 0 or above 100.
    """
    low, high = min(ratings), max(ratings)
    if low < 0 or high > HIGHEST:
        raise UnansweredError(
            f"The ratings go from {low:g} to {high:g}, which is no scale that is known.",
            hint="Say which it is: --scale LOWEST:HIGHEST.",
            option="scale",
        )
    if high <= 1:
        return THUMBS
    has_halves = any(rating != int(rating) for rating in ratings)
    return _usual(5.0 if high <= 5 else 10.0 if high <= 10 else HIGHEST, has_halves=has_halves, lowest=low)


def _usual(high: float, *, has_halves: bool, lowest: float) -> Scale:
    """The usual scale that ends there: 0.5 to 5 where there are halves, from 0 where a 0 was given or up to 100."""
    if high > 10 or high <= 1:
        return Scale(0, high)
    return Scale(0 if lowest < 0.5 else 0.5 if has_halves and lowest < 1 else 1, high)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
