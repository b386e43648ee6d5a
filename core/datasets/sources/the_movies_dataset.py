"""The Movies Dataset (Kaggle): TMDB's metadata of 45,000 films, joined to MovieLens ratings through links."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.compute.cost import Size
from core.datasets.reading.ratings import build_interactions, read_ratings
from core.datasets.reading.tables import (
    clean_ids,
    clean_titles,
    count_missing,
    has_columns,
    join_by_id,
    keep_rows,
    list_column,
    parse_cells,
    read_table,
)
from core.datasets.sources.tmdb_cells import (
    cast_of,
    directors_of,
    literal_records,
    names,
    numbers_and_dates,
    warn_doubled_titles,
)
from core.domain import Catalog, Dataset, Interactions, LoadReport
from core.errors import DatasetError

_FILMS = "movies_metadata.csv"
_RATINGS = ("ratings_small.csv", "ratings.csv")
_LINKS = ("links.csv", "links_small.csv")
_LISTS = {"genres": "genres", "production_countries": "countries"}
_COLUMNS = (
    *("id", "title", "original_title", "overview", "tagline"),
    *("original_language", "release_date", "runtime", "imdb_id"),
    *("poster_path", "vote_count", "vote_average", "budget", "revenue", *_LISTS),
)
_POSTERS = "https://image.tmdb.org/t/p/w342"


@dataclass(eq=False)
class TheMoviesDataset:
    """The Kaggle set "The Movies Dataset".

    Args:
        ratings: "ratings_small.csv" or "ratings.csv" to insist on one of them; "" takes the small file where
            both are there, and the report says so.
    """

    ratings: str = ""
    name: str = "the-movies-dataset"
    label: str = "The Movies Dataset"
    description: str = (
        "45,466 films of TMDB with overview, keywords and posters, and MovieLens ratings for them."
    )
    licence: str = "Data from TMDB (non-commercial use with attribution) and from GroupLens (research)."
    homepage: str = "https://www.kaggle.com/datasets/rounakbanik/the-movies-dataset"
    url: str = ""
    version: int = 2
    place: int = 30
    bundled: Path | None = None
    has_ids: bool = True
    size: Size | None = None

    def recognises(self, folder: Path) -> bool:
        """The film table is there with TMDB's columns."""
        return has_columns(folder / _FILMS, ("id", "imdb_id", "belongs_to_collection", "genres"))

    def files(self, folder: Path) -> list[Path]:
        """The film table, and of the others those that a load reads."""
        found = [_FILMS, "keywords.csv", "credits.csv", "posters_by_tmdb_id.csv"]
        found += [name for name in (self._links(folder), self._ratings(folder)) if name]
        return [folder / name for name in found if (folder / name).is_file() or name == _FILMS]

    def load(self, folder: Path) -> Dataset:
        """Read films, what is known about them, and ratings.

        Raises:
            DatasetError: The film table is missing or broken, or no film is left.
        """
        report = LoadReport()
        films = self._read_films(folder, report)
        films = _add_lists(folder, films, report)
        films = _add_posters(folder, films, report)
        interactions = self._read_ratings(folder, films, report)
        films = films.rename(columns={"id": "item_id", "original_language": "language"})
        report.notes.append("Votes and mean rating are TMDB's own, on its scale of 0 to 10.")
        return Dataset(
            name=self.name,
            label=self.label,
            catalog=Catalog.of(films.assign(tmdb_id=films["item_id"])),
            interactions=interactions,
            licence=self.licence,
            source=self.homepage,
            report=report,
        )

    def _read_films(self, folder: Path, report: LoadReport) -> pd.DataFrame:
        films = read_table(folder / _FILMS, _COLUMNS)
        table = report.table(_FILMS, len(films))
        is_shifted = films["id"].str.match(r"\s*\d{4}-\d\d-\d\d")
        films = keep_rows(
            films,
            ~is_shifted,
            table,
            "the row is shifted: a date stands where the id belongs",
            show=["id", "overview"],
        )
        films = clean_titles(clean_ids(films, table, "id", show="title"), table, show="id")
        table.kept = len(films)
        if films.empty:
            raise DatasetError(f"{_FILMS} in {folder} holds no film.", hint="Download it again.")
        warn_doubled_titles(films, table)
        films = numbers_and_dates(films, table)
        imdb = films["imdb_id"].str.strip()
        films["imdb_id"] = imdb.where(imdb.str.fullmatch(r"tt\d{7,}"), "")
        for column, ours in _LISTS.items():
            records = parse_cells(films[column], literal_records, table, column)
            films[ours] = list_column([names(row) for row in records], films)
        films["overview"] = films["overview"].replace({"No overview found.": "", "No Overview": ""})
        count_missing(films, table, {"overview": "no overview", "genres": "no genre"})
        return films.reset_index(drop=True)

    def _ratings(self, folder: Path) -> str:
        wanted = (self.ratings,) if self.ratings else _RATINGS
        return next((name for name in wanted if (folder / name).is_file()), "")

    def _links(self, folder: Path) -> str:
        return next((name for name in _LINKS if (folder / name).is_file()), "")

    def _read_ratings(self, folder: Path, films: pd.DataFrame, report: LoadReport) -> Interactions:
        """Ratings of MovieLens films, brought to TMDB ids through links."""
        name, links_name = self._ratings(folder), self._links(folder)
        if self.ratings and not name:
            raise DatasetError(
                f"There is no {self.ratings} in {folder}.", hint="Ask for another file of ratings."
            )
        if not name or not links_name:
            missing = "file of ratings" if not name else "links.csv, which joins ratings to films"
            report.notes.append(f"There is no {missing}: the dataset has no ratings.")
            return Interactions.empty(len(films))
        if not self.ratings and all((folder / other).is_file() for other in _RATINGS):
            report.notes.append(f"Both {' and '.join(_RATINGS)} are there: {name} was read.")
        links = read_table(folder / links_name, ("movieId", "imdbId", "tmdbId"))
        table = report.table(links_name, len(links))
        links = clean_ids(links, table, "movieId", show="tmdbId")
        tmdb = links["tmdbId"].str.strip().str.replace(r"\.0+$", "", regex=True)
        is_id = tmdb.str.fullmatch(r"\d+")
        links = keep_rows(links.assign(tmdbId=tmdb), is_id, table, "no TMDB id", show=["movieId", "imdbId"])
        is_known = links["tmdbId"].isin(films["id"])
        shown = ["movieId", "tmdbId"]
        links = keep_rows(links, is_known, table, f"the film is not in {_FILMS}", show=shown)
        table.kept = len(links)
        index = pd.Index(films["id"]).get_indexer(links["tmdbId"])
        index_of = pd.Series(index, index=links["movieId"].astype("int64"))
        frame = read_ratings(folder / name, ("userId", "movieId", "rating", "timestamp"))
        return build_interactions(frame, index_of, report.table(name), n_items=len(films), scale=(0.5, 5.0))


def _add_lists(folder: Path, films: pd.DataFrame, report: LoadReport) -> pd.DataFrame:
    """Keywords, and cast and directors where `credits.csv` is there."""
    files = {
        "keywords.csv": {"keywords": ("keywords", names)},
        "credits.csv": {"cast": ("cast", cast_of), "crew": ("directors", directors_of)},
    }
    for name, columns in files.items():
        if not (folder / name).is_file():
            report.notes.append(f"{name} is not there: the films go without what it holds.")
            continue
        frame = read_table(folder / name, ("id", *columns))
        table = report.table(name, len(frame))
        frame = join_by_id(films["id"], frame, table, id_column="id", show=next(iter(columns)))
        frame = frame.reindex(films["id"]).fillna("")
        for column, (ours, read) in columns.items():
            cells = parse_cells(frame[column], literal_records, table, column)
            films = films.assign(**{ours: list_column([read(row) for row in cells], films)})
            count_missing(films, table, {ours: f"no {column}"})
    return films


def _add_posters(folder: Path, films: pd.DataFrame, report: LoadReport) -> pd.DataFrame:
    """Posters from TMDB's paths, or from `posters_by_tmdb_id.csv` where that file knows one."""
    paths = films["poster_path"].str.strip()
    posters = paths.where(~paths.str.startswith("/"), _POSTERS + paths)
    posters = posters.where(posters.str.startswith("https://"), "")
    path = folder / "posters_by_tmdb_id.csv"
    if path.is_file():
        known = read_table(path, ("id", "poster"))
        table = report.table(path.name, len(known))
        is_there = known["poster"].str.strip().str.startswith("https://")
        known = keep_rows(known, is_there, table, "no address of a poster", show="id")
        known = join_by_id(films["id"], known, table, id_column="id", show="poster")
        found = known["poster"].reindex(films["id"]).str.strip().fillna("").to_numpy(object)
        posters = pd.Series(found, index=films.index).where(found != "", posters)
    return films.assign(poster_url=posters)


SOURCES = (TheMoviesDataset(),)
