"""How ratings are spread over people and films: figures, curves and histograms of counts, always of all ratings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.domain import Interactions
from core.errors import InvalidQueryError
from core.types import BoolVector, FloatVector, IndexVector

HEAD_SHARE = 0.8
"""The head is the most rated films that together hold this share of all ratings; the rest is the long tail."""

COLD_THRESHOLDS = (0, 1, 3, 5, 10, 20)
"""Who or what has at most this many ratings is counted as cold."""

COUNT_STEPS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
"""Where the bars of a histogram of counts begin: about even steps of the logarithm."""

MOST_LEVELS = 20
"""Ratings with more different values than this are put into as many bars of equal width."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Figures:
    """A rating matrix in numbers.

    Attributes:
        n_users, n_items, n_ratings: Its sides and its filled cells.
        density: Filled cells as a share of all.
        user_gini, item_gini: How unevenly ratings are spread over people and films, 0 to 1.
        user_median, item_median: Ratings of the middle person and the middle film, unrated films included.
        n_head: Films in the head, see `HEAD_SHARE`.
        mean: Mean rating.
    """

    n_users: int
    n_items: int
    n_ratings: int
    density: float
    user_gini: float
    item_gini: float
    user_median: float
    item_median: float
    n_head: int
    mean: float


def user_counts(interactions: Interactions) -> IndexVector:
    """(n_users,) ratings per person."""
    counts: IndexVector = np.diff(interactions.ratings.indptr).astype(np.int64)
    return counts


def user_means(interactions: Interactions) -> Values:
    """(n_users,) mean rating that each person gave, NaN for nobody's."""
    matrix, counts = interactions.ratings, user_counts(interactions)
    running = np.concatenate([[0], np.cumsum(matrix.data, dtype=np.float64)])
    means: Values = np.full(len(counts), np.nan)
    np.divide(running[matrix.indptr[1:]] - running[matrix.indptr[:-1]], counts, out=means, where=counts > 0)
    return means


def figures(interactions: Interactions) -> Figures:
    """A rating matrix in numbers.

    Raises:
        InvalidQueryError: There is no rating.
    """
    _validate_rated(interactions)
    per_user, per_item = user_counts(interactions), interactions.item_counts()
    n = len(interactions)
    return Figures(
        len(per_user),
        len(per_item),
        n,
        n / (len(per_user) * len(per_item)),
        gini(per_user),
        gini(per_item),
        float(np.median(per_user)),
        float(np.median(per_item)),
        int((~long_tail(per_item)).sum()),
        float(interactions.ratings.data.mean(dtype=np.float64)),
    )


def gini(counts: npt.ArrayLike) -> float:
    """How unevenly something is shared out: 0 = everybody has the same, near 1 = a few have all.

    G = sum over the counts in ascending order of (2 j - n - 1) c_j / (n * sum of c), j from 1 to n.

    Returns:
        NaN where there is nothing to share.

    Source: Gini (1912), "Variabilità e mutabilità".
    """
    ordered = np.sort(np.asarray(counts, np.float64))
    n, total = len(ordered), ordered.sum()
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total)) if total else float("nan")


def long_tail(counts: IndexVector, share: float = HEAD_SHARE) -> BoolVector:
    """Which films are outside the head: the fewest films that together hold `share` of all ratings.

    Args:
        counts: (n_items,) ratings per film; of equally rated films the one with the smaller index is taken first.
        share: In (0, 1].

    Source: Anderson (2006), "The long tail"; the 80 % as in Abdollahpouri, Burke, Mobasher (2017), "Controlling
        popularity bias in learning-to-rank recommendation".
    """
    order = np.argsort(-counts, kind="stable")
    reached = np.cumsum(counts[order])
    n_head = int(np.searchsorted(reached, share * reached[-1] - 1e-9)) + 1 if len(counts) else 0
    tail = np.ones(len(counts), bool)
    tail[order[: n_head if counts.sum() else 0]] = False
    return tail


def concentration(counts: IndexVector, n_points: int = 200) -> tuple[Values, Values]:
    """The Lorenz curve from the top: what share of all ratings the most rated x % hold.

    Args:
        counts: (n,) ratings per film or person, at least one above 0.
        n_points: The curve is read off at this many places at most; each value is exact.

    Returns:
        Share of films or people, and share of the ratings, both from 0 to 1.
    """
    held = np.concatenate([[0], np.cumsum(np.sort(counts)[::-1])])
    at = np.unique(np.linspace(0, len(counts), min(n_points, len(counts)) + 1).round().astype(np.int64))
    return at / len(counts), held[at] / held[-1]


def count_histogram(counts: IndexVector) -> pd.DataFrame:
    """How many films or people have how many ratings, in about even steps of the logarithm.

    Returns:
        `label` ("5–9", "1,000 or more"), `first`, `last` (-1 = no end) and `n`; bars beyond the largest count are
        left out.
    """
    most = int(counts.max(initial=0))
    starts = [0, *(step for step in COUNT_STEPS if step <= max(most, 1))]
    ends = [step - 1 for step in starts[1:]]
    ends.append(next((step - 1 for step in COUNT_STEPS if step > starts[-1]), -1))
    n = np.bincount(np.searchsorted(starts, counts, side="right") - 1, minlength=len(starts))
    labels = [_range_label(a, b) for a, b in zip(starts, ends, strict=True)]
    return pd.DataFrame({"label": labels, "first": starts, "last": ends, "n": n})


def _range_label(first: int, last: int) -> str:
    return f"{first:,}" if first == last else f"{first:,} or more" if last < 0 else f"{first:,}–{last:,}"


def rating_levels(interactions: Interactions) -> FloatVector:
    """The different ratings that occur, ascending; where they are more than 20, the lower edges of 20 equal bars."""
    levels = np.sort(pd.unique(interactions.ratings.data))
    if len(levels) > MOST_LEVELS:
        levels = np.linspace(levels[0], levels[-1], MOST_LEVELS + 1)[:-1]
    return levels.astype(np.float32)


def rating_histogram(values: npt.ArrayLike, levels: FloatVector) -> pd.DataFrame:
    """How often each rating was given.

    Args:
        values: (n,) ratings of the dataset, none below the first level.
        levels: From `rating_levels` of the whole dataset, so that ratings nobody gave keep their place.

    Returns:
        `label` and `n`, one row for each level: the rating, or the lower edge of its bar.
    """
    rows = np.searchsorted(levels, np.asarray(values, np.float32), side="right") - 1
    labels = [f"{level:g}" for level in np.round(levels.astype(float), 2)]
    return pd.DataFrame({"label": labels, "n": np.bincount(rows, minlength=len(levels))})


def cold_table(interactions: Interactions, thresholds: Sequence[int] = COLD_THRESHOLDS) -> pd.DataFrame:
    """How many people and films have at most so many ratings.

    Returns:
        `at_most`, `n_users`, `user_share`, `n_items`, `item_share`; one row for each threshold.
    """
    per_user, per_item = np.sort(user_counts(interactions)), np.sort(interactions.item_counts())
    users = np.searchsorted(per_user, thresholds, side="right")
    items = np.searchsorted(per_item, thresholds, side="right")
    return pd.DataFrame(
        {
            "at_most": list(thresholds),
            "n_users": users,
            "user_share": users / max(len(per_user), 1),
            "n_items": items,
            "item_share": items / max(len(per_item), 1),
        }
    )


def _validate_rated(interactions: Interactions) -> None:
    if not len(interactions):
        raise InvalidQueryError("These films have no ratings.", hint="Choose a dataset with ratings.")
