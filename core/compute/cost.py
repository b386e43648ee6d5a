"""What a piece of work is expected to take, told before it begins."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Size:
    """How much there is of a dataset.

    Attributes:
        n_items: Films.
        n_users: People.
        n_ratings: Ratings.
    """

    n_items: int
    n_users: int = 0
    n_ratings: int = 0

    @property
    def history(self) -> float:
        """Ratings of a person, on average."""
        return self.n_ratings / max(self.n_users, 1)


@dataclass(frozen=True)
class Cost:
    """Seconds, on the machine that formulas were measured on unless it is said otherwise, and GB at the peak."""

    seconds: float = 0.0
    gigabytes: float = 0.0

    def __add__(self, other: Self) -> "Cost":
        """One after the other."""
        return Cost(self.seconds + other.seconds, max(self.gigabytes, other.gigabytes))
