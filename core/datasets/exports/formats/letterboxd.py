"""Letterboxd: the tables of an export, and exported lists, which are two tables in one file.

The address of a row is the film's in some tables and the entry's in others, so films are told by title and year.
"""

from collections.abc import Iterator

from core.datasets.exports.entry import Entry, Left, Status
from core.datasets.exports.formats.base import (
    HistoryFile,
    Notes,
    Options,
    Row,
    day_of,
    first,
    rated_or,
    rating_in,
    year_in,
)
from core.datasets.exports.scale import HALF_STARS

_COLUMNS = ("date", "name", "year", "letterboxd uri")
_PREAMBLE = "letterboxd list export"


class Letterboxd:
    """`ratings.csv`, `diary.csv`, `reviews.csv`, `watched.csv`, `watchlist.csv` and `likes/films.csv`."""

    name = "letterboxd"
    label = "Letterboxd"
    place = 10

    def recognises(self, file: HistoryFile) -> bool:
        """The four columns that all tables share."""
        return file.has(*_COLUMNS)

    def entries(self, file: HistoryFile, options: Options, notes: Notes) -> Iterator[Entry | Left]:
        """Watched and watchlist have the same columns: the file's name tells them apart."""
        status = _status_of(file, notes)
        for row in file.rows:
            rating = rating_in(row.get("rating", ""), HALF_STARS, notes)
            yield Entry(
                row.get("name", ""),
                year_in(row.get("year", "")),
                rated_or(status, rating),
                rating,
                HALF_STARS,
                day_of(first(row, ("watched date", "date"))),
            )


class LetterboxdList:
    """A list: a title line, the list's own row, a blank line, and below it the films."""

    name = "letterboxd_list"
    label = "Letterboxd list"
    place = 9

    def recognises(self, file: HistoryFile) -> bool:
        """The first line says what it is."""
        return bool(
            file.lines and file.lines[0] and file.lines[0][0].strip().casefold().startswith(_PREAMBLE)
        )

    def entries(self, file: HistoryFile, options: Options, notes: Notes) -> Iterator[Entry | Left]:
        """What stands below the line that begins with "Position"; a list's description may run over several lines."""
        films: list[Row] = []
        header: list[str] = []
        for line in file.lines:
            if header and any(cell.strip() for cell in line):
                films.append(dict(zip(header, line, strict=False)))
            elif not header and line and line[0].strip().casefold() == "position":
                header = [cell.strip().casefold() for cell in line]
        if not header:
            notes.others.append("The list holds no table of films.")
        for row in films:
            yield Entry(row.get("name", ""), year_in(row.get("year", "")), Status.LISTED)


def _status_of(file: HistoryFile, notes: Notes) -> Status:
    """What being in this table means where there is no rating."""
    if file.is_named("watchlist"):
        return Status.WANTED
    if file.is_named("likes", "liked"):
        return Status.LIKED
    if not file.has("rating") and not file.is_named("watched"):
        notes.others.append(
            "The file's name does not say whether these films are watched or wanted: taken for watched. "
            "Name it watchlist.csv if it is the watchlist."
        )
    return Status.SEEN


FORMATS = (Letterboxd(), LetterboxdList())
