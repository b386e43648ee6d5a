"""IMDb: ratings, watchlist and lists, with the headers of all years since 2010 or so."""

from collections.abc import Iterator

from core.datasets.exports.entry import Entry, Left, Status
from core.datasets.exports.formats.base import (
    HistoryFile,
    Notes,
    Options,
    day_of,
    first,
    imdb_of,
    kind_of,
    rated_or,
    rating_in,
    year_in,
)
from core.datasets.exports.scale import TEN

_OWN = ("your rating", "you rated")


class Imdb:
    """A table with `Const`. `IMDb Rating` is everybody's; the person's own is `Your Rating`, once `You rated`."""

    name = "imdb"
    label = "IMDb"
    place = 20

    def recognises(self, file: HistoryFile) -> bool:
        """An id and a title."""
        return file.has("const", "title")

    def entries(self, file: HistoryFile, options: Options, notes: Notes) -> Iterator[Entry | Left]:
        """Kinds are in the account's language: one that is not known is looked up by its id like a film."""
        is_ratings = not file.has("position") and any(file.has(name) for name in _OWN)
        unrated = (
            Status.SEEN if is_ratings else Status.WANTED if file.is_named("watchlist") else Status.LISTED
        )
        for row in file.rows:
            rating = rating_in(first(row, _OWN), TEN, notes)
            yield Entry(
                row["title"],
                year_in(first(row, ("year", "release date"))),
                rated_or(unrated, rating),
                rating,
                TEN,
                day_of(first(row, ("date rated", "date added", "modified", "created"))),
                imdb_of(row["const"]),
                original_title=row.get("original title", ""),
                kind=kind_of(row.get("title type", "")),
            )


FORMATS = (Imdb(),)
