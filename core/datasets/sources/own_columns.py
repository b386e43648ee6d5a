"""Recognising the columns and cells of a person's own tables."""

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.domain.catalog import CATALOG_COLUMNS
from core.errors import DatasetError, SchemaError

_FILM_ALIASES: dict[str, str] = {
    "item_id": "item_id movie_id film_id id",
    "title": "title name movie_title film_title movie_name film_name movie film primary_title",
    "original_title": "original_title original_name",
    "overview": "overview plot synopsis description summary plot_summary storyline extract",
    "tagline": "tagline slogan",
    "language": "language original_language lang",
    "poster_url": "poster_url poster image_url image thumbnail",
    "imdb_id": "imdb_id imdb tconst",
    "tmdb_id": "tmdb_id tmdb",
    "year": "year release_year start_year year_of_release release_date released date",
    "runtime": "runtime runtime_minutes duration minutes length",
    "n_votes": "n_votes vote_count votes num_votes number_of_votes",
    "vote_average": "vote_average average_rating avg_rating mean_rating imdb_rating rating score",
    "genres": "genres genre",
    "keywords": "keywords keyword plot_keywords tags",
    "cast": "cast actors stars starring actor",
    "directors": "directors director directed_by",
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

SCALES: tuple[tuple[float, float], ...] = ((1, 5), (0.5, 5), (1, 10), (0, 10), (0, 100))
"""Usual rating scales, the tightest first."""
SCALE_SHARE = 0.99
"""Share of the ratings that a scale must hold to be taken for theirs; the rest is dropped and counted."""


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


def as_text(value: object) -> str:
    """A cell as text: missing is "", a whole number has no decimals, lists are joined by "|"."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list | tuple | np.ndarray):
        return "|".join(as_list(value))
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, float | np.floating):
        return "" if not np.isfinite(value) else str(int(value)) if float(value).is_integer() else str(value)
    return str(value).strip()


def as_list(value: object) -> tuple[str, ...]:
    """A cell as a list: a list, a written one, or text parted by "|", ";" or (without either) ","."""
    if isinstance(value, str):
        return _split_text(value.strip())
    if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        return tuple(filter(None, (_name_of(part) for part in value)))
    return tuple(filter(None, [as_text(value)]))


def _name_of(part: object) -> str:
    return as_text(part.get("name", "")) if isinstance(part, Mapping) else as_text(part)


def _split_text(text: str) -> tuple[str, ...]:
    if text.startswith("[") and text.endswith("]") and len(text) < 2_000_000:
        for parse in (json.loads, ast.literal_eval):
            try:
                value = parse(text)
            except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
                continue
            if isinstance(value, list):
                return as_list(value)
    separator = next((sign for sign in "|;" if sign in text), ",")
    return tuple(filter(None, (part.strip() for part in text.split(separator))))


def infer_scale(ratings: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The tightest usual scale that holds nearly all ratings.

    Args:
        ratings: (n,) finite numbers other than 0.

    Raises:
        DatasetError: No usual scale holds them.
    """
    if not len(ratings):
        return SCALES[0]
    for low, high in SCALES:
        fits = (ratings >= low) & (ratings <= high)
        is_whole = np.all(ratings[fits] == np.round(ratings[fits]))
        if np.mean(fits) >= SCALE_SHARE and (is_whole or (low, high) != (1, 5)):
            return float(low), float(high)
    raise DatasetError(
        f"The ratings run from {ratings.min():g} to {ratings.max():g} and fit none of the usual scales "
        f"({', '.join(f'{low:g} to {high:g}' for low, high in SCALES)}).",
        hint="Bring them to one of these scales.",
    )


def as_seconds(cells: pd.Series) -> pd.Series:
    """Seconds since 1970: numbers as they are (milliseconds divided), dates parsed; NaN = unreadable."""
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    if numbers.notna().sum() < len(cells) / 2:
        dates = pd.to_datetime(cells.astype(str), errors="coerce", utc=True, format="mixed")
        seconds = (dates - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)
        return pd.Series(np.floor(seconds.astype("float64")), index=cells.index)
    return numbers.where(numbers < 1e11, np.floor(numbers / 1000))
