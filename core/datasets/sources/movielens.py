"""MovieLens in its three layouts: CSV (latest-small, 25M, 32M), 1M (`.dat` files) and 100K (`u.` files)."""

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from core.compute.cost import Size
from core.datasets.reading.ratings import build_interactions, read_ratings
from core.datasets.reading.tables import (
    clean_ids,
    clean_titles,
    has_columns,
    header_of,
    list_column,
    read_colons,
    read_table,
)
from core.datasets.reading.titles import split_title
from core.datasets.sources.movielens_details import add_links, add_tags
from core.domain import Catalog, Dataset, LoadReport
from core.domain.load_report import TableReport
from core.errors import DatasetError

_LICENCE = (
    "MovieLens data may be used for research with acknowledgement of GroupLens (Harper and Konstan, 2015, "
    "doi:10.1145/2827872), not for commercial purposes without permission{more}."
)
_RATINGS_CSV = ("userId", "movieId", "rating", "timestamp")
_FILES = "https://files.grouplens.org/datasets/movielens"


@dataclass(eq=False)
class _MovieLens:
    """What the three layouts share: `_read_films` gives columns item_id, raw_title and genres, as text."""

    name: str
    label: str
    description: str
    licence: str = _LICENCE.format(more="")
    homepage: str = "https://grouplens.org/datasets/movielens/"
    version: int = 1
    place: int = 10
    bundled: Path | None = None
    has_ids: bool = False
    size: Size | None = None
    url: str = field(init=False)
    scale: ClassVar[tuple[float, float]]

    def __post_init__(self) -> None:
        self.url = f"{_FILES}/{self.name}.zip"

    def _read_films(self, folder: Path) -> tuple[str, pd.DataFrame]:
        raise NotImplementedError

    def _read_ratings(self, folder: Path) -> tuple[str, pd.DataFrame]:
        raise NotImplementedError

    def _add_details(self, folder: Path, films: pd.DataFrame, report: LoadReport) -> pd.DataFrame:
        return films

    def load(self, folder: Path) -> Dataset:
        """Read films, ratings and what else the layout holds.

        Raises:
            DatasetError: A file is missing or broken, or no film is left.
        """
        report = LoadReport()
        file_name, films = self._read_films(folder)
        table = report.table(file_name, len(films))
        films = clean_ids(films, table, "item_id", show="raw_title")
        films = _with_titles(films, table)
        table.kept = len(films)
        if films.empty:
            raise DatasetError(f"{file_name} in {folder} holds no film.", hint="Download it again.")
        films = self._add_details(folder, films.reset_index(drop=True), report)
        file_name, frame = self._read_ratings(folder)
        table = report.table(file_name)
        index_of = pd.Series(films.index, index=films["item_id"].astype("int64"))
        interactions = build_interactions(frame, index_of, table, n_items=len(films), scale=self.scale)
        counts = interactions.item_counts()
        if (counts == 0).any():
            table.warn(f"{(counts == 0).sum()} films without any rating are kept in the catalogue.")
        films = films.assign(n_votes=counts, vote_average=interactions.item_means())
        report.notes.append("Votes and mean rating of a film are counted from the ratings kept.")
        return Dataset(
            name=self.name,
            label=self.label,
            catalog=Catalog.of(films),
            interactions=interactions,
            licence=self.licence,
            source=self.homepage,
            report=report,
        )


def _with_titles(films: pd.DataFrame, table: TableReport) -> pd.DataFrame:
    """Split raw titles into title, year and original title; note films without a year and doubled titles."""
    parts = [split_title(raw) for raw in films["raw_title"]]
    films = films.assign(
        title=[part[0] for part in parts],
        year=pd.array([part[1] for part in parts], dtype="Int64"),
        original_title=[part[2] for part in parts],
    )
    films = clean_titles(films, table, show="item_id")
    if films["year"].isna().any():
        table.warn(f"{films['year'].isna().sum()} films without a year.")
    twice = films.duplicated(["title", "year"], keep=False)
    if twice.any():
        groups = films.loc[twice, ["title", "year"]].drop_duplicates()
        table.warn(f"{len(groups)} titles with the same year belong to two or more ids; each stays a film.")
    bare = sum(not genres for genres in films["genres"])
    if bare:
        table.warn(f"{bare} films without a genre.")
    return films


def _genres(cells: pd.Series) -> list[tuple[str, ...]]:
    return [() if cell.startswith("(no genres") else tuple(filter(None, cell.split("|"))) for cell in cells]


@dataclass(eq=False)
class MovieLensCsv(_MovieLens):
    """The layout since 2015: movies.csv, ratings.csv, and, where present, links.csv and tags.csv."""

    has_ids: bool = True
    scale: ClassVar[tuple[float, float]] = (0.5, 5.0)

    def recognises(self, folder: Path) -> bool:
        """The two tables are there, and neither README nor folder name says that it is another MovieLens."""
        is_layout = has_columns(folder / "movies.csv", ("movieId", "title", "genres")) and has_columns(
            folder / "ratings.csv", _RATINGS_CSV
        )
        return is_layout and _stated_name(folder) in ("", self.name)

    def files(self, folder: Path) -> list[Path]:
        """The two tables, and links and tags where they are."""
        names = ("movies.csv", "ratings.csv", "links.csv", "tags.csv")
        return [folder / name for name in names if (folder / name).is_file() or name in names[:2]]

    def _read_films(self, folder: Path) -> tuple[str, pd.DataFrame]:
        films = read_table(folder / "movies.csv", ("movieId", "title", "genres"))
        films = films.rename(columns={"movieId": "item_id", "title": "raw_title"})
        return "movies.csv", films.assign(genres=list_column(_genres(films["genres"]), films))

    def _read_ratings(self, folder: Path) -> tuple[str, pd.DataFrame]:
        return "ratings.csv", read_ratings(folder / "ratings.csv", _RATINGS_CSV)

    def _add_details(self, folder: Path, films: pd.DataFrame, report: LoadReport) -> pd.DataFrame:
        for name, add in {"links.csv": add_links, "tags.csv": add_tags}.items():
            if (folder / name).is_file():
                films = add(folder / name, films, report.table(name))
            else:
                report.notes.append(f"{name} is not there: the films go without what it holds.")
        return films


def _stated_name(folder: Path) -> str:
    """The dataset that a README names ("This dataset (ml-25m) …"), else the folder's name if it is one."""
    try:
        text = (folder / "README.txt").read_text("utf-8", errors="replace")[:4000]
    except OSError:
        text = ""
    match = re.search(r"dataset \((ml-[\w-]+)\)", text) or re.fullmatch(r"(ml-[\w-]+)", folder.name)
    return match[1] if match else ""


@dataclass(eq=False)
class MovieLens1M(_MovieLens):
    """MovieLens 1M: latin-1 text with "::" between cells and no header."""

    scale: ClassVar[tuple[float, float]] = (1.0, 5.0)

    def recognises(self, folder: Path) -> bool:
        """Both `.dat` files are there with "::" in the first line."""
        heads = [header_of(folder / name, encoding="latin-1") for name in ("movies.dat", "ratings.dat")]
        return all(head and "::" in head[0] for head in heads)

    def files(self, folder: Path) -> list[Path]:
        """Films and ratings; `users.dat` (age, sex, occupation) is not read."""
        return [folder / "movies.dat", folder / "ratings.dat"]

    def _read_films(self, folder: Path) -> tuple[str, pd.DataFrame]:
        films = read_colons(folder / "movies.dat", ("item_id", "raw_title", "genres"), encoding="latin-1")
        return "movies.dat", films.assign(genres=list_column(_genres(films["genres"]), films))

    def _read_ratings(self, folder: Path) -> tuple[str, pd.DataFrame]:
        # Split at single colons (the fast parser knows no longer separator): every second cell is empty.
        columns = ("user", "item", "rating", "timestamp")
        options = {"separator": ":", "encoding": "latin-1", "header": None}
        names = ["user", "_1", "item", "_2", "rating", "_3", "timestamp"]
        return "ratings.dat", read_ratings(folder / "ratings.dat", columns, names=names, **options)


@dataclass(eq=False)
class MovieLens100K(_MovieLens):
    """MovieLens 100K: `u.item` in latin-1 with pipes and one flag a genre, `u.data` with tabs."""

    scale: ClassVar[tuple[float, float]] = (1.0, 5.0)

    def recognises(self, folder: Path) -> bool:
        """The three files are there and a film's line has its pipes."""
        head = header_of(folder / "u.item", separator="|", encoding="latin-1")
        return len(head) >= 6 and (folder / "u.data").is_file() and (folder / "u.genre").is_file()

    def files(self, folder: Path) -> list[Path]:
        """Films, genre names and ratings; the ready-made folds are not read."""
        return [folder / "u.item", folder / "u.genre", folder / "u.data"]

    def _read_films(self, folder: Path) -> tuple[str, pd.DataFrame]:
        plain: dict[str, Any] = {
            "separator": "|",
            "encoding": "latin-1",
            "header": None,
            "quoting": csv.QUOTE_NONE,
        }
        genres = read_table(folder / "u.genre", names=["name", "column"], **plain)
        flags = list(genres["name"])
        names = ["item_id", "raw_title", "date", "video_date", "link", *flags]
        films = read_table(folder / "u.item", names=names, **plain)
        chosen = films[flags].fillna("").to_numpy(object) == "1"
        shown = np.array(flags, object)
        lists = [tuple(genre for genre in shown[row] if genre != "unknown") for row in chosen]
        return "u.item", films[["item_id", "raw_title"]].fillna("").assign(genres=list_column(lists, films))

    def _read_ratings(self, folder: Path) -> tuple[str, pd.DataFrame]:
        columns = ("user", "item", "rating", "timestamp")
        return "u.data", read_ratings(
            folder / "u.data", columns, names=list(columns), separator="\t", header=None, encoding="latin-1"
        )


SOURCES = (
    MovieLensCsv(
        "ml-latest-small",
        "MovieLens latest-small",
        "9,742 films and 100,836 ratings by 610 people (2018), with tags and links to IMDb and TMDB.",
        _LICENCE.format(more="; it may be passed on under the same terms"),
        "https://grouplens.org/datasets/movielens/latest/",
        size=Size(9_742, 610, 100_836),
    ),
    MovieLensCsv(
        "ml-25m",
        "MovieLens 25M",
        "62,423 films and 25,000,095 ratings by 162,541 people (2019), with tags and links.",
        homepage="https://grouplens.org/datasets/movielens/25m/",
        size=Size(62_423, 162_541, 25_000_095),
    ),
    MovieLensCsv(
        "ml-32m",
        "MovieLens 32M",
        "87,585 films and 32,000,204 ratings by 200,948 people (2023), with tags and links.",
        homepage="https://grouplens.org/datasets/movielens/32m/",
        size=Size(87_585, 200_948, 32_000_204),
    ),
    MovieLens1M(
        "ml-1m",
        "MovieLens 1M",
        "3,883 films and 1,000,209 ratings by 6,040 people (2000).",
        homepage="https://grouplens.org/datasets/movielens/1m/",
        size=Size(3_883, 6_040, 1_000_209),
    ),
    MovieLens100K(
        "ml-100k",
        "MovieLens 100K",
        "1,682 films and 100,000 ratings by 943 people (1998).",
        homepage="https://grouplens.org/datasets/movielens/100k/",
        size=Size(1_682, 943, 100_000),
    ),
)
"""One source a name; the class is the layout."""
