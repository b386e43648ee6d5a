"""The rating matrix as a picture: people and films in an order, the ratings of a part in cells, and what a block holds."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.domain import Interactions
from core.exploration.rating_orders import Order
from core.types import IndexVector

MOST_CELLS = (160, 240)
"""People's and films' sides of a picture have at most so many cells: each can still be seen and clicked."""

AT_ONCE = 1 << 20
"""Ratings that are counted at once: what that takes beside the ratings stays below 50 MB, however many there are."""

Counts = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Area:
    """A rectangle of the matrix, as places in the orders of people and films; the last ones are not in it."""

    first_user: int
    last_user: int
    first_item: int
    last_item: int

    @property
    def users(self) -> slice:
        """Places of its people."""
        return slice(self.first_user, self.last_user)

    @property
    def items(self) -> slice:
        """Places of its films."""
        return slice(self.first_item, self.last_item)

    @property
    def pairs(self) -> int:
        """Pairs of a person and a film in it."""
        return (self.last_user - self.first_user) * (self.last_item - self.first_item)


def whole(interactions: Interactions) -> Area:
    """The area of everything."""
    n_users, n_items = interactions.ratings.shape
    return Area(0, int(n_users), 0, int(n_items))


def within(area: Area, bounds: Area) -> Area | None:
    """What of an area lies within another; None = nothing."""
    cut = Area(
        max(area.first_user, bounds.first_user),
        min(area.last_user, bounds.last_user),
        max(area.first_item, bounds.first_item),
        min(area.last_item, bounds.last_item),
    )
    return cut if cut.first_user < cut.last_user and cut.first_item < cut.last_item else None


@dataclass(frozen=True, eq=False)
class Grid:
    """The ratings of an area, counted into cells of about equally many people and films.

    Where the area is small enough, every cell is one pair: the picture shows single ratings.

    Attributes:
        area: Which part of the matrix.
        counts: (rows, columns) int64 ratings in each cell; the sum is all ratings of the area.
        means: (rows, columns) float64 their mean, NaN without any.
        users, items: The orders of all people and all films.
        user_edges, item_edges: (rows + 1,) and (columns + 1,) places in the orders where cells begin and end.
    """

    area: Area
    counts: Counts
    means: Values
    users: Order
    items: Order
    user_edges: IndexVector
    item_edges: IndexVector

    @property
    def pairs(self) -> Counts:
        """(rows, columns) pairs of a person and a film in each cell, rated or not."""
        return np.diff(self.user_edges)[:, None] * np.diff(self.item_edges)[None, :]

    @property
    def is_single(self) -> bool:
        """Whether every cell is one person and one film."""
        return self.counts.size == self.area.pairs


def part(
    interactions: Interactions,
    users: Order,
    items: Order,
    area: Area,
    *,
    most_cells: tuple[int, int] = MOST_CELLS,
) -> Grid:
    """Count every rating of an area into the cell of its person and its film; none is left out.

    Args:
        interactions: Who rated what.
        users: Order of the people, who make the rows.
        items: Order of the films, which make the columns.
        area: Which part; not empty.
        most_cells: Most rows and columns; fewer where there are fewer people or films.
    """
    user_edges = _edges(area.first_user, area.last_user, most_cells[0])
    item_edges = _edges(area.first_item, area.last_item, most_cells[1])
    shape = len(user_edges) - 1, len(item_edges) - 1
    column_of = np.full(len(items.index), -1, np.int32)
    column_of[items.index[area.items]] = np.repeat(np.arange(shape[1], dtype=np.int32), np.diff(item_edges))
    row_of = np.repeat(np.arange(shape[0], dtype=np.int32), np.diff(user_edges))
    people = users.index[area.users]
    counts, sums = np.zeros(shape[0] * shape[1], np.int64), np.zeros(shape[0] * shape[1])
    for begin, end in _portions(interactions, people):
        ratings = interactions.ratings[people[begin:end]]
        column = column_of[ratings.indices]
        cell = np.repeat(row_of[begin:end], np.diff(ratings.indptr)) * shape[1] + column
        inside = column >= 0
        counts += np.bincount(cell[inside], minlength=len(counts))
        sums += np.bincount(cell[inside], weights=ratings.data[inside], minlength=len(sums))
    means = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return Grid(area, counts.reshape(shape), means.reshape(shape), users, items, user_edges, item_edges)


def _edges(first: int, last: int, most: int) -> IndexVector:
    """Where cells begin and end; the browser works them out by the same formula."""
    n_cells = max(min(last - first, most), 1)
    return first + np.arange(n_cells + 1, dtype=np.int64) * (last - first) // n_cells


def _portions(interactions: Interactions, people: IndexVector) -> list[tuple[int, int]]:
    """Neighbouring people, as many as gave about AT_ONCE ratings; a single one may have more."""
    given = np.cumsum(np.diff(interactions.ratings.indptr)[people])
    cuts = np.searchsorted(given, np.arange(AT_ONCE, int(given[-1]) if len(given) else 0, AT_ONCE))
    edges = np.unique([0, *cuts.tolist(), len(people)]).tolist()
    return list(pairwise(edges))


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


def block_of(interactions: Interactions, users: Order, items: Order, area: Area) -> Block:
    """The people, films and ratings of an area."""
    people, films = users.index[area.users], items.index[area.items]
    there = interactions.ratings[people][:, films]
    return Block(
        people,
        films,
        np.diff(there.indptr).astype(np.int64),
        np.bincount(there.indices, minlength=len(films)).astype(np.int64),
        float(there.data.mean(dtype=np.float64)) if there.nnz else float("nan"),
    )


def caption(grid: Grid, n_ratings: int) -> str:
    """What the picture of a grid shows: how many of all ratings, in how many cells, of how many people and films each.

    Args:
        grid: The part that is shown.
        n_ratings: All ratings there are.
    """
    rows, columns = grid.counts.shape
    n, blank = int(grid.counts.sum()), int((grid.counts == 0).sum())
    people, films = grid.area.last_user - grid.area.first_user, grid.area.last_item - grid.area.first_item
    if grid.is_single:
        return (
            f"Every rating of these {_many(people, 'person', 'people')} and {_many(films, 'film', 'films')}: {n:,} of "
            f"{n_ratings:,} ratings, each a cell of its own; the {blank:,} blank cells are pairs without a rating."
        )
    shown = f"All {n:,}" if n == n_ratings else f"{n:,} of {n_ratings:,}"
    each = f"{_many(people / rows, 'person', 'people')} × {_many(films / columns, 'film', 'films')}"
    return (
        f"{shown} ratings in {rows:,} × {columns:,} cells of about {each} each; no rating of this part is left out, "
        f"and the {blank:,} blank cells hold none."
    )


def _many(n: float, one: str, many: str) -> str:
    return f"{n:,.0f} {one if round(n) == 1 else many}"
