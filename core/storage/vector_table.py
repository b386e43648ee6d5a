"""The LanceDB tables: films and users, one row each with metadata and vector columns. The only `import lancedb`."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.domain import Catalog, Fact, Film, Filters, Interactions
from core.embeddings import Space
from core.storage import vector_index
from core.storage.objects import reached
from core.storage.store_errors import absence_told
from core.storage.table_shares import IN_SHARES, index_in_shares, indexers, write_in_shares
from core.types import FloatVector, IndexVector

WORDS = "words"
"""Column of the table `movies` with a film's titles, keywords, people and plot, which its full-text index reads."""


@dataclass(frozen=True)
class TableLocation:
    """Where a table lives: a LanceDB URI (a folder, s3://, gs://, db://) and the table's name in it."""

    uri: str
    name: str


Reading = Callable[[], AbstractContextManager[None]]


def _connect(uri: str) -> Any:
    import lancedb  # when a table is first touched: it takes over a second, and listing datasets needs none

    return lancedb.connect(uri, storage_options=reached(uri))


def read_through(location: TableLocation) -> None:
    """Read all of a table, and search its full-text index where it has one; fails where anything cannot be read."""
    table = _connect(location.uri).open_table(location.name)
    table.to_arrow()
    if WORDS in table.schema.names:
        table.search("film", query_type="fts").limit(1).to_arrow()


def movie_columns(catalog: Catalog, n_ratings: IndexVector) -> pa.Table:
    """The metadata columns of the table `movies`, one row an item in the order of item_index."""
    items = catalog.items
    columns: dict[str, pa.Array] = {"item_index": pa.array(np.arange(len(items)), pa.int64())}
    for name in items.columns:
        if items[name].dtype == object and len(items) and isinstance(items[name].iloc[0], tuple):
            columns[name] = pa.array([list(v) for v in items[name]], pa.list_(pa.string()))
        elif name in ("year", "runtime", "n_votes"):
            columns[name] = pa.array(items[name], pa.int64())
        elif name == "vote_average":
            columns[name] = pa.array(items[name], pa.float64())
        else:
            columns[name] = pa.array(items[name], pa.string())
    columns["n_ratings"] = pa.array(n_ratings, pa.int64())
    columns[WORDS] = pa.array(list(map(_words_of, catalog.films())), pa.string())
    return pa.table(columns)


def _words_of(film: Film) -> str:
    """All that is said of a film, for the full-text index; what it is called twice, since that counts most."""
    titles = [film.title, film.original_title] * 2
    return "\n".join([*titles, *film.keywords, *film.directors, *film.cast, film.tagline, film.overview])


def user_columns(interactions: Interactions) -> pa.Table:
    """The metadata columns of the table `users`, one row a user in the order of user_index."""
    ratings = interactions.ratings
    n_ratings = np.diff(ratings.indptr)
    sums = np.asarray(ratings.sum(axis=1), np.float64).ravel()
    columns = {
        "user_index": pa.array(np.arange(interactions.n_users), pa.int64()),
        "user_id": pa.array(interactions.user_ids.astype(str), pa.string()),
        "n_ratings": pa.array(n_ratings, pa.int64()),
        "mean_rating": pa.array(sums / np.maximum(n_ratings, 1), pa.float64(), mask=n_ratings == 0),
    }
    return pa.table(columns)


def vector_column(space: Space) -> pa.Array:
    """(n_rows,) fixed-size lists; null where a row has no vector, so that no search returns it."""
    dim = space.vectors.shape[1]
    flat = pa.array(np.ascontiguousarray(space.vectors).ravel(), pa.float32())
    return pa.FixedSizeListArray.from_arrays(flat, dim, mask=pa.array(~space.has_vector))


def where_clause(
    filters: Filters, excluded: Sequence[int] | IndexVector = (), index: str = "item_index"
) -> str:
    """The SQL condition for typed filters; "" = no condition. All text is escaped here and nowhere else.

    Args:
        filters: Which films pass.
        excluded: Row numbers that do not.
        index: Name of the column of row numbers.
    """
    parts = [_fact_clause(fact) for fact in filters.all_facts]
    if filters.years:
        parts.append(f"year >= {int(filters.years[0])} AND year <= {int(filters.years[1])}")
    for first, last in filters.not_years:
        parts.append(f"(year IS NULL OR year < {int(first)} OR year > {int(last)})")
    if filters.minutes:
        parts.append(f"runtime >= {int(filters.minutes[0])} AND runtime <= {int(filters.minutes[1])}")
    if filters.min_ratings:
        parts.append(f"n_ratings >= {int(filters.min_ratings)}")
    if len(excluded):
        parts.append(f"{index} NOT IN (" + ", ".join(str(int(i)) for i in excluded) + ")")
    return " AND ".join(parts)


def _fact_clause(fact: Fact) -> str:
    """One condition for all values of a fact; what has none of them fails it, and passes where it is not wanted."""
    values: dict[str, list[str]] = {}
    for column, value in fact.any_of:
        values.setdefault(column, []).append(value)
    either = " OR ".join(_any_clause(column, own) for column, own in values.items())
    return f"({either})" if fact.wanted else f"NOT ({either})"


def _any_clause(column: str, values: Sequence[str]) -> str:
    # the columns are those of `FACT_COLUMNS`, which `Fact` holds; `cast` is a word of SQL. No condition of an indexed
    # column stands in COALESCE, which LanceDB answers without the index; of them none is ever NULL
    one_of = f"IN ({', '.join(map(_text, values))})"
    if column == "country":
        first = f"COALESCE(array_element(countries, 1) {one_of}, false)"
        return f"({_any_clause('countries', values)} AND {first})"
    if column in ("item_id", "language"):
        return f"{column} {one_of}"
    return f"array_has_any(`{column}`, make_array({', '.join(map(_text, values))}))"


def _text(value: str) -> str:
    # in DataFusion's string literals only the quote is special; NUL would end the text early in some readers
    return "'" + value.replace("\0", "").replace("'", "''") + "'"


class ItemTable:
    """One table of films (or of users) with vectors: searched and filtered in one query.

    Args:
        table: The opened LanceDB table.
        index: Its column of row numbers 0..n-1, "item_index" or "user_index"; what a search returns.
        reading: What is entered whenever it is read, to say what keeps it from being read.
    """

    def __init__(self, table: Any, index: str = "item_index", reading: Reading = nullcontext) -> None:
        self._table, self._index, self._reading = table, index, reading

    @classmethod
    def open(
        cls, location: TableLocation, *, index: str = "item_index", reading: Reading = nullcontext
    ) -> "ItemTable":
        """Open a table that was built.

        Raises:
            NotBuiltError: There is none.
        """
        with reading(), absence_told(location.name):
            return cls(_connect(location.uri).open_table(location.name), index, reading)

    @classmethod
    def create(
        cls,
        location: TableLocation,
        columns: pa.Table,
        spaces: Mapping[str, Space],
        *,
        text: Sequence[str] = (),
        index: str = "item_index",
    ) -> "ItemTable":
        """Write a table anew.

        Args:
            location: Where; a table already there is replaced.
            columns: Metadata, one row an item; the column `index` among them.
            spaces: One vector column each, called like the space.
            text: Columns to index for full-text search.
            index: The column of row numbers.
        """
        for name, space in spaces.items():
            columns = columns.append_column(name, vector_column(space))
        indexes = list(vector_index.indexes(len(columns), columns.column_names, spaces))
        by = indexers(location.uri, [kind for _, kind, _ in indexes])
        # only a remote store can hold one already: a local artefact is always a new folder
        mode = "overwrite" if "://" in location.uri else "create"
        table = write_in_shares(_connect(location.uri), location.name, columns, by, mode=mode)
        from lancedb import index as kinds

        for column in text:
            table.create_index(column, config=kinds.FTS(language="English"))
        for column, kind, parameters in indexes:
            if kind in IN_SHARES and not by.is_here:
                index_in_shares(table, column, kind, parameters, by)
            else:
                table.create_index(column, config=getattr(kinds, kind)(**parameters))
        return cls(table, index)

    def __len__(self) -> int:
        with self._reading():
            return int(self._table.count_rows())

    @property
    def columns(self) -> list[str]:
        """Names of all columns."""
        return list(self._table.schema.names)

    def search(
        self,
        space: str,
        query: FloatVector,
        k: int,
        *,
        metric: str = "cosine",
        filters: Filters | None = None,
        excluded: Sequence[int] | IndexVector = (),
    ) -> tuple[IndexVector, FloatVector]:
        """The k nearest rows that pass the filters.

        Args:
            space: Vector column to search.
            query: (dim,) float32.
            k: How many.
            metric: "cosine" or "l2".
            filters: Applied before the search, so that k rows come back wherever k rows pass.
            excluded: Row numbers that must not come back.

        Returns:
            Row numbers and distance (1 - cosine, or squared L2), nearest first, ties by row number.
        """
        search = self._table.search(query, vector_column_name=space).distance_type(_metric(metric))
        search = _where(search, where_clause(filters or Filters(), excluded, self._index))
        if (n_rows := len(self)) > vector_index.INDEX_ABOVE_ROWS:
            n_passing = (self.count(filters) if filters else n_rows) - len(excluded)
            search = vector_index.looking_into(search, n_rows, n_passing, k)
        with self._reading():
            found = search.select([self._index, "_distance"]).limit(k).to_arrow()
        items = found[self._index].to_numpy().astype(np.int64)
        distances = found["_distance"].to_numpy().astype(np.float32)
        order = np.lexsort((items, distances))
        return items[order], distances[order]

    def count(self, filters: Filters, excluded: Sequence[int] | IndexVector = ()) -> int:
        """How many rows pass."""
        with self._reading():
            return int(self._table.count_rows(where_clause(filters, excluded, self._index) or None))

    def matching_text(
        self,
        words: str,
        k: int,
        *,
        filters: Filters | None = None,
        excluded: Sequence[int] | IndexVector = (),
    ) -> IndexVector:
        """Numbers of the k rows that pass the filters and whose indexed text matches best; empty where none does.

        Args:
            words: One of them must stand in a row's text, in any form; the more, and the rarer, the better (BM25).
            k: At most so many.
            filters: Applied before the search.
            excluded: Row numbers that must not come back.

        Returns:
            Row numbers, best first.
        """
        search = self._table.search(words, query_type="fts")
        search = _where(search, where_clause(filters or Filters(), excluded, self._index))
        with self._reading():
            found = search.select([self._index, "_score"]).limit(k).to_arrow()
        return np.asarray(found[self._index].to_numpy(), np.int64)

    def vectors(self, space: str) -> npt.NDArray[np.float32]:
        """(n_rows, dim) float32 of one vector column in the order of the row numbers; zeros where a row has none."""
        with self._reading():
            found = self._table.search().select([self._index, space]).limit(len(self)).to_arrow()
        column = found[space].combine_chunks()
        out = np.zeros((len(self), column.type.list_size), np.float32)
        has = column.is_valid().to_numpy(zero_copy_only=False)
        out[found[self._index].to_numpy()[has]] = (
            column.flatten().to_numpy(zero_copy_only=False).reshape(-1, column.type.list_size)
        )
        return out


def _where(search: Any, condition: str) -> Any:
    return search.where(condition, prefilter=True) if condition else search


def _metric(metric: str) -> Any:
    return {"cosine": "cosine", "l2": "l2"}[metric]
