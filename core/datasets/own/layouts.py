"""Published datasets under any name of folder and files: told by their columns, and read as what they are."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from core.datasets.base import Source
from core.datasets.own.gathering import Found
from core.datasets.own.table_files import Shape, shape_of
from core.datasets.reading.scratch import scratch_folder
from core.domain import Dataset
from core.errors import AtlasError, DatasetError

_Test = Callable[[Shape], bool]


def _header(*names: str) -> _Test:
    """A CSV file with these columns."""
    return lambda shape: shape.has_header and shape.separator == "," and set(names) <= set(shape.header)


def _exactly(*names: str) -> _Test:
    return lambda shape: shape.has_header and shape.separator == "," and names == shape.header


def _is_movielens_ratings(shape: Shape) -> bool:
    """MovieLens' columns, whole ids, and ratings by half stars: other people's tables are called the same."""
    if not _exactly("userId", "movieId", "rating", "timestamp")(shape):
        return False
    rows = [row for row in shape.rows if len(row) == 4]
    stars = {f"{half / 2:.1f}" for half in range(1, 11)} | {str(star) for star in range(1, 6)}
    return bool(rows) and all(row[1].isdigit() and row[2] in stars for row in rows)


def _colons(width: int, test: Callable[[Sequence[str]], bool]) -> _Test:
    """Cells parted by two colons, without a header."""

    def matches(shape: Shape) -> bool:
        rows = [row for row in shape.rows if len(row) == width]
        return shape.separator == "::" and bool(rows) and all(map(test, rows))

    return matches


def _is_imdb_number(text: str) -> bool:
    return text.isdigit() and len(text) >= 7


_TMDB = (
    "id",
    "title",
    "original_title",
    "overview",
    "original_language",
    "release_date",
    "vote_count",
    "genres",
)
LAYOUTS: Mapping[str, tuple[Mapping[str, _Test], int]] = {
    "ml-latest-small": (
        {
            "movies.csv": _exactly("movieId", "title", "genres"),
            "ratings.csv": _is_movielens_ratings,
            "links.csv": _exactly("movieId", "imdbId", "tmdbId"),
            "tags.csv": _exactly("userId", "movieId", "tag", "timestamp"),
        },
        2,
    ),
    "movietweetings": (
        {
            "movies.dat": _colons(3, lambda row: _is_imdb_number(row[0]) and not row[1].isdigit()),
            "ratings.dat": _colons(4, lambda row: _is_imdb_number(row[1]) and row[2].isdigit()),
        },
        2,
    ),
    "tmdb-5000": (
        {
            "tmdb_5000_movies.csv": _header(*_TMDB, "budget", "keywords", "tagline", "production_countries"),
            "tmdb_5000_credits.csv": _header("movie_id", "title", "cast", "crew"),
        },
        2,
    ),
    "the-movies-dataset": (
        {
            "movies_metadata.csv": _header(
                *_TMDB, "imdb_id", "belongs_to_collection", "poster_path", "budget"
            ),
            "keywords.csv": _exactly("id", "keywords"),
            "credits.csv": _header("cast", "crew", "id"),
            "links.csv": _exactly("movieId", "imdbId", "tmdbId"),
            "ratings.csv": _is_movielens_ratings,
        },
        1,
    ),
}
"""By source: how each of its files is told, and how many of them, from the first, must be there."""


@dataclass(frozen=True)
class Layout:
    """A published dataset found among files: which file is which of its own."""

    source: str
    files: Mapping[str, Found]


def layout_of(files: Sequence[Found]) -> Layout | None:
    """The dataset that these files are in the layout of; None where they are of none, or two could be the same file."""
    shapes: list[tuple[Found, Shape]] = []
    for found in files:
        try:
            shapes.append((found, shape_of(found.path, found.name)))
        except AtlasError:
            continue
    for name, (roles, n_needed) in LAYOUTS.items():
        hits = {role: [found for found, shape in shapes if test(shape)] for role, test in roles.items()}
        needed = list(roles)[:n_needed]
        if all(len(hits[role]) == 1 for role in needed):
            return Layout(name, {role: found[0] for role, found in hits.items() if len(found) == 1})
    return None


def load_layout(layout: Layout, source: Source, name: str) -> Dataset:
    """Read files as the dataset whose layout they have; it keeps the name that it was given.

    Raises:
        DatasetError: A file is broken, or no film is left.
    """
    theirs = {role: found.name for role, found in layout.files.items()}
    with _dressed(layout) as folder:
        try:
            dataset = source.load(folder)
        except DatasetError as error:
            message = error.message.replace(str(folder), "these files")
            for role, own in theirs.items():
                message = message.replace(role, own)
            raise type(error)(message, hint=error.hint) from error
    for table in dataset.report.tables:
        table.name = theirs.get(table.name, table.name)
    told = ", ".join(f"{own} as {role}" for role, own in theirs.items() if own.rsplit("/", 1)[-1] != role)
    as_what = f"The files have the layout of {source.label} and were read as such"
    dataset.report.notes.insert(0, f"{as_what}{f': {told}' if told else ''}.")
    return replace(dataset, name=name, label=name)


@contextmanager
def _dressed(layout: Layout) -> Iterator[Path]:
    """A folder in which the files have the names that their dataset gives them; text in another encoding is in UTF-8."""
    with scratch_folder() as scratch:
        folder = scratch / "files"
        folder.mkdir()
        for role, found in layout.files.items():
            encoding = shape_of(found.path, found.name).encoding
            if encoding in ("utf-8", "utf-8-sig"):
                _link(found.path, folder / role)
                continue
            with (
                found.path.open(encoding=encoding, errors="replace", newline="") as source,
                (folder / role).open("w", encoding="utf-8", newline="") as target,
            ):
                shutil.copyfileobj(source, target)
        yield folder


def _link(path: Path, place: Path) -> None:
    """A link where the system lets one make it, else a copy."""
    try:
        place.symlink_to(path.resolve())
    except OSError:
        shutil.copyfile(path, place)
