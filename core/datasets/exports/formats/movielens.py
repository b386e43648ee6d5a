"""MovieLens: a person's own ratings, or wishlist, as the site exports them."""

from collections.abc import Iterator

from core.datasets.exports.entry import Entry, Left, Status
from core.datasets.exports.formats.base import (
    HistoryFile,
    Notes,
    Options,
    imdb_of,
    number_id,
    rated_or,
    rating_in,
)
from core.datasets.exports.scale import HALF_STARS
from core.datasets.reading.titles import split_title


class MovieLens:
    """Ids of IMDb without their "tt"; the year stands in the title, and the article behind it."""

    name = "movielens"
    label = "MovieLens"
    place = 50

    def recognises(self, file: HistoryFile) -> bool:
        """Its three kinds of ids, and a title."""
        return file.has("movie_id", "imdb_id", "tmdb_id", "title")

    def entries(self, file: HistoryFile, options: Options, notes: Notes) -> Iterator[Entry | Left]:
        """`average_rating` is everybody's."""
        for row in file.rows:
            title, year, second = split_title(row.get("title", ""))
            rating = rating_in(row.get("rating", ""), HALF_STARS, notes)
            unrated = Status.SEEN if file.has("rating") else Status.WANTED
            yield Entry(
                title,
                year,
                rated_or(unrated, rating),
                rating,
                HALF_STARS,
                imdb_id=imdb_of(row.get("imdb_id", ""), is_bare=True),
                tmdb_id=number_id(row.get("tmdb_id", "")),
                original_title=second,
            )


FORMATS = (MovieLens(),)
