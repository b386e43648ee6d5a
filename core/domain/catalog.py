"""The films: a table that is validated once, at the door."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import DatasetError, SchemaError

LIST_COLUMNS = ("genres", "keywords", "cast", "directors", "countries")
TEXT_COLUMNS = (
    *("title", "original_title", "overview", "tagline"),
    *("language", "poster_url", "imdb_id", "tmdb_id"),
)
NUMBER_COLUMNS = ("year", "runtime", "n_votes", "vote_average")
CATALOG_COLUMNS = ("item_id", *TEXT_COLUMNS, *NUMBER_COLUMNS, *LIST_COLUMNS)
COLUMN_WORDS = {
    "overview": "plot",
    "cast": "cast",
    "directors": "director",
    "genres": "genre",
    "keywords": "keyword",
    "countries": "country",
    "language": "language",
    "runtime": "running time",
    "year": "year",
}
"""Columns of which it is worth saying that films have nothing there -> the word for people."""


def item_label(title: str, year: int | None) -> str:
    """The film as people write it: "Heat (1995)", or the bare title without a year."""
    return f"{title} ({year})" if year is not None else title


def item_labels(films: pd.DataFrame) -> list[str]:
    """ "Title (Year)" of every film of a table with `title` and `year`."""
    years = [None if pd.isna(year) else int(year) for year in films["year"]]
    return [item_label(title, year) for title, year in zip(films["title"], years, strict=True)]


@dataclass(frozen=True)
class Film:
    """One row of a catalogue: see `Catalog` for what the fields mean; None and "" = unknown."""

    item_id: str
    title: str
    original_title: str
    overview: str
    tagline: str
    language: str
    poster_url: str
    imdb_id: str
    tmdb_id: str
    year: int | None
    runtime: int | None
    n_votes: int | None
    vote_average: float | None
    genres: tuple[str, ...]
    keywords: tuple[str, ...]
    cast: tuple[str, ...]
    directors: tuple[str, ...]
    countries: tuple[str, ...]

    @property
    def label(self) -> str:
        """ "Title (Year)"."""
        return item_label(self.title, self.year)


@dataclass(frozen=True, eq=False)
class Catalog:
    """The item table, one row an item, row number = item_index. Build it with `Catalog.of`.

    Columns (all always there): `item_id` str, unique; `title` str, never empty; `original_title`, `overview`,
    `tagline`, `language`, `poster_url`, `imdb_id`, `tmdb_id` str, "" = unknown; `year`, `runtime` (minutes),
    `n_votes` Int64, `vote_average` Float64 (the source's own scale), NA = unknown; `genres`, `keywords`, `cast`,
    `directors`, `countries` tuples of str.
    """

    items: pd.DataFrame

    @classmethod
    def of(cls, frame: pd.DataFrame) -> "Catalog":
        """Validate a frame and fill in the columns that it lacks.

        Raises:
            SchemaError: `item_id` or `title` is missing.
            DatasetError: No row at all, or an id twice.
        """
        missing = [name for name in ("item_id", "title") if name not in frame]
        if missing:
            raise SchemaError(f"The film table has no column {' and no '.join(missing)}.")
        if frame.empty:
            raise DatasetError("The film table holds no film.", hint="Check that the right file was chosen.")
        items = pd.DataFrame(index=pd.RangeIndex(len(frame)))
        items["item_id"] = frame["item_id"].astype(str).to_numpy(object)
        doubled = items["item_id"][items["item_id"].duplicated()]
        if len(doubled):
            raise DatasetError(f"The film id {doubled.iloc[0][:80]} stands for {len(doubled) + 1} rows.")
        for name in TEXT_COLUMNS:
            values = frame[name] if name in frame else pd.Series([""] * len(frame))
            items[name] = values.fillna("").astype(str).str.strip().to_numpy(object)
        for name in NUMBER_COLUMNS:
            values = frame[name] if name in frame else pd.Series([None] * len(frame))
            numbers = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
            kind: Any = "Float64" if name == "vote_average" else "Int64"
            items[name] = pd.Series(numbers).astype(kind)
        for name in LIST_COLUMNS:
            lists = frame[name] if name in frame else [()] * len(frame)
            items[name] = pd.Series([_as_tuple(value) for value in lists], dtype=object)
        if (items["title"] == "").any():
            raise DatasetError("A film without a title reached the catalogue.")
        return cls(items[list(CATALOG_COLUMNS)])

    def __len__(self) -> int:
        return len(self.items)

    @property
    def ids(self) -> npt.NDArray[np.object_]:
        """(n_items,) item_id by item_index."""
        return self.items["item_id"].to_numpy(object)

    def film(self, item_index: int) -> Film:
        """One film."""
        return _as_film(tuple(column[int(item_index)] for column in self._columns))

    @cached_property
    def _columns(self) -> list[list[Any]]:
        """The cells by column: a row of a frame takes nine times as long to pick out, and every answer shows films."""
        return [self.items[name].tolist() for name in CATALOG_COLUMNS]

    def films(self) -> Iterator[Film]:
        """All films in the order of item_index."""
        return map(_as_film, self.items.itertuples(index=False, name=None))

    def labels(self) -> list[str]:
        """ "Title (Year)" of every film, by item_index."""
        return item_labels(self.items)

    def unknown(self, column: str) -> int:
        """How many films have nothing in a column: no plot ("overview"), no cast, no runtime and so on.

        Args:
            column: One of `CATALOG_COLUMNS`.
        """
        return self._unknown[column]

    @cached_property
    def _unknown(self) -> dict[str, int]:
        counts = {name: int(self.items[name].isna().sum()) for name in NUMBER_COLUMNS}
        empty = ("item_id", *TEXT_COLUMNS, *LIST_COLUMNS)
        return counts | {name: sum(not cell for cell in self.items[name]) for name in empty}

    @property
    def has_ids(self) -> bool:
        """Whether any film has an id of TMDB or IMDb, by which it can be found in other datasets."""
        return any(any(self.items[name].array) for name in ("tmdb_id", "imdb_id"))

    def genre_names(self) -> list[str]:
        """Every genre that a film has, sorted."""
        return sorted({genre for genres in self.items["genres"] for genre in genres})


def _as_film(row: tuple[Any, ...]) -> Film:
    """A film from the cells of its row, in the order of `CATALOG_COLUMNS`."""
    cells = dict(zip(CATALOG_COLUMNS, row, strict=True))
    for name in NUMBER_COLUMNS:
        cell, kind = cells[name], float if name == "vote_average" else int
        # what `pd.isna` says of one number, in a tenth of its time: an answer shows some thirty films
        cells[name] = None if cell is pd.NA or cell is None or cell != cell else kind(cell)
    return Film(**cells)


def _as_tuple(value: object) -> tuple[str, ...]:
    """A list-like cell as a tuple of stripped, non-empty, distinct strings in their order."""
    # a million films have five million such cells: of arrays, as tables hold them, the texts come out at once
    cells: Any = value.tolist() if type(value) is np.ndarray else value
    if type(cells) in (tuple, list):
        if not cells:
            return ()
    elif not isinstance(cells, Iterable) or isinstance(cells, str | bytes):
        return ()
    return tuple(dict.fromkeys(text for v in cells if (text := str(v).strip())))
