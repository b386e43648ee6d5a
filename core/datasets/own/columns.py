"""Recognising the columns of a person's own tables by their names."""

import re
from collections.abc import Mapping, Sequence

from core.domain.catalog import CATALOG_COLUMNS
from core.errors import SchemaError

_FILM_ALIASES: dict[str, str] = {
    "item_id": "item_id movie_id film_id id",
    "title": "title name movie_title film_title movie_name film_name movie film primary_title series_title",
    "original_title": "original_title original_name",
    "overview": "overview plot synopsis description summary plot_summary storyline extract",
    "tagline": "tagline slogan",
    "language": "language original_language lang",
    "poster_url": "poster_url poster poster_link image_url image thumbnail",
    "imdb_id": "imdb_id imdb tconst",
    "tmdb_id": "tmdb_id tmdb",
    "year": "year release_year released_year start_year year_of_release release_date released date",
    "runtime": "runtime runtime_minutes runtime_mins duration minutes length",
    "n_votes": "n_votes vote_count votes num_votes number_of_votes no_of_votes num_voted_users",
    "vote_average": "vote_average average_rating avg_rating mean_rating imdb_rating rating score",
    "genres": "genres genre",
    "keywords": "keywords keyword plot_keywords tags",
    "cast": "cast actors stars starring actor",
    "directors": "directors director directed_by director_name",
    "countries": "countries country production_countries",
}
_RATING_ALIASES: dict[str, str] = {
    "user": "user_id user username user_name reviewer_id reviewer member uid",
    "item": "item_id movie_id film_id item movie film title id",
    "rating": "rating score stars value rate",
    "timestamp": "timestamp time rated_at created_at date",
}
OUR_COLUMNS = (*CATALOG_COLUMNS, *_RATING_ALIASES)
"""What a mapping by hand may name: columns of the film table, and user, item, rating, timestamp."""

_NUMBERED = {
    "cast": re.compile(r"(?:star|actor|cast)(\d{1,2})(?:name)?"),
    "genres": re.compile(r"genre(\d{1,2})"),
}
"""Columns of one list, as they are numbered in plain names: Star1, Star2 or actor_1_name, actor_2_name."""
_TITLES = frozenset(_FILM_ALIASES["title"].replace("_", "").split())


def _plain(name: object) -> str:
    return re.sub(r"[\W_]+", "", str(name)).casefold()


def check_mapping(columns: Mapping[str, str]) -> None:
    """Raise a `SchemaError` for a mapping that names a column of ours that does not exist."""
    unknown = [name for name in columns if name not in OUR_COLUMNS]
    if unknown:
        raise SchemaError(
            f"There is no column called {unknown[0][:40]} to map to.",
            hint=f"Columns: {', '.join(OUR_COLUMNS)}.",
        )


def match_columns(found: Sequence[str], columns: Mapping[str, str], *, is_ratings: bool) -> dict[str, str]:
    """Which of a table's columns is which of ours.

    Args:
        found: The table's column names.
        columns: Ours -> theirs, chosen by hand; these win over names that are recognised.
        is_ratings: Look for user, item, rating, timestamp rather than for a film's columns.

    Returns:
        Ours -> theirs for all columns that are there; case, spaces and underscores do not count.
    """
    aliases = _RATING_ALIASES if is_ratings else _FILM_ALIASES
    by_plain = {_plain(name): name for name in reversed(found)}
    chosen: dict[str, str] = {}
    for ours, names in aliases.items():
        if ours in columns:
            if columns[ours] in found:
                chosen[ours] = columns[ours]
            continue
        taken = set(columns.values())
        hits = (by_plain.get(_plain(alias)) for alias in names.split())
        hit = next((name for name in hits if name is not None and name not in taken), None)
        if hit is not None:
            chosen[ours] = hit
    if is_ratings and "item" not in columns and columns.get("item_id") in found:
        chosen["item"] = columns["item_id"]
    return chosen


def numbered_columns(found: Sequence[str], ours: str) -> list[str]:
    """Columns that hold one part each of a list of ours, in the order of their numbers; [] where there are none."""
    hits = [(match, name) for name in found if (match := _NUMBERED[ours].fullmatch(_plain(name)))]
    return [name for match, name in sorted(hits, key=lambda hit: int(hit[0][1]))]


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row names a film's title, or a person and a film."""
    if len({cell.strip() for cell in cells}) == 1 and len(cells) > 1:
        return False
    names = [cell for cell in cells if len(cell) < 100]
    if match_columns(names, {}, is_ratings=False).get("title"):
        return True
    return {"user", "item"} <= set(match_columns(names, {}, is_ratings=True))


def is_title(name: str) -> bool:
    """Whether a column of this name holds titles, where it might also hold ids."""
    return _plain(name) in _TITLES
