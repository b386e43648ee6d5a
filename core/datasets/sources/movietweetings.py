"""MovieTweetings: ratings from tweets, of films with IMDb's ids, in files with two colons between cells."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.compute.cost import Size
from core.datasets.reading.ratings import build_interactions
from core.datasets.reading.tables import clean_titles, count_missing, keep_rows, list_column, read_colons
from core.datasets.reading.titles import split_title
from core.domain import Catalog, Dataset, LoadReport
from core.errors import DatasetError

_FILMS, _RATINGS = "movies.dat", "ratings.dat"
SCALE = (0.0, 10.0)


class MovieTweetings:
    """`movies.dat` and `ratings.dat`; a film's id is the number of its IMDb id, seven digits wide with zeros in front."""

    name = "movietweetings"
    label = "MovieTweetings"
    description = (
        "Films rated on a scale of 0 to 10 in public tweets, with IMDb's ids; bring its files by hand."
    )
    licence = "Its terms stand on its page."
    homepage = "https://github.com/sidooms/MovieTweetings"
    url = ""
    version = 1
    place = 25
    bundled: Path | None = None
    has_ids: bool = True
    size: Size | None = None

    def recognises(self, folder: Path) -> bool:
        """Both files are there, and the first film has an id of IMDb's width."""
        first = [_first_row(folder / name) for name in (_FILMS, _RATINGS)]
        return [len(row) for row in first] == [3, 4] and all(
            len(cell) >= 7 and cell.isdigit() for cell in (first[0][0], first[1][1])
        )

    def files(self, folder: Path) -> list[Path]:
        """Films and ratings; `users.dat` holds accounts, and is not read."""
        return [folder / _FILMS, folder / _RATINGS]

    def load(self, folder: Path) -> Dataset:
        """Read films and ratings.

        Raises:
            DatasetError: A file is missing or broken, or no film is left.
        """
        report = LoadReport()
        films = read_colons(folder / _FILMS, ("item_id", "raw_title", "genres"), encoding="utf-8-sig")
        table = report.table(_FILMS, len(films))
        is_id = films["item_id"].str.fullmatch(r"\d{1,10}")
        films = keep_rows(films, is_id, table, "the id is not a number", show=["item_id", "raw_title"])
        is_new = ~films["item_id"].duplicated()
        films = keep_rows(
            films, is_new, table, "the id stands on an earlier row", show=["item_id", "raw_title"]
        )
        parts = [split_title(raw) for raw in films["raw_title"]]
        films = films.assign(
            title=[title for title, _, _ in parts],
            year=pd.array([year for _, year, _ in parts], dtype="Int64"),
            original_title=[second for _, _, second in parts],
            imdb_id="tt" + films["item_id"].str.zfill(7),
            genres=list_column([tuple(filter(None, cell.split("|"))) for cell in films["genres"]], films),
        )
        films = clean_titles(films, table, show="item_id").reset_index(drop=True)
        table.kept = len(films)
        if films.empty:
            raise DatasetError(f"{_FILMS} in {folder} holds no film.", hint="Download it again.")
        count_missing(films, table, {"genres": "no genre"})
        frame = read_colons(folder / _RATINGS, ("user", "item", "rating", "timestamp"), encoding="utf-8-sig")
        index_of = pd.Series(np.arange(len(films)), index=pd.Index(films["item_id"], dtype=object))
        ratings = build_interactions(frame, index_of, report.table(_RATINGS), n_items=len(films), scale=SCALE)
        films = films.assign(n_votes=ratings.item_counts(), vote_average=ratings.item_means())
        report.notes.append("Votes and mean rating of a film are counted from the ratings kept.")
        return Dataset(
            name=self.name,
            label=self.label,
            catalog=Catalog.of(films),
            interactions=ratings,
            licence=self.licence,
            source=self.homepage,
            report=report,
        )


def _first_row(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            return stream.readline(1 << 16).strip("\r\n").split("::")
    except OSError:
        return []


SOURCES = (MovieTweetings(),)
