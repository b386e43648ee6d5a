"""Two people side by side: the films that both rated, how far they agree, and where they differ most."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.domain import Interactions
from core.exploration.people_alike import correlation
from core.types import FloatVector, IndexVector

LIKED = 0.8
"""Liked are films with at least this share of the scale's top, as evaluations count them."""


@dataclass(frozen=True, eq=False)
class TwoPeople:
    """What two people think of the films that both rated.

    Attributes:
        items: (n,) item_index of these films, ascending.
        one, other: (n,) what each gave them.
        n_one, n_other: How many films each rated in all.
        correlation: Pearson's, of these films; NaN below two films, or where somebody gave them all the same.
        mean_difference: How many stars they lie apart on average; NaN without a common film.
        n_both_like: Films that both like, see `LIKED`.
        n_either_likes: Films that at least one of them likes.
    """

    items: IndexVector
    one: FloatVector
    other: FloatVector
    n_one: int
    n_other: int
    correlation: float
    mean_difference: float
    n_both_like: int
    n_either_likes: int

    @property
    def n_common(self) -> int:
        """Films that both rated."""
        return len(self.items)

    @property
    def share_both_like(self) -> float:
        """Of the films that both rated, the share that both like; NaN without a common film."""
        return self.n_both_like / self.n_common if self.n_common else float("nan")


def two_people(interactions: Interactions, one: int, other: int) -> TwoPeople:
    """Hold two people's ratings against each other.

    Args:
        interactions: Who rated what.
        one: user_index.
        other: user_index of the second.
    """
    films, stars = interactions.history(one)
    other_films, other_stars = interactions.history(other)
    items, at, other_at = np.intersect1d(films, other_films, assume_unique=True, return_indices=True)
    a, b = stars[at], other_stars[other_at]
    liked = np.float32(LIKED * interactions.scale[1])
    return TwoPeople(
        items,
        a,
        b,
        len(films),
        len(other_films),
        correlation(a, b) if interactions.is_explicit else float("nan"),
        float(np.abs(a.astype(np.float64) - b).mean()) if len(items) else float("nan"),
        int(((a >= liked) & (b >= liked)).sum()),
        int(((a >= liked) | (b >= liked)).sum()),
    )


def by_difference(found: TwoPeople) -> IndexVector:
    """Places in `found.items`, those on which the two lie furthest apart first, ties by item_index."""
    apart = np.abs(found.one.astype(np.float64) - found.other)
    return np.lexsort((found.items, -apart)).astype(np.int64)


def both_table(found: TwoPeople, labels: Sequence[str], names: tuple[str, str]) -> pd.DataFrame:
    """The films that both rated, in the order of `by_difference`.

    Returns:
        `Film`, a column of ratings for each person, called by `names`, and `Apart`, the first less the second.
    """
    order = by_difference(found)
    return pd.DataFrame(
        {
            "Film": [labels[item] for item in found.items[order]],
            names[0]: found.one[order].astype(float),
            names[1]: found.other[order].astype(float),
            "Apart": (found.one.astype(float) - found.other)[order],
        }
    )


def pairs_of_stars(found: TwoPeople) -> pd.DataFrame:
    """How many films got which stars from the two: `one`, `other` and `n`, each pair that occurs once."""
    table = pd.DataFrame({"one": found.one.astype(float), "other": found.other.astype(float)})
    return table.groupby(["one", "other"], as_index=False).size().rename(columns={"size": "n"})
