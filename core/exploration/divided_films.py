"""Films that some like and others dislike: more often than with other films of the same mean."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.domain import Interactions
from core.errors import InvalidQueryError
from core.types import FloatVector, IndexVector

LEAST_RATINGS = 20
"""Films with fewer ratings are left out: five people who disagree are not a divided audience."""
DAMPING = 20.0
"""People by whom what was observed is pulled towards what is usual, as if so many more had rated as one would expect."""
LIKED, DISLIKED = 0.8, 0.4
"""Liked is from this share of the scale's top on, as evaluations count it; disliked up to that one, half as much."""
NEAR = 50
"""So many films with the next lower and as many with the next higher means say what is usual."""

Values = npt.NDArray[np.float64]


def divided_films(interactions: Interactions, *, least: int = LEAST_RATINGS) -> pd.DataFrame:
    """How much more each film divides people than films with about its mean do.

    A film's `split` is the share of all pairs of its raters of whom one likes it and the other dislikes it. `usual` is the
    mean of that, weighted by ratings, over the films whose means are next to its own (`NEAR`): a film of mean 4.5 cannot
    have many who dislike it, one of mean 3 can. `excess` = (split - usual) n / (n + DAMPING): few ratings are not believed.

    Sarle's coefficient of bimodality is a ratio of skewness and kurtosis: it takes a film with one peak and a long tail, as
    well-liked films have, for a divided one. This counts people, and one rating more moves it by no more than about 2 / n.

    Args:
        interactions: Who rated what, with stars.
        least: Films with fewer ratings are left out.

    Returns:
        `item_index`, `n`, `mean`, `liked` and `disliked` (shares of its ratings), `split`, `usual` and `excess` (NaN where
        there is no other film); the most divided first, ties by item_index.

    Raises:
        InvalidQueryError: There are no stars.

    Source: Pfister et al. (2013), "Good things peak in pairs", on where Sarle's coefficient fails.
    """
    if not interactions.is_explicit:
        raise InvalidQueryError(
            "There are no stars here, so nobody can be seen to like or dislike a film.",
            hint="Choose a dataset with ratings on a scale.",
        )
    data, counts, top = interactions.ratings.data, interactions.item_counts(), interactions.scale[1]
    items = np.flatnonzero(counts >= max(least, 2))
    n, means = counts[items].astype(np.float64), interactions.item_means()[items]
    liked = _per_film(interactions, data >= np.float32(LIKED * top))[items]
    disliked = _per_film(interactions, data <= np.float32(DISLIKED * top))[items]
    split = 2 * liked * disliked / (n * (n - 1))
    usual = _usual(split, n, means)
    table = pd.DataFrame(
        {
            "item_index": items,
            "n": counts[items],
            "mean": means,
            "liked": liked / n,
            "disliked": disliked / n,
            "split": split,
            "usual": usual,
            "excess": (split - usual) * n / (n + DAMPING),
        }
    )
    return table.sort_values(["excess", "item_index"], ascending=[False, True], ignore_index=True)


def star_counts(interactions: Interactions, items: IndexVector, levels: FloatVector) -> list[list[int]]:
    """How often each film got each level, as lists for small pictures in a table.

    Args:
        interactions: Who rated what.
        items: item_index, each once.
        levels: From `rating_statistics.rating_levels`.
    """
    matrix = interactions.ratings
    place = np.full(matrix.shape[1], -1, np.int64)
    place[items] = np.arange(len(items))
    film = place[matrix.indices]
    kept = film >= 0
    level = np.searchsorted(levels, matrix.data[kept], side="right") - 1
    n = np.bincount(film[kept] * len(levels) + level, minlength=len(items) * len(levels))
    table: list[list[int]] = n.reshape(len(items), len(levels)).tolist()
    return table


def _usual(split: Values, n: Values, means: Values) -> Values:
    """The weighted mean of the films next to each in the order of means, without itself; ties by place."""
    order = np.argsort(means, kind="stable")
    weights, weighted = (np.concatenate([[0], np.cumsum(part[order])]) for part in (n, n * split))
    at = np.arange(len(order))
    first, last = np.maximum(at - NEAR, 0), np.minimum(at + NEAR + 1, len(order))
    near = weights[last] - weights[first] - n[order]
    usual: Values = np.full(len(order), np.nan)
    found = weighted[last] - weighted[first] - (n * split)[order]
    usual[order] = np.divide(found, near, out=np.full(len(order), np.nan), where=near > 0)
    return usual


def _per_film(interactions: Interactions, chosen: npt.NDArray[np.bool_]) -> Values:
    matrix = interactions.ratings
    return np.bincount(matrix.indices[chosen], minlength=matrix.shape[1]).astype(np.float64)
