"""People and films in a row: the orders in which the rating matrix can be drawn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from core.domain import Catalog, Interactions
from core.exploration.rating_histories import ratings_of_film
from core.exploration.rating_statistics import user_counts, user_means
from core.genres.labels import main_genres
from core.maps.taste_groups import TasteGroups
from core.types import IndexVector

NARROW = 0.025
"""Groups with a smaller share of what is seen have no room for a name beside the picture."""

MOST_TICKS = 7

Values = npt.NDArray[np.float64]
Ticks = tuple[tuple[float, str], ...]
"""Places in a row and what stands there."""


class Landmarks(Protocol):
    """What stands along a row."""

    def ticks(self, start: int, stop: int) -> Ticks:
        """Places from `start` to `stop` and what stands there, few enough for an axis."""


@dataclass(frozen=True, eq=False)
class Order:
    """People or films in a row.

    Attributes:
        index: (n,) user_index or item_index in this order, each once.
        title: What the order is, for an axis.
        landmarks: What stands along it.
    """

    index: IndexVector
    title: str
    landmarks: Landmarks

    def ticks(self, start: int, stop: int) -> Ticks:
        """What stands along the part from `start` to `stop`."""
        return self.landmarks.ticks(start, stop)

    def places(self) -> IndexVector:
        """(n,) at which place everybody stands: the inverse of `index`."""
        places = np.empty(len(self.index), np.int64)
        places[self.index] = np.arange(len(self.index))
        return places


@dataclass(frozen=True, eq=False)
class Numbers:
    """A row ordered by a number: `values` by place, NaN = unknown, infinite = the one that others are compared with."""

    values: Values
    write: Callable[[float], str]

    def ticks(self, start: int, stop: int) -> Ticks:
        """Evenly spaced places; of neighbours that read alike, the first."""
        places = np.unique(np.linspace(start, max(stop - 1, start), MOST_TICKS).round().astype(int))
        shown = [(at, self.values[at]) for at in places.tolist() if at < len(self.values)]
        labels = [self._words(float(value)) for _, value in shown]
        kept = [n for n in range(len(labels)) if not n or labels[n] != labels[n - 1]]
        return tuple((shown[n][0] + 0.5, labels[n]) for n in kept)

    def _words(self, value: float) -> str:
        if np.isinf(value):
            return "itself"
        return "unknown" if np.isnan(value) else self.write(value)


@dataclass(frozen=True, eq=False)
class Groups:
    """A row of groups, one after the other: their names and how many stand in each."""

    names: Sequence[str]
    sizes: IndexVector

    def ticks(self, start: int, stop: int) -> Ticks:
        """A name in the middle of what is seen of each group; neighbours too narrow for a name share one."""
        edges = np.clip(np.concatenate([[0], np.cumsum(self.sizes)]), start, stop)
        ticks: list[tuple[float, str]] = []
        narrow: list[tuple[int, int, str]] = []

        def name_narrow() -> None:
            if narrow:
                label = narrow[0][2] if len(narrow) == 1 else f"{narrow[0][2]} and {len(narrow) - 1} more"
                ticks.append(((narrow[0][0] + narrow[-1][1]) / 2, label))
                narrow.clear()

        for (a, b), name in zip(pairwise(edges.tolist()), self.names, strict=True):
            if b - a >= NARROW * (stop - start) and b > a:
                name_narrow()
                ticks.append(((a + b) / 2, name))
            elif b > a:
                narrow.append((a, b, name))
        name_narrow()
        return tuple(ticks)


@dataclass(frozen=True, eq=False)
class Basis:
    """What orders go by.

    Attributes:
        catalog: The films.
        interactions: Who rated what.
        groups: People and films that go together; None where the build has not grouped them.
        user, item: Whom or which film all others are compared with; None = the most active, the most rated.
    """

    catalog: Catalog
    interactions: Interactions
    groups: TasteGroups | None = None
    user: int | None = None
    item: int | None = None


class Need(Enum):
    """What there must be for an order."""

    NOTHING = "nothing"
    TIMES = "times of the ratings"
    GROUPS = "taste groups"
    ONE = "one to compare with"


@dataclass(frozen=True)
class Way:
    """A way to order people or films."""

    order: Callable[[Basis], Order]
    needs: Need = Need.NOTHING

    def is_offered(self, basis: Basis) -> bool:
        """Whether there is what it needs; somebody to compare with is always found."""
        has_times, has_groups = basis.interactions.timestamps is not None, basis.groups is not None
        return {Need.TIMES: has_times, Need.GROUPS: has_groups}.get(self.needs, True)


def _by_value(values: Values, title: str, write: Callable[[float], str], *, rising: bool = False) -> Order:
    """Ordered by a number, the largest first unless `rising`; unknown ones (NaN) last, ties by index."""
    unknown = np.isnan(values)
    index = np.lexsort((np.arange(len(values)), np.where(unknown, 0, values if rising else -values), unknown))
    return Order(index, title, Numbers(values[index], write))


def _films_by_popularity(basis: Basis) -> Order:
    counts = basis.interactions.item_counts().astype(float)
    return _by_value(counts, "Films, most rated first (ratings of the film)", "{:,.0f}".format)


def _films_by_mean(basis: Basis) -> Order:
    means = basis.interactions.item_means()
    return _by_value(means, "Films, best rated first (mean rating)", "{:.1f}".format)


def _films_by_year(basis: Basis) -> Order:
    years = basis.catalog.items["year"].to_numpy(np.float64, na_value=np.nan)
    return _by_value(years, "Films, oldest first (year)", "{:.0f}".format, rising=True)


def _films_by_genre(basis: Basis) -> Order:
    counts = basis.interactions.item_counts()
    genres = pd.Series(main_genres(basis.catalog), dtype=object).replace("", "No genre")
    groups = genres.value_counts()
    group = genres.map({name: number for number, name in enumerate(groups.index)}).to_numpy(np.int64)
    index = np.lexsort((np.arange(len(counts)), -counts, group))
    title = "Films by genre (the rarest of each film's genres), the most rated of each first"
    names = [str(name) for name in groups.index]
    return Order(index, title, Groups(names, groups.to_numpy().astype(np.int64)))


def _people_by_activity(basis: Basis) -> Order:
    counts = user_counts(basis.interactions).astype(float)
    return _by_value(counts, "People, most active first (ratings they gave)", "{:,.0f}".format)


def _people_by_mean(basis: Basis) -> Order:
    means = user_means(basis.interactions)
    return _by_value(means, "People, most generous first (mean rating)", "{:.1f}".format)


def _people_by_first_rating(basis: Basis) -> Order:
    matrix, times = basis.interactions.ratings, _times(basis)
    begun, rated = np.full(matrix.shape[0], np.nan), np.diff(matrix.indptr) > 0
    begun[rated] = np.minimum.reduceat(times, matrix.indptr[:-1][rated]) if rated.any() else 0
    return _by_value(begun, "People, who began first (first rating)", _month, rising=True)


def _films_by_first_rating(basis: Basis) -> Order:
    matrix, times = basis.interactions.ratings, _times(basis)
    begun = np.full(matrix.shape[1], np.inf)
    np.minimum.at(begun, matrix.indices, times)
    begun[np.isinf(begun)] = np.nan
    return _by_value(begun, "Films, rated here first (first rating)", _month, rising=True)


def _times(basis: Basis) -> Values:
    times = basis.interactions.timestamps
    assert times is not None, "offered without times"
    return times.astype(np.float64)


def _month(seconds: float) -> str:
    return str(np.datetime64(int(seconds), "s").astype("datetime64[M]"))


def _people_by_group(basis: Basis) -> Order:
    counts = user_counts(basis.interactions)
    groups = basis.groups
    assert groups is not None, "offered without groups"
    return _by_group(
        groups.users, groups.names, counts, "People by taste group, the most active of each first"
    )


def _films_by_group(basis: Basis) -> Order:
    counts = basis.interactions.item_counts()
    groups = basis.groups
    assert groups is not None, "offered without groups"
    return _by_group(groups.items, groups.names, counts, "Films by taste group, the most rated of each first")


def _by_group(of: IndexVector, names: Sequence[str], counts: IndexVector, title: str) -> Order:
    """Group after group, within them the largest count first; who is in none comes last."""
    group = np.where(of < 0, len(names), of)
    index = np.lexsort((np.arange(len(of)), -counts, group))
    sizes = np.bincount(group, minlength=len(names) + 1).astype(np.int64)
    return Order(index, title, Groups([*names, "No rating"], sizes))


def _people_by_likeness(basis: Basis) -> Order:
    ratings = basis.interactions.ratings
    one = int(user_counts(basis.interactions).argmax()) if basis.user is None else basis.user
    start, stop = ratings.indptr[one : one + 2]
    vector = np.zeros(ratings.shape[1])
    vector[ratings.indices[start:stop]] = ratings.data[start:stop]
    title = f"People, most like person {basis.interactions.user_ids[one]} first (cosine of ratings)"
    return _by_likeness(ratings, vector, one, title)


def _films_by_likeness(basis: Basis) -> Order:
    ratings = basis.interactions.ratings
    one = int(basis.interactions.item_counts().argmax()) if basis.item is None else basis.item
    found = ratings_of_film(basis.interactions, one)
    vector = np.zeros(ratings.shape[0])
    vector[found.users] = found.ratings
    title = f"Films, most like {basis.catalog.labels()[one]} first (cosine of ratings)"
    return _by_likeness(ratings.T, vector, one, title)


def _by_likeness(rows: sparse.spmatrix, row: Values, number: int, title: str) -> Order:
    """By the cosine of each row with one of them, pairs without a rating as 0; that one first, empty ones last."""
    squares = type(rows)((rows.data**2, rows.indices, rows.indptr), shape=rows.shape)
    lengths = np.sqrt(squares @ np.ones(rows.shape[1])) * np.linalg.norm(row)
    cosines: Values = np.full(len(lengths), np.nan)
    np.divide(rows @ row, lengths, out=cosines, where=lengths > 0)
    cosines[number] = np.inf
    return _by_value(cosines, title, "{:.2f}".format)


ITEM_ORDERS: Mapping[str, Way] = {
    "Popularity": Way(_films_by_popularity),
    "Mean rating": Way(_films_by_mean),
    "Year": Way(_films_by_year),
    "Genre": Way(_films_by_genre),
    "Taste group": Way(_films_by_group, Need.GROUPS),
    "First rating": Way(_films_by_first_rating, Need.TIMES),
    "Likeness": Way(_films_by_likeness, Need.ONE),
}
"""How films can be ordered."""

USER_ORDERS: Mapping[str, Way] = {
    "Activity": Way(_people_by_activity),
    "Mean rating": Way(_people_by_mean),
    "Taste group": Way(_people_by_group, Need.GROUPS),
    "First rating": Way(_people_by_first_rating, Need.TIMES),
    "Likeness": Way(_people_by_likeness, Need.ONE),
}
"""How people can be ordered."""


def offered(ways: Mapping[str, Way], basis: Basis) -> list[str]:
    """Names of the orders that there is what they need for."""
    return [name for name, way in ways.items() if way.is_offered(basis)]
