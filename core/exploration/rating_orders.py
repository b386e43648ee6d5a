"""People and films in a row: the orders in which the rating matrix can be drawn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.domain import Catalog, Interactions
from core.exploration.rating_statistics import user_counts, user_means
from core.genres.labels import main_genres
from core.types import IndexVector

NARROW = 0.025
"""Groups with a smaller share of what is seen have no room for a name beside the picture."""

MOST_TICKS = 7

Values = npt.NDArray[np.float64]
Ticks = tuple[tuple[float, str], ...]
"""Places in a row and what stands there."""


class Scale(Protocol):
    """What stands along a row."""

    def ticks(self, start: int, stop: int) -> Ticks:
        """Places from `start` to `stop` and what stands there, few enough for an axis."""


@dataclass(frozen=True, eq=False)
class Order:
    """People or films in a row.

    Attributes:
        index: (n,) user_index or item_index in this order, each once.
        title: What the order is, for an axis.
        scale: What stands along it.
    """

    index: IndexVector
    title: str
    scale: Scale

    def ticks(self, start: int, stop: int) -> Ticks:
        """What stands along the part from `start` to `stop`."""
        return self.scale.ticks(start, stop)

    def places(self) -> IndexVector:
        """(n,) at which place everybody stands: the inverse of `index`."""
        places = np.empty(len(self.index), np.int64)
        places[self.index] = np.arange(len(self.index))
        return places


@dataclass(frozen=True, eq=False)
class Numbers:
    """A row ordered by a number: `values` by place, NaN = unknown."""

    values: Values
    write: Callable[[float], str]

    def ticks(self, start: int, stop: int) -> Ticks:
        """Evenly spaced places; of neighbours that read alike, the first."""
        places = np.unique(np.linspace(start, max(stop - 1, start), MOST_TICKS).round().astype(int))
        shown = [(at, self.values[at]) for at in places.tolist() if at < len(self.values)]
        labels = ["unknown" if np.isnan(value) else self.write(float(value)) for _, value in shown]
        kept = [n for n in range(len(labels)) if not n or labels[n] != labels[n - 1]]
        return tuple((shown[n][0] + 0.5, labels[n]) for n in kept)


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
    """What orders go by: the films, and who rated what."""

    catalog: Catalog
    interactions: Interactions


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


ITEM_ORDERS: Mapping[str, Callable[[Basis], Order]] = {
    "Popularity": _films_by_popularity,
    "Mean rating": _films_by_mean,
    "Year": _films_by_year,
    "Genre": _films_by_genre,
}
"""How films can be ordered."""

USER_ORDERS: Mapping[str, Callable[[Basis], Order]] = {
    "Activity": _people_by_activity,
    "Mean rating": _people_by_mean,
}
"""How people can be ordered."""
