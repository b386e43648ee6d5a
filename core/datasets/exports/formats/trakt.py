"""Trakt: JSON of ratings, watched films, history, watchlist, favourites and lists, in the old and the new layout."""

from collections.abc import Iterator
from typing import Any

from core.datasets.exports.entry import Entry, Left, Status, Thing
from core.datasets.exports.formats.base import (
    HistoryFile,
    Notes,
    Options,
    day_of,
    imdb_of,
    number_id,
    rating_in,
    year_in,
)
from core.datasets.exports.scale import TEN

_KINDS = {
    "episode": Thing.EPISODE,
    "movie": Thing.FILM,
    "show": Thing.SERIES,
    "season": Thing.SERIES,
    "person": Thing.OTHER,
}
"""What a row may hold, an episode before the show that it belongs to."""
_DAYS = ("rated_at", "watched_at", "last_watched_at", "listed_at", "collected_at")


class Trakt:
    """A list of rows, each with the film, show or episode that it speaks of, and its ids."""

    name = "trakt"
    label = "Trakt"
    place = 30

    def recognises(self, file: HistoryFile) -> bool:
        """A list, and its first row holds a film or a show."""
        rows = file.document
        return isinstance(rows, list) and bool(rows) and bool(_held(rows[0]))

    def entries(self, file: HistoryFile, options: Options, notes: Notes) -> Iterator[Entry | Left]:
        """A rating is a rating; else a day on which it was watched, or the file's name, says what the row means."""
        for row in file.document:
            held = _held(row)
            if not held:
                yield Left("neither a film nor a show", str(row)[:60])
                continue
            film = _object(row, held)
            ids = _object(film, "ids")
            rating = rating_in(row.get("rating"), TEN, notes)
            yield Entry(
                str(film.get("title") or ""),
                year_in(film.get("year")),
                _status_of(row, file) if rating is None else Status.RATED,
                rating,
                TEN,
                next((day for name in _DAYS if (day := day_of(row.get(name)))), ""),
                imdb_of(ids.get("imdb")),
                number_id(ids.get("tmdb")),
                kind=_KINDS[held],
            )


def _held(row: Any) -> str:
    """What a row speaks of; "" for a row of another kind."""
    if not isinstance(row, dict):
        return ""
    return next((name for name in _KINDS if isinstance(row.get(name), dict)), "")


def _object(row: dict[str, Any], name: str) -> dict[str, Any]:
    """What stands under a name, {} where it is nothing or no object."""
    found = row.get(name)
    return found if isinstance(found, dict) else {}


def _status_of(row: dict[str, Any], file: HistoryFile) -> Status:
    if file.is_named("watchlist"):
        return Status.WANTED
    if file.is_named("favorite", "favourite"):
        return Status.LIKED
    is_watched = any(name in row for name in ("watched_at", "last_watched_at", "plays")) or file.is_named(
        "watched"
    )
    return Status.SEEN if is_watched else Status.LISTED


class Simkl:
    """Simkl's backup: films, shows and anime, each with a status."""

    name = "simkl"
    label = "Simkl"
    place = 31

    def recognises(self, file: HistoryFile) -> bool:
        """Lists called movies, shows or anime, whose rows have a status."""
        return any(True for _ in _simkl_rows(file.document))

    def entries(self, file: HistoryFile, options: Options, notes: Notes) -> Iterator[Entry | Left]:
        """What is planned is wanted, all else was seen."""
        for held, row in _simkl_rows(file.document):
            film = _object(row, held)
            ids = _object(film, "ids")
            rating = rating_in(row.get("user_rating"), TEN, notes)
            unrated = Status.WANTED if row.get("status") == "plantowatch" else Status.SEEN
            yield Entry(
                str(film.get("title") or ""),
                year_in(film.get("year")),
                unrated if rating is None else Status.RATED,
                rating,
                TEN,
                day_of(row.get("last_watched_at")),
                imdb_of(ids.get("imdb")),
                number_id(ids.get("tmdb")),
                kind=_KINDS[held],
            )


def _simkl_rows(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each row holds, and the row."""
    if not isinstance(document, dict):
        return
    for name, held in (("movies", "movie"), ("shows", "show"), ("anime", "show")):
        rows = document.get(name)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and "status" in row:
                yield held, row


FORMATS = (Trakt(), Simkl())
