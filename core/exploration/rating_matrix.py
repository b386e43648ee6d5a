"""The rating matrix as a picture: people and films in an order, all ratings in cells, and what one cell holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.domain import Catalog, Interactions
from core.errors import InvalidQueryError
from core.exploration.rating_statistics import user_counts, user_means
from core.genres.labels import main_genres
from core.types import IndexVector

MOST_CELLS = (80, 120)
"""People's and films' sides of the picture have at most so many cells: each can still be seen and clicked."""

NARROW = 0.025
"""Groups with a smaller share of the films have no room for a name below the picture."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Order:
    """People or films in a row.

    Attributes:
        index: (n,) user_index or item_index in this order, each once.
        title: What the order is, for an axis.
        ticks: Places 0 to n in the row and what stands there.
    """

    index: IndexVector
    title: str
    ticks: tuple[tuple[float, str], ...]


def _by_value(values: Values, title: str, write: Callable[[float], str], *, rising: bool = False) -> Order:
    """Ordered by a number, the largest first unless `rising`; unknown ones (NaN) last, ties by index."""
    unknown = np.isnan(values)
    index = np.lexsort((np.arange(len(values)), np.where(unknown, 0, values if rising else -values), unknown))
    places = np.unique(np.linspace(0, max(len(values) - 1, 0), 7).round().astype(int))
    labels = ["unknown" if unknown[index[at]] else write(values[index[at]]) for at in places]
    kept = [0, *(n for n in range(1, len(labels)) if labels[n] != labels[n - 1])]
    return Order(index, title, tuple((float(places[n]) + 0.5, labels[n]) for n in kept))


def _films_by_popularity(catalog: Catalog, interactions: Interactions) -> Order:
    counts = interactions.item_counts().astype(float)
    return _by_value(counts, "Films, most rated first (ratings of the film)", "{:,.0f}".format)


def _films_by_mean(catalog: Catalog, interactions: Interactions) -> Order:
    return _by_value(interactions.item_means(), "Films, best rated first (mean rating)", "{:.1f}".format)


def _films_by_year(catalog: Catalog, interactions: Interactions) -> Order:
    years = catalog.items["year"].to_numpy(np.float64, na_value=np.nan)
    return _by_value(years, "Films, oldest first (year)", "{:.0f}".format, rising=True)


def _films_by_genre(catalog: Catalog, interactions: Interactions) -> Order:
    counts = interactions.item_counts()
    genres = pd.Series(main_genres(catalog), dtype=object).replace("", "No genre")
    groups = genres.value_counts()
    group = genres.map({name: number for number, name in enumerate(groups.index)}).to_numpy(np.int64)
    index = np.lexsort((np.arange(len(counts)), -counts, group))
    title = "Films by genre (the rarest of each film's genres), the most rated of each first"
    return Order(
        index, title, _group_ticks([str(name) for name in groups.index], groups.to_numpy().astype(np.int64))
    )


def _group_ticks(names: Sequence[str], sizes: IndexVector) -> tuple[tuple[float, str], ...]:
    """A name in the middle of each group, largest first; those too narrow for a name of their own share the last."""
    n_wide = int((sizes >= NARROW * sizes.sum()).sum())
    edges = np.concatenate([[0], np.cumsum(sizes)])
    ticks = [
        (float(a + b) / 2, name) for (a, b), name in zip(pairwise(edges[: n_wide + 1]), names, strict=False)
    ]
    rest = names[n_wide:]
    if rest:
        label = rest[0] if len(rest) == 1 else f"{rest[0]} and {len(rest) - 1} more"
        ticks.append((float(edges[n_wide] + edges[-1]) / 2, label))
    return tuple(ticks)


def _people_by_activity(interactions: Interactions) -> Order:
    counts = user_counts(interactions).astype(float)
    return _by_value(counts, "People, most active first (ratings they gave)", "{:,.0f}".format)


def _people_by_mean(interactions: Interactions) -> Order:
    return _by_value(user_means(interactions), "People, most generous first (mean rating)", "{:.1f}".format)


ITEM_ORDERS: Mapping[str, Callable[[Catalog, Interactions], Order]] = {
    "Popularity": _films_by_popularity,
    "Mean rating": _films_by_mean,
    "Year": _films_by_year,
    "Genre": _films_by_genre,
}
"""How films can be ordered."""

USER_ORDERS: Mapping[str, Callable[[Interactions], Order]] = {
    "Activity": _people_by_activity,
    "Mean rating": _people_by_mean,
}
"""How people can be ordered."""


@dataclass(frozen=True, eq=False)
class Grid:
    """All ratings counted into cells of about equally many people and films.

    Attributes:
        counts: (rows, columns) int64 ratings in each cell; the sum is all ratings.
        users, items: The orders of people and films.
        user_edges, item_edges: (rows + 1,) and (columns + 1,) places in the orders where cells begin and end.
    """

    counts: npt.NDArray[np.int64]
    users: Order
    items: Order
    user_edges: IndexVector
    item_edges: IndexVector

    @property
    def pairs(self) -> npt.NDArray[np.int64]:
        """(rows, columns) pairs of a person and a film in each cell, rated or not."""
        return np.diff(self.user_edges)[:, None] * np.diff(self.item_edges)[None, :]

    def block(self, cells: Sequence[int]) -> tuple[slice, slice]:
        """The smallest block of rows and columns with these cells in it.

        Args:
            cells: Numbers of cells, counted row by row; at least one.

        Returns:
            Places in the orders of people and of films.

        Raises:
            InvalidQueryError: There is no such cell, or none is named.
        """
        numbers = np.asarray(cells, np.int64)
        if not len(numbers) or numbers.min() < 0 or numbers.max() >= self.counts.size:
            raise InvalidQueryError("The picture has no such cell.", hint="Click into the picture again.")
        rows, columns = np.divmod(numbers, self.counts.shape[1])
        return (
            slice(int(self.user_edges[rows.min()]), int(self.user_edges[rows.max() + 1])),
            slice(int(self.item_edges[columns.min()]), int(self.item_edges[columns.max() + 1])),
        )


def density_grid(
    interactions: Interactions, users: Order, items: Order, *, most_cells: tuple[int, int] = MOST_CELLS
) -> Grid:
    """Count every rating into the cell of its person and its film.

    Args:
        interactions: Who rated what.
        users: Order of the people, who make the rows.
        items: Order of the films, which make the columns.
        most_cells: Most rows and columns; fewer where there are fewer people or films.
    """
    row_of, user_edges = _cells_of(users, most_cells[0])
    column_of, item_edges = _cells_of(items, most_cells[1])
    matrix, n_columns = interactions.ratings, len(item_edges) - 1
    flat = np.repeat(row_of, np.diff(matrix.indptr)) * n_columns + column_of[matrix.indices]
    counts = np.bincount(flat, minlength=(len(user_edges) - 1) * n_columns)
    return Grid(counts.reshape(-1, n_columns), users, items, user_edges, item_edges)


def _cells_of(order: Order, most: int) -> tuple[npt.NDArray[np.int32], IndexVector]:
    """For everybody their cell, and the places in the order where the cells begin and end."""
    n = len(order.index)
    n_cells = max(min(n, most), 1)
    edges = np.arange(n_cells + 1, dtype=np.int64) * n // n_cells
    cell = np.empty(n, np.int32)
    cell[order.index] = np.repeat(np.arange(n_cells, dtype=np.int32), np.diff(edges))
    return cell, edges


@dataclass(frozen=True, eq=False)
class Block:
    """Some people's ratings of some films.

    Attributes:
        users, items: user_index and item_index, in the order of the picture.
        per_user, per_item: Ratings within the block that each gave or got.
        mean: Their mean, NaN without any.
    """

    users: IndexVector
    items: IndexVector
    per_user: IndexVector
    per_item: IndexVector
    mean: float

    @property
    def n_ratings(self) -> int:
        """Ratings within the block."""
        return int(self.per_user.sum())


def block_of(interactions: Interactions, grid: Grid, cells: Sequence[int]) -> Block:
    """The people, films and ratings of one cell, or of the block around several.

    Raises:
        InvalidQueryError: There is no such cell.
    """
    rows, columns = grid.block(cells)
    users, items = grid.users.index[rows], grid.items.index[columns]
    part = interactions.ratings[users][:, items]
    return Block(
        users,
        items,
        np.diff(part.indptr).astype(np.int64),
        np.bincount(part.indices, minlength=len(items)).astype(np.int64),
        float(part.data.mean(dtype=np.float64)) if part.nnz else float("nan"),
    )


def caption(grid: Grid) -> str:
    """What the picture of a grid shows: all ratings, in how many cells, of how many people and films each."""
    rows, columns = grid.counts.shape
    people, films = len(grid.users.index) / rows, len(grid.items.index) / columns
    size = (
        "every pair of a person and a film"
        if people == films == 1
        else f"about {people:,.0f} {'person' if round(people) == 1 else 'people'} × {films:,.0f} "
        f"{'film' if round(films) == 1 else 'films'} each"
    )
    blank = int((grid.counts == 0).sum())
    return (
        f"All {int(grid.counts.sum()):,} ratings in {rows:,} × {columns:,} cells of {size}; no rating is left out. The "
        f"colour is the share of a cell's pairs that are rated, on a logarithmic scale; the {blank:,} blank cells hold "
        "no rating."
    )
