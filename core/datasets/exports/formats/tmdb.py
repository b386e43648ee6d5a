"""TMDB: a person's exported ratings, watchlist and favourites."""

from collections.abc import Iterator

from core.datasets.exports.entry import Entry, Left, Status
from core.datasets.exports.formats.base import (
    HistoryFile,
    Notes,
    Options,
    day_of,
    imdb_of,
    kind_of,
    number_id,
    rated_or,
    rating_in,
    year_in,
)
from core.datasets.exports.scale import Scale

_SCALE = Scale(0.5, 10)


class Tmdb:
    """`Rating` is everybody's, `Your Rating` the person's own, by halves up to 10; names are in the film's language."""

    name = "tmdb"
    label = "TMDB"
    place = 40

    def recognises(self, file: HistoryFile) -> bool:
        """An id of TMDB, a name and a place for one's own rating."""
        return file.has("tmdb id", "name", "your rating")

    def entries(self, file: HistoryFile, options: Options, notes: Notes) -> Iterator[Entry | Left]:
        """The file's name says what a row without a rating means; a rated one with an episode's number is no film."""
        unrated = (
            Status.WANTED
            if file.is_named("watchlist")
            else Status.LIKED
            if file.is_named("favorite", "favourite")
            else Status.LISTED
        )
        for row in file.rows:
            rating = rating_in(row.get("your rating", ""), _SCALE, notes)
            is_episode = bool(row.get("episode number", ""))
            yield Entry(
                row.get("name", ""),
                year_in(row.get("release date", "")),
                rated_or(unrated, rating),
                rating,
                _SCALE,
                day_of(row.get("date rated", "")),
                imdb_of(row.get("imdb id", "")),
                number_id(row["tmdb id"]),
                kind=kind_of("episode" if is_episode else row.get("type", "")),
            )


FORMATS = (Tmdb(),)
