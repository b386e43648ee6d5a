"""From a person's own tables to films and ratings, with every row that is left out counted."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.datasets.own.by_position import FLAG
from core.datasets.own.cells import as_list, as_seconds, infer_scale, texts, with_numbers
from core.datasets.own.columns import is_title, match_columns, numbered_columns
from core.datasets.reading.limits import MOST_FILMS, check_rows
from core.datasets.reading.ratings import build_interactions
from core.datasets.reading.tables import clean_titles, count_missing, keep_rows, year_of
from core.datasets.reading.titles import split_title
from core.domain import Interactions, LoadReport
from core.domain.catalog import LIST_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS, item_labels
from core.domain.load_report import TableReport
from core.errors import DatasetError

_OF_PARTS = ("cast", "genres")
"""Lists that may stand in several columns."""


@dataclass(frozen=True, eq=False)
class OwnTable:
    """A table read, with what its columns would be in a film table and in one of ratings (ours -> theirs)."""

    name: str
    frame: pd.DataFrame
    as_films: dict[str, str]
    as_ratings: dict[str, str]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, name: str, frame: pd.DataFrame, columns: Mapping[str, str], notes: tuple[str, ...]
    ) -> "OwnTable":
        """Recognise the columns; `columns` are those said by hand."""
        found = list(frame.columns)
        as_films = match_columns(found, columns, is_ratings=False)
        return cls(name, frame, as_films, match_columns(found, columns, is_ratings=True), notes)

    @property
    def is_ratings(self) -> bool:
        """Whether it says who and which film."""
        return "user" in self.as_ratings and "item" in self.as_ratings

    @property
    def is_films(self) -> bool:
        """Whether it has titles, and nobody who rated them."""
        return "title" in self.as_films and not self.is_ratings

    @property
    def names_films(self) -> bool:
        """Whether it is of ratings whose films are titles, so that it needs no table of films."""
        return self.is_ratings and is_title(self.as_ratings["item"])

    def parts(self, ours: str) -> list[str]:
        """Columns that hold one part each of a list: Star1, Star2, or flags that say yes or no."""
        if ours in self.as_films or ours not in _OF_PARTS:
            return []
        flags = [name for name in self.frame.columns if name.startswith(FLAG)] if ours == "genres" else []
        return flags or numbered_columns(list(self.frame.columns), ours)

    def columns_in_words(self, columns: Mapping[str, str]) -> str:
        """Which of its columns is which of ours, and which are not used."""
        parts = {} if columns is self.as_ratings else {ours: self.parts(ours) for ours in _OF_PARTS}
        shown = [f"{ours} = {theirs}" for ours, theirs in columns.items()]
        shown += [f"{ours} = {', '.join(names)[:120]}" for ours, names in parts.items() if names]
        used = {*columns.values(), *(name for names in parts.values() for name in names)}
        rest = sorted(set(self.frame.columns) - used)
        unused = f"; not used: {', '.join(rest)[:300]}" if rest else ""
        return f"Columns of {self.name}: {', '.join(shown)}{unused}."


def films_of(source: OwnTable, report: LoadReport) -> pd.DataFrame:
    """The film table with our columns.

    Without a column of ids, title and year tell films apart.

    Raises:
        DatasetError: No film is left, or there are too many.
    """
    check_rows(source.name, len(source.frame), MOST_FILMS)
    table = report.table(source.name, len(source.frame))
    columns = source.as_films
    id_column = next((columns[ours] for ours in ("item_id", "tmdb_id", "imdb_id") if ours in columns), "")
    films = pd.DataFrame(index=source.frame.index)
    films["title"] = texts(source.frame[columns["title"]])
    films["item_id"] = texts(source.frame[id_column]) if id_column else films["title"]
    for ours in (*TEXT_COLUMNS[1:], *NUMBER_COLUMNS):
        films[ours] = texts(source.frame[columns[ours]]) if ours in columns else ""
    for ours in LIST_COLUMNS:
        films[ours] = _lists(source, ours)
    films = keep_rows(films, films["item_id"] != "", table, "no id", show="title")
    films = clean_titles(films, table, show="item_id")
    films = _with_years(films, has_year="year" in columns)
    if not id_column:
        films["item_id"] = item_labels(films)
        report.notes.append(f"{source.name} has no column with ids: a film's title and year are its id.")
    is_new = ~films["item_id"].duplicated()
    films = keep_rows(films, is_new, table, "the id stands on an earlier row", show="item_id")
    table.kept = len(films)
    if films.empty:
        raise DatasetError(f"{source.name} holds no film.", hint="Check that the right file was chosen.")
    return _numbers(films.reset_index(drop=True), table)


def films_in_ratings(source: OwnTable | None, report: LoadReport) -> pd.DataFrame:
    """The films that a table of ratings names by their titles."""
    assert source is not None, "there are films or ratings"
    titles = texts(source.frame[source.as_ratings["item"]])
    titles = titles[titles != ""].drop_duplicates()
    report.notes.append(f"There is no table of films: they are the {len(titles):,} titles that are rated.")
    frame = pd.DataFrame({"title": titles.to_numpy(object)})
    return films_of(OwnTable.of(f"{source.name} (titles)", frame, {}, ()), report)


def _lists(source: OwnTable, ours: str) -> pd.Series:
    """A column of lists: one of theirs, or several that hold a part each."""
    if ours in source.as_films:
        return source.frame[source.as_films[ours]].map(as_list)
    parts = source.parts(ours)
    cells = [texts(source.frame[name]).tolist() for name in parts]
    if parts and parts[0].startswith(FLAG):
        genres = [name.removeprefix(FLAG) for name in parts]
        cells = [
            [genre if cell == "1" and genre != "unknown" else "" for cell in column]
            for genre, column in zip(genres, cells, strict=True)
        ]
    rows = zip(*cells, strict=True) if parts else [()] * len(source.frame)
    return pd.Series([tuple(filter(None, row)) for row in rows], index=source.frame.index, dtype=object)


def _with_years(films: pd.DataFrame, *, has_year: bool) -> pd.DataFrame:
    """Years as numbers; they come from the titles where there is no column for them."""
    if has_year:
        return films.assign(year=pd.array([year_of(cell) for cell in films["year"]], dtype="Float64"))
    parts = [split_title(title) for title in films["title"]]
    second = pd.Series([alternative for _, _, alternative in parts], index=films.index, dtype=object)
    return films.assign(
        year=pd.array([year for _, year, _ in parts], dtype="Float64"),
        title=[new or old for (new, _, _), old in zip(parts, films["title"], strict=True)],
        original_title=films["original_title"].where(films["original_title"] != "", second),
    )


def _numbers(films: pd.DataFrame, table: TableReport) -> pd.DataFrame:
    """Runtimes and votes as numbers; what films lack is counted."""
    films = with_numbers(films)
    count_missing(films, table, {"genres": "no genre", "overview": "no overview"})
    if films["year"].isna().any():
        table.warn(f"{films['year'].isna().sum()} films with no year.")
    return films


def interactions_of(source: OwnTable | None, films: pd.DataFrame, report: LoadReport) -> Interactions:
    """Ratings over the films; without a column of ratings every row is a bare "yes"."""
    if source is None:
        report.notes.append("There is no table of ratings: only what needs none can be used.")
        return Interactions.empty(len(films))
    columns = source.as_ratings
    frame = pd.DataFrame({ours: texts(source.frame[columns[ours]]) for ours in ("user", "item")})
    frame["rating"] = texts(source.frame[columns["rating"]]) if "rating" in columns else 1.0
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
    table = report.table(source.name)
    index_of = _index_of(frame["item"], films, table)
    return build_interactions(
        frame, index_of, table, n_items=len(films), scale=scale, is_explicit=is_explicit
    )


def _index_of(items: pd.Series, films: pd.DataFrame, table: TableReport) -> pd.Series:
    """item_index by what the ratings call a film: its id, or a title that one film alone has."""
    place = np.arange(len(films))
    by_id = pd.Series(place, index=pd.Index(films["item_id"], dtype=object))
    called = pd.DataFrame(
        {"name": [*item_labels(films), *films["title"]], "place": [*place, *place]}
    ).drop_duplicates()
    called["place"] = called["place"].where(~called["name"].duplicated(keep=False), -1)
    called = called.drop_duplicates("name")
    names = pd.Series(called["place"].to_numpy(), index=pd.Index(called["name"], dtype=object))
    rated = items.drop_duplicates()
    if rated.isin(by_id.index).all():
        return by_id
    if several := int(rated.isin(names.index[names < 0]).sum()):
        table.warn(f"{several} titles that are rated belong to several films: write them as Title (Year).")
    names = names[names >= 0]
    if not rated.isin(names.index).any():
        return by_id
    return pd.Series(pd.concat([by_id, names[~names.index.isin(by_id.index)]]))
