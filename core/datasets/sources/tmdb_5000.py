"""TMDB 5000: 4,803 films with their credits, in two CSV files with JSON cells."""

from pathlib import Path

import pandas as pd

from core.compute.cost import Size
from core.datasets.reading.tables import (
    clean_ids,
    clean_titles,
    count_missing,
    has_columns,
    join_by_id,
    list_column,
    parse_cells,
    read_table,
)
from core.datasets.sources.tmdb_cells import (
    cast_of,
    directors_of,
    json_records,
    names,
    numbers_and_dates,
    warn_doubled_titles,
)
from core.domain import Catalog, Dataset, Interactions, LoadReport
from core.domain.load_report import TableReport
from core.errors import DatasetError

_MOVIES, _CREDITS = "tmdb_5000_movies.csv", "tmdb_5000_credits.csv"
_LISTS = {"genres": "genres", "keywords": "keywords", "production_countries": "countries"}
_COLUMNS = (
    *("id", "title", "original_title", "overview", "tagline", "original_language", "release_date", "runtime"),
    *("vote_count", "vote_average", "budget", "revenue", *_LISTS),
)


class Tmdb5000:
    """The Kaggle set "TMDB 5000 Movie Dataset": no ratings by single people, so no interactions."""

    name = "tmdb-5000"
    label = "TMDB 5000"
    description = "4,803 films with overview, keywords, cast and directors; no ratings by single people."
    licence = "Data from TMDB: non-commercial use with attribution; not endorsed by TMDB."
    homepage = "https://www.kaggle.com/datasets/tmdb/tmdb-movie-metadata"
    url = ""
    version = 2
    place = 20
    bundled: Path | None = None
    has_ids: bool = True
    size: Size | None = Size(4_803)

    def recognises(self, folder: Path) -> bool:
        """Both files are there with their columns."""
        return has_columns(folder / _MOVIES, ("id", "title", "keywords")) and has_columns(
            folder / _CREDITS, ("movie_id", "cast", "crew")
        )

    def files(self, folder: Path) -> list[Path]:
        """Films and credits."""
        return [folder / _MOVIES, folder / _CREDITS]

    def load(self, folder: Path) -> Dataset:
        """Read films and join credits by id.

        Raises:
            DatasetError: A file is missing or broken, or no film is left.
        """
        report = LoadReport()
        films = read_table(folder / _MOVIES, _COLUMNS)
        table = report.table(_MOVIES, len(films))
        films = clean_titles(clean_ids(films, table, "id", show="title"), table, show="id")
        table.kept = len(films)
        if films.empty:
            raise DatasetError(f"{_MOVIES} in {folder} holds no film.", hint="Download it again.")
        warn_doubled_titles(films, table)
        films = numbers_and_dates(films, table)
        for column, ours in _LISTS.items():
            records = parse_cells(films[column], json_records, table, column)
            films[ours] = list_column([names(row) for row in records], films)
        count_missing(
            films, table, {"overview": "no overview", "genres": "no genre", "keywords": "no keyword"}
        )
        credits = read_table(folder / _CREDITS, ("movie_id", "title", "cast", "crew"))
        films = _with_credits(films, credits, report.table(_CREDITS, len(credits)))
        films = films.rename(columns={"id": "item_id", "original_language": "language"})
        catalog = Catalog.of(films.assign(tmdb_id=films["item_id"]))
        report.notes.append("Votes and mean rating are TMDB's own, on its scale of 0 to 10.")
        return Dataset(
            name=self.name,
            label=self.label,
            catalog=catalog,
            interactions=Interactions.empty(len(catalog)),
            licence=self.licence,
            source=self.homepage,
            report=report,
        )


def _with_credits(films: pd.DataFrame, credits: pd.DataFrame, table: TableReport) -> pd.DataFrame:
    """Add cast and directors, joined by id."""
    credits = join_by_id(films["id"], credits, table, id_column="movie_id", show="title")
    credits = credits.reindex(films["id"]).fillna("")
    cast = [cast_of(row) for row in parse_cells(credits["cast"], json_records, table, "cast")]
    directors = [directors_of(row) for row in parse_cells(credits["crew"], json_records, table, "crew")]
    films = films.assign(cast=list_column(cast, films), directors=list_column(directors, films))
    count_missing(films, table, {"cast": "no cast", "directors": "no director"})
    return films


SOURCES = (Tmdb5000(),)
