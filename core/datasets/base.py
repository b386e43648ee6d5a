"""What every source of films becomes: a validated catalogue, its interactions, and a report of the load."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from core.errors import DatasetError, SchemaError
from core.types import IndexVector

LIST_COLUMNS = ("genres", "keywords", "cast", "directors", "countries")
TEXT_COLUMNS = (
    *("title", "original_title", "overview", "tagline"),
    *("language", "poster_url", "imdb_id", "tmdb_id"),
)
NUMBER_COLUMNS = ("year", "runtime", "n_votes", "vote_average")
CATALOG_COLUMNS = ("item_id", *TEXT_COLUMNS, *NUMBER_COLUMNS, *LIST_COLUMNS)


@dataclass(frozen=True)
class Dropped:
    """Rows left out of a table: why, how many, and up to five of them as they were written."""

    reason: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass
class TableReport:
    """What became of one file's rows: read = kept + dropped, always."""

    name: str
    read: int = 0
    kept: int = 0
    dropped: list[Dropped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def drop(self, reason: str, rows: Sequence[object] | pd.Series) -> None:
        """Note rows left out; does nothing for an empty sequence."""
        if len(rows):
            examples = tuple(str(row)[:120] for row in list(rows[:5]))
            self.dropped.append(Dropped(reason, len(rows), examples))

    def warn(self, text: str) -> None:
        """Note something kept but odd."""
        self.warnings.append(text)

    @property
    def is_balanced(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.kept + sum(drop.count for drop in self.dropped)


@dataclass
class LoadReport:
    """Everything a load has to say; `matches` holds enrichment counts by name."""

    tables: list[TableReport] = field(default_factory=list)
    matches: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def table(self, name: str, read: int = 0) -> TableReport:
        """Start and return the report of one file."""
        report = TableReport(name, read)
        self.tables.append(report)
        return report

    @property
    def warnings(self) -> list[str]:
        """All tables' warnings, each with its table's name."""
        return [f"{table.name}: {text}" for table in self.tables for text in table.warnings]

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "LoadReport":
        """The inverse of `to_json`."""
        tables = [
            TableReport(
                t["name"],
                t["read"],
                t["kept"],
                [Dropped(d["reason"], d["count"], tuple(d["examples"])) for d in t["dropped"]],
                list(t["warnings"]),
            )
            for t in value["tables"]
        ]
        return cls(tables, dict(value["matches"]), list(value["notes"]))


def item_label(title: str, year: int | None) -> str:
    """The film as people write it: "Heat (1995)", or the bare title without a year."""
    return f"{title} ({year})" if year is not None else title


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
        years = [None if pd.isna(y) else int(y) for y in self.items["year"]]
        return [item_label(t, y) for t, y in zip(self.items["title"], years, strict=True)]

    def genre_names(self) -> list[str]:
        """Every genre that a film has, sorted."""
        return sorted({genre for genres in self.items["genres"] for genre in genres})


def _as_film(row: tuple[Any, ...]) -> Film:
    """A film from the cells of its row, in the order of `CATALOG_COLUMNS`."""
    cells = dict(zip(CATALOG_COLUMNS, row, strict=True))
    for name in NUMBER_COLUMNS:
        kind = float if name == "vote_average" else int
        cells[name] = None if pd.isna(cells[name]) else kind(cells[name])
    return Film(**cells)


def _as_tuple(value: object) -> tuple[str, ...]:
    """A list-like cell as a tuple of stripped, non-empty, distinct strings in their order."""
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        return ()
    return tuple(dict.fromkeys(text for v in value if (text := str(v).strip())))


@dataclass(frozen=True, eq=False)
class Interactions:
    """Who rated what: a CSR matrix with one row a user, one column an item.

    Attributes:
        ratings: (n_users, n_items) float32 CSR, indices sorted; a stored value is a rating (never 0).
        user_ids: (n_users,) the source's user ids, as str.
        timestamps: (nnz,) int64 seconds since 1970, aligned with `ratings.data`; None where the source has none.
        scale: Lowest and highest rating that the source allows.
        is_explicit: False where every interaction is a bare "yes" (then all values are 1).
    """

    ratings: sparse.csr_matrix
    user_ids: npt.NDArray[np.object_]
    timestamps: npt.NDArray[np.int64] | None = None
    scale: tuple[float, float] = (0.5, 5.0)
    is_explicit: bool = True

    @classmethod
    def empty(cls, n_items: int) -> "Interactions":
        """No user, no rating."""
        return cls(sparse.csr_matrix((0, n_items), dtype=np.float32), np.empty(0, object))

    @classmethod
    def of(
        cls,
        user_ids: Sequence[object] | pd.Series | npt.NDArray[np.generic],
        item_index: npt.ArrayLike,
        ratings: npt.ArrayLike,
        n_items: int,
        *,
        timestamps: npt.ArrayLike | None = None,
        scale: tuple[float, float] = (0.5, 5.0),
        is_explicit: bool = True,
    ) -> "Interactions":
        """Build from parallel columns; users keep their order of first appearance.

        Raises:
            DatasetError: A user rated an item twice, or a rating is not a number or 0.
        """
        # factorised before they become text: thirty million text ids would take gigabytes
        codes, found = pd.factorize(pd.Series(user_ids))
        uniques = pd.Series(found).astype(str).to_numpy(object)
        columns = np.asarray(item_index, np.int64)
        values = np.asarray(ratings, np.float32)
        if not np.all(np.isfinite(values)) or np.any(values == 0):
            raise DatasetError("A rating that is 0 or not a number reached the rating matrix.")
        order = np.lexsort((columns, codes))
        codes, columns, values = codes[order], columns[order], values[order]
        if len(codes) > 1 and np.any((np.diff(codes) == 0) & (np.diff(columns) == 0)):
            raise DatasetError("A user rated one film twice.", hint="Keep the last rating of each pair.")
        indptr = np.zeros(len(uniques) + 1, np.int64)
        np.cumsum(np.bincount(codes, minlength=len(uniques)), out=indptr[1:])
        matrix = sparse.csr_matrix((values, columns, indptr), shape=(len(uniques), n_items))
        stamps = None if timestamps is None else np.asarray(timestamps, np.int64)[order]
        return cls(matrix, uniques, stamps, scale, is_explicit)

    def __len__(self) -> int:
        return int(self.ratings.nnz)

    @property
    def n_users(self) -> int:
        """Number of users."""
        return int(self.ratings.shape[0])

    def history(self, user_index: int) -> tuple[IndexVector, npt.NDArray[np.float32]]:
        """item_index and rating of what one user rated, both (n,)."""
        start, stop = self.ratings.indptr[user_index : user_index + 2]
        return self.ratings.indices[start:stop].astype(np.int64), self.ratings.data[start:stop]

    def item_counts(self) -> npt.NDArray[np.int64]:
        """(n_items,) ratings per film."""
        return np.bincount(self.ratings.indices, minlength=self.ratings.shape[1]).astype(np.int64)

    def item_means(self) -> npt.NDArray[np.float64]:
        """(n_items,) mean rating per film, NaN where nobody rated it."""
        counts = self.item_counts()
        sums = np.bincount(self.ratings.indices, weights=self.ratings.data, minlength=self.ratings.shape[1])
        means: npt.NDArray[np.float64] = np.full(len(counts), np.nan)
        np.divide(sums, counts, out=means, where=counts > 0)
        return means


@dataclass(frozen=True, eq=False)
class Dataset:
    """A catalogue with its interactions, and where both come from.

    Attributes:
        name: Short name used in folders and on the command line.
        label: Name for people.
        licence: One sentence with the terms of use.
        source: Where it comes from (a URL or a description).
        is_simulated: True where the ratings were generated by a program, not given by people.
        report: What the load kept and dropped.
    """

    name: str
    label: str
    catalog: Catalog
    interactions: Interactions
    licence: str = ""
    source: str = ""
    is_simulated: bool = False
    report: LoadReport = field(default_factory=LoadReport)

    def __post_init__(self) -> None:
        if self.interactions.ratings.shape[1] != len(self.catalog):
            raise DatasetError(
                f"{len(self.catalog)} films came with a rating matrix of {self.interactions.ratings.shape[1]} columns."
            )

    @property
    def n_items(self) -> int:
        """Number of films."""
        return len(self.catalog)


class Source(Protocol):
    """One place that films come from; one file in `core/datasets/` each.

    Attributes:
        name: Dataset name, e.g. "ml-latest-small".
        label: Name for people.
        description: One or two plain sentences: what it holds.
        licence: One sentence.
        homepage: Where it is described.
        url: What `fetch` downloads; "" = not fetchable, get it by hand.
        version: Raised by one whenever the same files would load differently.
    """

    name: str
    label: str
    description: str
    licence: str
    homepage: str
    url: str
    version: int

    def recognises(self, folder: Path) -> bool:
        """Whether this folder looks like this dataset (by file names and headers; reads no whole file)."""
        ...

    def files(self, folder: Path) -> list[Path]:
        """The files a load reads, in a fixed order; their content decides the dataset's fingerprint."""
        ...

    def load(self, folder: Path) -> Dataset:
        """Read everything.

        Raises:
            DatasetError: With what was wrong, where, and what to do.
        """
        ...


def fingerprint_files(paths: Iterable[Path]) -> str:
    """Hex digest over names and contents of files, in the order given."""
    digest = hashlib.blake2b(digest_size=16)
    for path in paths:
        digest.update(path.name.encode() + b"\0" + str(path.stat().st_size).encode() + b"\0")
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()
