"""A person's own films, and their ratings where there are any, from files of many shapes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.compute.cost import Size
from core.datasets.own.columns import check_mapping
from core.datasets.own.films import OwnTable, films_in_ratings, films_of, interactions_of
from core.datasets.own.gathering import MAYBE_TABLES, TABLES, Found, gathered, listed
from core.datasets.own.layouts import layout_of, load_layout
from core.datasets.own.people import is_of_ratings, load_people, personal_format
from core.datasets.own.table_files import read_file
from core.datasets.sources.movielens import SOURCES as MOVIELENS
from core.datasets.sources.movietweetings import SOURCES as MOVIETWEETINGS
from core.datasets.sources.the_movies_dataset import SOURCES as THE_MOVIES_DATASET
from core.datasets.sources.tmdb_5000 import SOURCES as TMDB_5000
from core.domain import Catalog, Dataset, Interactions, LoadReport
from core.errors import DatasetError, SchemaError

_PUBLISHED = {one.name: one for one in (*MOVIELENS, *MOVIETWEETINGS, *TMDB_5000, *THE_MOVIES_DATASET)}
"""Datasets whose layout is known, so that it is read under any name."""


class OwnFiles:
    """Films of one's own, in this order of what is looked for among the files.

    The layout of a published dataset, whatever its files are called; what a site lets a person take away, whose
    ratings then are one user's; else a table of films and at most one of ratings.

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
        self.version = 3
        self.place = 100
        self.bundled: Path | None = None
        self.has_ids = True
        self.size: Size | None = None
        self._columns = dict(columns or {})

    def recognises(self, folder: Path) -> bool:
        """Whether there is any table to read."""
        return bool(self.files(folder))

    def files(self, folder: Path) -> list[Path]:
        """All files that may be tables, and archives, in a fixed order."""
        return listed(folder)

    def load(self, folder: Path) -> Dataset:
        """Read the films, and the ratings where there are any.

        Raises:
            SchemaError: No table has a title, or a mapped column is not there.
            DatasetError: Nothing to read, a broken file, several film tables, or no film left.
        """
        paths = self.files(folder)
        if not paths:
            what = "is not there" if not folder.exists() else "holds no table that can be read"
            kinds = ", ".join(sorted(TABLES | MAYBE_TABLES))
            raise DatasetError(
                f"{folder.name} {what}.", hint=f"Give a file, or a folder or zip with {kinds} files."
            )
        report = LoadReport()
        with gathered(paths, folder) as found:
            report.notes += found.notes
            return self._loaded(found.files, report)

    def _loaded(self, files: Sequence[Found], report: LoadReport) -> Dataset:
        if not files:
            raise DatasetError("The archive holds no table that can be read.", hint="Look at what is in it.")
        source = f"Your files: {', '.join(found.name for found in files[:20])}"
        if not self._columns:
            if layout := layout_of(files):
                dataset = load_layout(layout, _PUBLISHED[layout.source], self.name)
                _note_rest(files, layout.files.values(), dataset.report)
                dataset.report.notes += report.notes
                return replace(dataset, source=source, licence=self.licence)
            forms = [(found, form) for found in files if (form := personal_format(found))]
            if forms and not any(map(is_of_ratings, files)):
                films, interactions = load_people(forms, report)
                _note_rest(files, [found for found, _ in forms], report)
                return self._dataset(films, interactions, source, report)
        tables = self._tables(files, report)
        film_table, rating_table = _choose(tables, report)
        films = films_of(film_table, report) if film_table else films_in_ratings(rating_table, report)
        interactions = interactions_of(rating_table, films, report)
        return self._dataset(films, interactions, source, report)

    def _tables(self, files: Sequence[Found], report: LoadReport) -> list[OwnTable]:
        """The tables that lie highest, and of those below as many levels as it takes to find films."""
        tables: list[OwnTable] = []
        for level in sorted({found.level for found in files}):
            for found in files:
                if found.level == level and (table := self._read(found, report, is_alone=len(files) == 1)):
                    tables.append(table)
            if any(table.is_films or table.names_films for table in tables):
                below = [found for found in files if found.level > level]
                _note_rest(below, (), report)
                break
        everything = {name for table in tables for name in table.frame.columns}
        for ours, theirs in self._columns.items():
            if theirs not in everything:
                shown = ", ".join(sorted(everything)[:30])
                raise SchemaError(
                    f"No file has the column {theirs[:60]} that stands for {ours} (found: {shown})."
                )
        return tables

    def _read(self, found: Found, report: LoadReport, *, is_alone: bool) -> OwnTable | None:
        try:
            raw = read_file(found.path, found.name)
        except DatasetError as error:
            if is_alone or found.is_surely_a_table:
                raise
            report.notes.append(f"{found.name} was not read: {error.message}")
            return None
        return OwnTable.of(found.name, raw.frame, self._columns, raw.notes)

    def _dataset(
        self, films: pd.DataFrame, interactions: Interactions, source: str, report: LoadReport
    ) -> Dataset:
        if len(interactions) and films["n_votes"].isna().all():
            films, what = films.assign(n_votes=interactions.item_counts()), "Votes"
            if films["vote_average"].isna().all():
                films, what = films.assign(vote_average=interactions.item_means()), "Votes and mean rating"
            report.notes.append(f"{what} of a film are counted from the ratings kept.")
        return Dataset(
            name=self.name,
            label=self.label,
            catalog=Catalog.of(films),
            interactions=interactions,
            licence=self.licence,
            source=source,
            report=report,
        )


def _note_rest(files: Sequence[Found], used: Iterable[Found], report: LoadReport) -> None:
    """Name the files that are not read."""
    left = [found.name for found in files if found not in used]
    if left:
        shown = ", ".join(left[:20])
        more = f" and {len(left) - 20} more" if len(left) > 20 else ""
        report.notes.append(f"Not read: {shown}{more}.")


def _choose(tables: Sequence[OwnTable], report: LoadReport) -> tuple[OwnTable | None, OwnTable | None]:
    """The film table and the table of ratings; one of them at least."""
    films = [table for table in tables if table.is_films]
    ratings = [table for table in tables if table.is_ratings]
    ratings = [table for table in ratings if "rating" in table.as_ratings] or ratings
    if len(films) > 1:
        names = " and ".join(table.name for table in films[:4])
        raise DatasetError(
            f"{names} all look like film tables.", hint="Give one of them, or leave one in the folder."
        )
    if len(ratings) > 1:
        names = " and ".join(table.name for table in ratings[:4])
        raise DatasetError(
            f"{names} all look like tables of ratings.", hint="Leave one of them in the folder."
        )
    if not films and not (ratings and ratings[0].names_films):
        shown = "; ".join(f"{t.name}: {', '.join(map(str, t.frame.columns[:12]))}" for t in tables[:5])
        raise SchemaError(
            f"No table has a film's title ({shown[:600]}).",
            hint="Say which column it is: --column title=<name>, or in the form of the Data page.",
        )
    used = [*films, *ratings]
    for table in tables:
        if table in used:
            report.notes += table.notes
            columns = table.as_ratings if table in ratings else table.as_films
            report.notes.append(table.columns_in_words(columns))
        else:
            report.notes.append(f"{table.name} is neither films nor ratings and was not read.")
    return films[0] if films else None, ratings[0] if ratings else None
