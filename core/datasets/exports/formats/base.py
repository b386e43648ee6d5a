"""The contract of a format, and what formats share: cells as years, days, ids and ratings."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Protocol

from core.datasets.exports.entry import Entry, Left, Status, Thing
from core.datasets.exports.scale import Scale, written_rating
from core.datasets.reading.tables import year_of

Row = dict[str, str]
"""Cells by the lower-case name of their column; every column of the header is there, blank where a line is short."""


@dataclass(frozen=True)
class Options:
    """What a person may have to say about their files.

    Attributes:
        scale: The scale of ratings in tables that do not tell; None = find it out.
        profile: Whose rows to take where several people share an account.
    """

    scale: Scale | None = None
    profile: str = ""


@dataclass
class Notes:
    """What is to be said of a file beside its rows.

    Attributes:
        no_ratings: Cells that should hold a rating and hold none that is on the scale.
        others: Sentences.
    """

    no_ratings: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """All of it, in words."""
        n, shown = len(self.no_ratings), ", ".join(f"“{cell}”" for cell in dict.fromkeys(self.no_ratings[:3]))
        bad = [f"{n} ratings could not be read and count as seen, for example {shown}."] if n else []
        return [*self.others, *bad]


@dataclass(frozen=True)
class HistoryFile:
    """One file: a table, or a document of JSON.

    Attributes:
        name: With its folders in the archive.
        columns: Names in the header, lower case; () for a document.
        rows: The lines below it; [] for a document.
        lines: All lines as cells, header included.
        document: What JSON holds; None for a table.
    """

    name: str
    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=list)
    document: Any = None

    def is_named(self, *words: str) -> bool:
        """Whether one of these words stands in the file's name or in the folder it is in."""
        near = "/".join(PurePosixPath(self.name.casefold()).parts[-2:])
        return any(word in near for word in words)

    def has(self, *columns: str) -> bool:
        """Whether all these columns are there."""
        return set(columns) <= set(self.columns)


class Format(Protocol):
    """How one site writes a history. A file of this folder lists its formats under `FORMATS`."""

    name: str
    label: str
    place: int
    """Formats are asked in this order, those that know their files by more first."""

    def recognises(self, file: HistoryFile) -> bool:
        """Whether a file is of this format, by its columns or keys."""

    def entries(self, file: HistoryFile, options: Options, notes: Notes) -> Iterator[Entry | Left]:
        """One for each row, film or not.

        Raises:
            UnansweredError: Something has to be said first (`Options`).
        """


_DAY = re.compile(r"^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_IMDB = re.compile(r"(?<![a-z0-9])tt0*(\d{1,9})(?!\d)", re.IGNORECASE)
_BARE = re.compile(r"^0*(\d{1,9})(?:\.0)?$")
_TYPES: dict[Thing, tuple[str, ...]] = {
    Thing.FILM: (
        *("movie", "film", "tvmovie", "short", "tvshort", "tvspecial", "video", "documentary", "featurefilm"),
        *("fernsehfilm", "kurzfilm", "filmtv", "cortometraggio", "speciale", "pelicula", "cortometraje"),
        *("telefilm", "courtmetrage", "anime movie", "tvfilm", "movies", "standalone"),
    ),
    Thing.SERIES: (
        *(
            "tvseries",
            "tvminiseries",
            "miniseries",
            "miniserie",
            "series",
            "serie",
            "tv",
            "show",
            "shows",
            "season",
        ),
        *(
            "tvshow",
            "fernsehserie",
            "serietv",
            "serietele",
            "serietv",
            "tvserie",
            "anime",
            "seriedetv",
            "podcastseries",
        ),
        *("minisérie", "seriedetelevision"),
    ),
    Thing.EPISODE: ("tvepisode", "episode", "folge", "tvfolge", "episodiotv", "episodio", "podcastepisode"),
    Thing.GAME: ("videogame", "game", "videospiel", "videogioco", "jeuvideo", "videojuego"),
    Thing.OTHER: ("musicvideo", "person", "book", "music"),
}
_KINDS = {word: kind for kind, words in _TYPES.items() for word in words}
_ACCENTS = str.maketrans("éèêíîóôúü", "eeeiioouu")


def kind_of(word: str) -> Thing:
    """What a site's word for a kind of title means, in the languages whose words are known; others are not said."""
    return _KINDS.get(re.sub(r"[\s_-]", "", word.casefold().translate(_ACCENTS)), Thing.UNKNOWN)


def day_of(cell: object) -> str:
    """The day of an ISO date or time: "2024-05-31T20:15:00Z" -> "2024-05-31"; "" for what cannot be told for sure."""
    match = _DAY.match(str(cell or ""))
    if not match or not 1 <= int(match[2]) <= 12 or not 1 <= int(match[3]) <= 31:
        return ""
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"


def imdb_of(cell: object, *, is_bare: bool = False) -> str:
    """An IMDb id in a cell or address, written with seven digits or more; "" without one.

    Args:
        cell: "tt113277", "https://www.imdb.com/title/tt0113277/".
        is_bare: Whether digits alone are an id, too.
    """
    match = _IMDB.search(str(cell or "")) or (is_bare and _BARE.match(str(cell or "").strip()))
    return f"tt{int(match[1]):07d}" if match and int(match[1]) else ""


def number_id(cell: object) -> str:
    """An id that is a number: "949.0" -> "949"; "" without one."""
    match = _BARE.match(str(cell if cell is not None else "").strip())
    return match[1] if match and int(match[1]) else ""


def year_in(cell: object) -> int | None:
    """The year in a cell with a year or a date; None without a plausible one."""
    return year_of(re.sub(r"\.0$", "", str(cell if cell is not None else "").strip()))


def rating_in(cell: object, scale: Scale, notes: Notes) -> float | None:
    """A rating on a known scale; None where there is none: blank, or 0 where the scale has none.

    What is no rating, or not on the scale, is noted.
    """
    try:
        written = written_rating(str(cell if cell is not None else ""))
    except ValueError:
        written = None
        notes.no_ratings.append(str(cell)[:40])
    if written is None or (written.rating == 0 and scale.low > 0):
        return None
    if not scale.holds(written.rating):
        notes.no_ratings.append(f"{written.rating:g}")
        return None
    return written.rating


def first(row: Row, names: Iterable[str]) -> str:
    """The first cell that is not blank, of these columns."""
    return next((row[name].strip() for name in names if row.get(name, "").strip()), "")


def rated_or(status: Status, rating: float | None) -> Status:
    """`RATED` where there is a rating, else `status`."""
    return status if rating is None else Status.RATED
