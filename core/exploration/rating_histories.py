"""One row or one column of the rating matrix: what a person rated, and who rated a film."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.domain import Interactions
from core.errors import InvalidQueryError
from core.exploration.rating_statistics import user_counts, user_means
from core.types import FloatVector, IndexVector


def people_table(interactions: Interactions, users: IndexVector) -> pd.DataFrame:
    """People as a table: `Person` (the source's id), `Ratings` they gave and their `Mean`, in the order given."""
    return pd.DataFrame(
        {
            "Person": interactions.user_ids[users],
            "Ratings": user_counts(interactions)[users],
            "Mean": np.round(user_means(interactions)[users], 2),
        }
    )


@dataclass(frozen=True, eq=False)
class FilmRatings:
    """Everybody's ratings of one film: user_index, rating, and seconds since 1970 (None where not known), all (n,)."""

    users: IndexVector
    ratings: FloatVector
    timestamps: npt.NDArray[np.int64] | None


def ratings_of_film(interactions: Interactions, item: int) -> FilmRatings:
    """One column of the matrix."""
    matrix = interactions.ratings
    at = np.flatnonzero(matrix.indices == item)
    users = np.searchsorted(matrix.indptr, at, side="right") - 1
    stamps = interactions.timestamps
    return FilmRatings(users.astype(np.int64), matrix.data[at], None if stamps is None else stamps[at])


def timestamps_of_user(interactions: Interactions, user: int) -> npt.NDArray[np.int64] | None:
    """When one person rated, aligned with `Interactions.history`; None where that is not known."""
    start, stop = interactions.ratings.indptr[user : user + 2]
    return None if interactions.timestamps is None else interactions.timestamps[start:stop]


def history_films(interactions: Interactions, user: int) -> list[int]:
    """item_index of what one person rated, in the order of `history_table`."""
    items, ratings = interactions.history(user)
    return [int(item) for item in items[np.lexsort((items, -ratings))]]


def history_table(interactions: Interactions, user: int, labels: Sequence[str]) -> pd.DataFrame:
    """What one person rated, best first, then in the order of item_index.

    Args:
        interactions: Who rated what.
        user: user_index.
        labels: "Title (Year)" by item_index.

    Returns:
        `Film`, `Rating`, `Everybody` (the film's mean rating) and, where it is known, `When`.
    """
    items, ratings = interactions.history(user)
    order = np.lexsort((items, -ratings))
    table = pd.DataFrame(
        {
            "Film": [labels[item] for item in items[order]],
            "Rating": ratings[order].astype(float),
            "Everybody": np.round(interactions.item_means()[items[order]], 2),
        }
    )
    stamps = timestamps_of_user(interactions, user)
    return table if stamps is None else table.assign(When=as_times(stamps[order]))


def raters_table(interactions: Interactions, found: "FilmRatings") -> pd.DataFrame:
    """Who rated a film: `people_table` with their `Rating` of it and, where it is known, `When`; highest first."""
    order = _highest_first(found)
    table = people_table(interactions, found.users[order])
    table.insert(1, "Rating", found.ratings[order].astype(float))
    return table if found.timestamps is None else table.assign(When=as_times(found.timestamps[order]))


def raters_of(found: "FilmRatings") -> IndexVector:
    """user_index of the rows of `raters_table`."""
    return found.users[_highest_first(found)]


def _highest_first(found: "FilmRatings") -> IndexVector:
    return np.lexsort((found.users, -found.ratings)).astype(np.int64)


def as_times(timestamps: npt.NDArray[np.int64]) -> "pd.Series[pd.Timestamp]":
    """Seconds since 1970 as times (UTC)."""
    return pd.Series(timestamps.astype("datetime64[s]"))


def over_time(timestamps: npt.NDArray[np.int64], ratings: FloatVector) -> pd.DataFrame:
    """Ratings by year, month or day, see `periods_of`.

    Returns:
        `label`, `n` and `mean` (NaN where n is 0), without a gap from first to last.
    """
    period, labels = periods_of(timestamps)
    n = np.bincount(period, minlength=len(labels))
    mean: npt.NDArray[np.float64] = np.full(len(labels), np.nan)
    np.divide(np.bincount(period, ratings, len(labels)), n, out=mean, where=n > 0)
    return pd.DataFrame({"label": labels, "n": n, "mean": mean})


def periods_of(timestamps: npt.NDArray[np.int64]) -> tuple[IndexVector, list[str]]:
    """Years, months where times span less than four years, days where less than three months (UTC).

    Returns:
        (n,) the number of each time's period, and all periods' names ("2003", "2003-05", "2003-05-17"), without a gap from
        first to last.
    """
    if not len(timestamps):
        return np.empty(0, np.int64), []
    days = (int(timestamps.max()) - int(timestamps.min())) // 86_400
    unit = "D" if days < 92 else "M" if days < 4 * 365 else "Y"
    number = timestamps.astype("datetime64[s]").astype(f"datetime64[{unit}]").astype(np.int64)
    first = int(number.min())
    names = np.arange(first, int(number.max()) + 1).astype(f"datetime64[{unit}]").astype(str)
    return number - first, names.tolist()


def most_active(interactions: Interactions, limit: int) -> IndexVector:
    """user_index of the people with most ratings, most first, ties by index."""
    return np.argsort(-user_counts(interactions), kind="stable")[:limit].astype(np.int64)


def find_user(interactions: Interactions, user_id: str) -> int:
    """user_index of a person.

    Raises:
        InvalidQueryError: Nobody has this id.
    """
    found = np.flatnonzero(interactions.user_ids == user_id.strip())
    if not len(found):
        raise InvalidQueryError(
            f"Nobody in this dataset is called “{user_id.strip()[:80]}”.",
            hint="Choose somebody from the list.",
        )
    return int(found[0])
