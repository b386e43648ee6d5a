"""Any table with a title, and maybe a year, a rating, a day and ids, by the names that sites and people give them."""

from collections.abc import Iterator

from core.datasets.exports.entry import Entry, Left, Status
from core.datasets.exports.formats.base import (
    HistoryFile,
    Notes,
    Options,
    Row,
    day_of,
    first,
    imdb_of,
    kind_of,
    number_id,
    rated_or,
    year_in,
)
from core.datasets.exports.scale import Scale, Written, found_scale, written_rating
from core.datasets.reading.titles import split_title
from core.errors import UnansweredError

TITLES = (
    *("title", "name", "film", "movie", "film name", "movie title", "film title", "movie name", "movietitle"),
    *(
        "english title",
        "titel",
        "titre",
        "título",
        "titulo",
        "titolo",
        "tytuł",
        "название",
        "标题",
        "original title",
    ),
    *("original_title", "originaltitle", "series_title", "pl_title", "film_name", "movie_title"),
)
ORIGINALS = (
    "original title",
    "original_title",
    "originaltitle",
    "originaltitel",
    "titre original",
    "pl_title",
)
YEARS = (
    "year",
    "release year",
    "released_year",
    "release_year",
    "jahr",
    "année",
    "annee",
    "año",
    "ano",
    "anno",
    "rok",
)
YEARS_TOO = ("release date", "release_date", "released", "上映日期")
RATINGS = (
    *(
        "my rating",
        "your rating",
        "user rating",
        "user_rating",
        "my_rating",
        "your_rating",
        "rating10",
        "rating",
    ),
    *(
        "score",
        "my score",
        "stars",
        "note",
        "bewertung",
        "wertung",
        "nota",
        "voto",
        "puntuación",
        "ocena",
        "vote",
    ),
    *("个人评分", "thumbs", "like"),
)
DAYS = (
    *(
        "watcheddate",
        "watched date",
        "watched_at",
        "date watched",
        "watched",
        "date rated",
        "rated_at",
        "date",
    ),
    *("last_watched_at", "votedate", "打分日期"),
)
IMDB = ("imdb id", "imdb_id", "imdbid", "imdb", "tconst", "const", "imdb url", "url")
TMDB = ("tmdb id", "tmdb_id", "tmdbid", "tmdb")
TYPES = ("type", "title type", "media type", "media_type", "mediatype")
_WISHES = frozenset({"plantowatch", "plan to watch", "watchlist", "want to watch", "想看", "wishlist"})


class AnyTable:
    """A table that no other format knows. The scale of its ratings is the one that stands beside them, or is found out."""

    name = "table"
    label = "a table of films"
    place = 100

    def recognises(self, file: HistoryFile) -> bool:
        """Titles, or ids, under a name that is known."""
        return any(name in file.columns for name in (*TITLES, *IMDB[:5], *TMDB))

    def entries(self, file: HistoryFile, options: Options, notes: Notes) -> Iterator[Entry | Left]:
        """A rating that cannot be read, or is not on the scale, counts as seen and is noted."""
        if n_long := sum(
            len(line) > len(file.columns) and any(line[len(file.columns) :]) for line in file.lines
        ):
            notes.others.append(
                f"{n_long} rows have more cells than the header has names: put titles with a comma in quotes."
            )
        column = next((name for name in RATINGS if name in file.columns), "")
        given = [_rating(row.get(column, ""), notes) for row in file.rows]
        scale = options.scale or _scale_of(given, column, notes)
        wanted = Status.WANTED if file.is_named("watchlist", "wishlist") else None
        for row, written in zip(file.rows, given, strict=True):
            on = (written and written.scale) or scale
            rating = written.rating if written and on else None
            if on and rating is not None and not on.holds(rating):
                notes.no_ratings.append(f"{rating:g}")
                rating = None
            wish = (
                Status.WANTED if first(row, ("status", "watchlist", "状态")).casefold() in _WISHES else None
            )
            yield _entry(row, rated_or(wanted or wish or Status.SEEN, rating), rating, on)


def _entry(row: Row, status: Status, rating: float | None, scale: Scale | None) -> Entry:
    title, year, second = split_title(first(row, TITLES))
    return Entry(
        title,
        year_in(first(row, YEARS)) or year or year_in(first(row, YEARS_TOO)),
        status,
        rating,
        scale,
        day_of(first(row, DAYS)),
        next((found for name in IMDB if (found := imdb_of(row.get(name, ""), is_bare=name != "url"))), ""),
        number_id(first(row, TMDB)),
        original_title=first(row, ORIGINALS) or second,
        kind=kind_of(first(row, TYPES)),
    )


def _rating(cell: str, notes: Notes) -> Written | None:
    try:
        return written_rating(cell)
    except ValueError:
        notes.no_ratings.append(cell.strip()[:40])
        return None


def _scale_of(given: list[Written | None], column: str, notes: Notes) -> Scale | None:
    """The scale of those that do not say theirs, with a note; None where there are none.

    Raises:
        UnansweredError: No usual scale holds them.
    """
    bare = [one.rating for one in given if one and one.scale is None]
    if not bare:
        return None
    try:
        scale = found_scale(bare)
    except UnansweredError as error:
        said = f"In the column {column}: {error.message}"
        raise UnansweredError(said, hint=error.hint, option=error.option) from None
    notes.others.append(
        f"Ratings are taken to go from {scale}: the highest of {len(bare):,} is {max(bare):g}. "
        "If that is wrong, say it: --scale LOWEST:HIGHEST."
    )
    return scale


FORMATS = (AnyTable(),)
