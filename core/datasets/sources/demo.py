"""The demo: a thousand films described in our own words, and an invented audience; it ships with the app."""

import json
from dataclasses import replace
from pathlib import Path

from core.datasets.sources.own_files import OwnFiles
from core.domain import Dataset

FOLDER = Path(__file__).resolve().parents[3] / "data" / "demo"
"""Where the demo's files are."""
KEYS = (
    *("id", "title", "original_title", "year", "genres", "directors", "cast", "keywords", "language"),
    *("countries", "runtime", "imdb_id", "overview"),
)
"""What every line of movies.jsonl holds, in this order."""
_FILMS, _RATINGS = "movies.jsonl", "ratings.parquet"
_FIRST_LINE = 1 << 16


class Demo(OwnFiles):
    """Our own two tables, read like anybody's own files, but by their names and marked as simulated."""

    def __init__(self) -> None:
        super().__init__("demo")
        self.label = "Movie Atlas demo"
        self.description = (
            "A thousand films of a hundred years from all over the world, described in our own words; the "
            "ratings are simulated. It ships with the app."
        )
        self.licence = "MIT, like Movie Atlas itself. The ratings are simulated: no real person gave them."
        self.homepage = "data/demo/README.md"
        self.version = 1
        self.place, self.bundled = 0, FOLDER

    def recognises(self, folder: Path) -> bool:
        """Both files are there, and the first film has exactly our fields."""
        if not all(path.is_file() for path in self.files(folder)):
            return False
        with (folder / _FILMS).open("rb") as stream:
            line = stream.readline(_FIRST_LINE)
        try:
            first = json.loads(line)
        except (ValueError, RecursionError):
            return False
        return isinstance(first, dict) and set(first) == set(KEYS)

    def files(self, folder: Path) -> list[Path]:
        """Films and ratings."""
        return [folder / _FILMS, folder / _RATINGS]

    def load(self, folder: Path) -> Dataset:
        """Read films and ratings; the report says that the ratings are simulated.

        Raises:
            DatasetError: A file is missing or broken, or no film is left.
        """
        dataset = super().load(folder)
        dataset.report.notes.insert(
            0,
            f"The ratings are simulated: {dataset.interactions.n_users:,} invented people, made by "
            "data/demo/simulate.py. No real person gave them.",
        )
        return replace(dataset, source=f"Written for Movie Atlas: {self.homepage}", is_simulated=True)


SOURCES = (Demo(),)
