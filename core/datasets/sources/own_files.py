"""A person's own films, and their ratings where there are any: CSV, TSV, Parquet or JSON lines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.datasets.reading.ratings import build_interactions
from core.datasets.reading.tables import (
    check_text_file,
    clean_titles,
    count_missing,
    header_of,
    keep_rows,
    positive_numbers,
    read_table,
    year_of,
)
from core.datasets.reading.titles import split_title
from core.datasets.sources.own_columns import (
    as_list,
    as_seconds,
    as_text,
    check_mapping,
    infer_scale,
    match_columns,
)
from core.domain import Catalog, Dataset, Interactions, LoadReport
from core.domain.catalog import LIST_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS
from core.domain.load_report import TableReport
from core.errors import DatasetError, SchemaError


def _read_separated(path: Path) -> pd.DataFrame:
    check_text_file(path)
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        first = stream.readline(1 << 16)
    separator = "\t" if path.suffix.lower() == ".tsv" else max(",;\t|", key=first.count)
    names = header_of(path, separator=separator, encoding="utf-8-sig")
    if len(set(names)) != len(names):
        raise SchemaError(f"{path.name} has a column name twice.", hint="Give each column its own name.")
    return read_table(path, separator=separator)


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path, engine="pyarrow")
    except (OSError, ValueError, NotImplementedError) as error:
        reason = str(error).strip().splitlines()[0][:200]
        raise DatasetError(
            f"{path.name} is not a readable Parquet file: {reason}.", hint="Write it again."
        ) from error


def _read_json_lines(path: Path) -> pd.DataFrame:
    check_text_file(path)
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        try:
            row = json.loads(line) if line.strip() else {}
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise DatasetError(
                f"{path.name} is not JSON lines: line {number} is no JSON object.",
                hint="Write one JSON object a line, in UTF-8.",
            )
        rows += [row] if row else []
    return pd.DataFrame(rows, dtype=object)


_READERS = {
    ".csv": _read_separated,
    ".tsv": _read_separated,
    ".parquet": _read_parquet,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
}


@dataclass(frozen=True)
class _OwnTable:
    """A table read, with what its columns would be in a film table and in one of ratings (ours -> theirs)."""

    path: Path
    frame: pd.DataFrame
    as_films: dict[str, str]
    as_ratings: dict[str, str]

    @property
    def is_ratings(self) -> bool:
        return "user" in self.as_ratings and "item" in self.as_ratings

    @property
    def is_films(self) -> bool:
        return "title" in self.as_films and not self.is_ratings


class OwnFiles:
    """Tables of one's own: a file, or a folder with one film table and at most one table of ratings.

    Args:
        name: What the dataset is called.
        columns: Our column -> theirs, for columns whose names are not recognised. Ours are the catalogue's
            columns, and user, item, rating, timestamp in the table of ratings.
    """

    def __init__(self, name: str, columns: Mapping[str, str] | None = None) -> None:
        check_mapping(columns or {})
        self.name = name
        self.label = name
        self.description = "Your own films."
        self.licence = "Your own files: their terms are yours to know."
        self.homepage = ""
        self.url = ""
        self.version = 2
        self.place = 100
        self.bundled: Path | None = None
        self.has_ids = True
        self._columns = dict(columns or {})

    def recognises(self, folder: Path) -> bool:
        """Whether there is any table to read."""
        return bool(self.files(folder))

    def files(self, folder: Path) -> list[Path]:
        """All tables, by name."""
        candidates = [folder] if folder.is_file() else sorted(folder.iterdir()) if folder.is_dir() else []
        return [path for path in candidates if path.suffix.lower() in _READERS and path.is_file()]

    def load(self, folder: Path) -> Dataset:
        """Read the film table, and the ratings where there are any.

        Raises:
            SchemaError: No table has a title, or a mapped column is not there.
            DatasetError: Nothing to read, a broken file, several film tables, or no film left.
        """
        report = LoadReport()
        tables = self._read(folder)
        film_table, rating_table = _choose(tables, report)
        films = _films(film_table, report)
        interactions = _interactions(rating_table, films, report)
        if len(interactions) and "n_votes" not in film_table.as_films:
            means = interactions.item_means()
            films = films.assign(n_votes=interactions.item_counts(), vote_average=means)
            report.notes.append("Votes and mean rating of a film are counted from the ratings kept.")
        return Dataset(
            name=self.name,
            label=self.label,
            catalog=Catalog.of(films),
            interactions=interactions,
            licence=self.licence,
            source=f"Your files: {', '.join(path.name for path in self.files(folder))}",
            report=report,
        )

    def _read(self, folder: Path) -> list[_OwnTable]:
        paths = self.files(folder)
        if not paths:
            what = "is not there" if not folder.exists() else "holds no table that can be read"
            raise DatasetError(
                f"{folder} {what}.", hint=f"Give a file or a folder with {', '.join(_READERS)} files."
            )
        tables = []
        for path in paths:
            frame = _READERS[path.suffix.lower()](path)
            frame.columns = [str(name).strip() for name in frame.columns]
            found = list(frame.columns)
            as_films = match_columns(found, self._columns, is_ratings=False)
            as_ratings = match_columns(found, self._columns, is_ratings=True)
            tables.append(_OwnTable(path, frame.reset_index(drop=True), as_films, as_ratings))
        everything = {name for table in tables for name in table.frame.columns}
        for ours, theirs in self._columns.items():
            if theirs not in everything:
                shown = ", ".join(sorted(everything)[:30])
                raise SchemaError(
                    f"No file has the column {theirs[:60]} that stands for {ours} (found: {shown})."
                )
        return tables


def _choose(tables: list[_OwnTable], report: LoadReport) -> tuple[_OwnTable, _OwnTable | None]:
    """The film table and the table of ratings."""
    films = [table for table in tables if table.is_films]
    if not films:
        shown = "; ".join(f"{t.path.name}: {', '.join(map(str, t.frame.columns[:12]))}" for t in tables[:5])
        raise SchemaError(
            f"No table has a film's title ({shown}).", hint="Say which column it is: --column title=<name>."
        )
    if len(films) > 1:
        names = " and ".join(table.path.name for table in films[:4])
        raise DatasetError(
            f"{names} all look like film tables.", hint="Give one of them, or leave one in the folder."
        )
    ratings = [table for table in tables if table.is_ratings]
    ratings = [table for table in ratings if "rating" in table.as_ratings] or ratings
    if len(ratings) > 1:
        names = " and ".join(table.path.name for table in ratings[:4])
        raise DatasetError(
            f"{names} all look like tables of ratings.", hint="Leave one of them in the folder."
        )
    used = [*films, *ratings]
    for table in tables:
        if table not in used:
            report.notes.append(f"{table.path.name} is neither films nor ratings and was not read.")
    for table, columns in [(films[0], films[0].as_films), *((t, t.as_ratings) for t in ratings)]:
        shown = ", ".join(f"{ours} = {theirs}" for ours, theirs in columns.items())
        rest = sorted(set(table.frame.columns) - set(columns.values()))
        unused = f"; not used: {', '.join(rest)[:300]}" if rest else ""
        report.notes.append(f"Columns of {table.path.name}: {shown}{unused}.")
    return films[0], ratings[0] if ratings else None


def _films(source: _OwnTable, report: LoadReport) -> pd.DataFrame:
    """The film table with our columns."""
    table = report.table(source.path.name, len(source.frame))
    columns = source.as_films
    id_column = next((columns[ours] for ours in ("item_id", "tmdb_id", "imdb_id") if ours in columns), "")
    films = pd.DataFrame(index=source.frame.index)
    films["title"] = source.frame[columns["title"]].map(as_text)
    films["item_id"] = source.frame[id_column].map(as_text) if id_column else films["title"]
    if not id_column:
        report.notes.append(f"{source.path.name} has no column with ids: a film's title is its id.")
    for ours in TEXT_COLUMNS[1:]:
        films[ours] = source.frame[columns[ours]].map(as_text) if ours in columns else ""
    for ours in LIST_COLUMNS:
        films[ours] = source.frame[columns[ours]].map(as_list) if ours in columns else [()] * len(films)
    for ours in NUMBER_COLUMNS:
        films[ours] = source.frame[columns[ours]].map(as_text) if ours in columns else ""
    films = keep_rows(films, films["item_id"] != "", table, "no id", show="title")
    films = clean_titles(films, table, show="item_id")
    films = keep_rows(
        films, ~films["item_id"].duplicated(), table, "the id stands on an earlier row", show="item_id"
    )
    table.kept = len(films)
    if films.empty:
        raise DatasetError(f"{source.path.name} holds no film.", hint="Check that the right file was chosen.")
    return _numbers(films.reset_index(drop=True), table, has_year="year" in columns)


def _numbers(films: pd.DataFrame, table: TableReport, *, has_year: bool) -> pd.DataFrame:
    """Years, runtimes and votes as numbers; years come from the titles where there is no column for them."""
    if has_year:
        films["year"] = [year_of(cell) for cell in films["year"]]
    else:
        parts = [split_title(title) for title in films["title"]]
        films["year"] = [year for _, year, _ in parts]
        films["title"] = [new or old for (new, _, _), old in zip(parts, films["title"], strict=True)]
        second = pd.Series([alternative for _, _, alternative in parts], index=films.index)
        films["original_title"] = films["original_title"].where(films["original_title"] != "", second)
    films["year"] = pd.array(films["year"].tolist(), dtype="Float64")
    films["runtime"] = positive_numbers(films["runtime"], whole=True)
    films["n_votes"] = positive_numbers(films["n_votes"], whole=True)
    films["vote_average"] = positive_numbers(films["vote_average"])
    count_missing(films, table, {"genres": "no genre", "overview": "no overview"})
    if films["year"].isna().any():
        table.warn(f"{films['year'].isna().sum()} films with no year.")
    return films


def _interactions(source: _OwnTable | None, films: pd.DataFrame, report: LoadReport) -> Interactions:
    """Ratings over the films; without a column of ratings every row is a bare "yes"."""
    if source is None:
        report.notes.append("There is no table of ratings: only what needs none can be used.")
        return Interactions.empty(len(films))
    columns = source.as_ratings
    frame = pd.DataFrame({ours: source.frame[columns[ours]].map(as_text) for ours in ("user", "item")})
    frame["rating"] = source.frame[columns["rating"]].map(as_text) if "rating" in columns else 1.0
    if "timestamp" in columns:
        frame["timestamp"] = as_seconds(source.frame[columns["timestamp"]])
    numbers = pd.to_numeric(frame["rating"], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    values = numbers[np.isfinite(numbers) & (numbers != 0)]
    is_explicit = bool(len(values)) and not np.all(values == 1)
    scale = infer_scale(values) if is_explicit else (0.0, 1.0)
    if is_explicit:
        report.notes.append(f"The ratings were taken to be on a scale of {scale[0]:g} to {scale[1]:g}.")
    else:
        report.notes.append("No rating differs from 1: every row counts as a plain yes.")
    index_of = pd.Series(np.arange(len(films)), index=pd.Index(films["item_id"], dtype=object))
    table = report.table(source.path.name)
    return build_interactions(
        frame, index_of, table, n_items=len(films), scale=scale, is_explicit=is_explicit
    )
