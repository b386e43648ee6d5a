"""The cells of a person's own tables: texts, lists, times, running times and ratings, however they are written."""

import ast
import json
import re
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.datasets.reading.tables import positive_numbers
from core.errors import DatasetError

SCALES: tuple[tuple[float, float], ...] = ((1, 5), (0.5, 5), (1, 10), (0, 10), (0, 100))
"""Usual rating scales, the tightest first."""
SCALE_SHARE = 0.99
"""Share of the ratings that a scale must hold to be taken for theirs; the rest is dropped and counted."""
DEEPEST = 4
"""Lists in lists that are still read."""


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


def as_list(value: object, depth: int = 0) -> tuple[str, ...]:
    """A cell as a list: a list, a written one, or text parted by "|", ";" or (without either) ",".

    Args:
        value: The cell.
        depth: How many lists it lies in; what lies in more than `DEEPEST` is left out.
    """
    if isinstance(value, str):
        return _split_text(value.strip())
    if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        return tuple(filter(None, (_name_of(part, depth + 1) for part in value))) if depth < DEEPEST else ()
    return tuple(filter(None, [as_text(value)]))


def _name_of(part: object, depth: int) -> str:
    part = part.get("name", "") if isinstance(part, Mapping) else part
    if isinstance(part, list | tuple | np.ndarray):
        return "|".join(as_list(part, depth))
    return as_text(part)


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
    """Seconds since 1970: numbers as they are (milliseconds divided), dates parsed; NaN = unreadable or far off.

    0001-01-01 and 9999-12-31 are what programs write where they know no date.
    """
    if pd.api.types.is_datetime64_any_dtype(cells):
        cells = cells.astype(str)
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    if numbers.notna().sum() < len(cells) / 2:
        written = cells.map(as_text).astype(str)
        is_near = written.str.match(r"\s*(?:19|20|21)\d\d\D|\s*\d{1,2}\D|\s*[^\W\d_]")
        dates = pd.to_datetime(written.where(is_near), errors="coerce", utc=True, format="mixed")
        seconds = (dates - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)
        return pd.Series(np.floor(seconds.astype("float64")), index=cells.index)
    return numbers.where(numbers < 1e11, np.floor(numbers / 1000))


_MINUTES = re.compile(
    r"(?:(?P<hours>\d{1,2})\s*(?:h|hrs?|hours?|:)\s*)?(?:(?P<minutes>\d{1,4})\s*(?:m|mins?|minutes?|min\.)?)?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:[,\s\u00a0]\d{3})+")


def as_minutes(cell: str) -> str:
    """A running time in minutes: "142 min", "2h 22m" and "2:22" are "142"; other text as it is."""
    match = _MINUTES.fullmatch(cell.strip())
    if not match or not any(match.groups()):
        return cell
    return str(60 * int(match["hours"] or 0) + int(match["minutes"] or 0))


def as_count(cell: str) -> str:
    """A number without the commas between its thousands: "2,343,110" is "2343110"; other text as it is."""
    return re.sub(r"[,\s\u00a0]", "", cell) if _GROUPED.fullmatch(cell.strip()) else cell


def with_numbers(films: pd.DataFrame) -> pd.DataFrame:
    """A film table whose running times, votes and mean ratings are numbers, of whatever was written."""
    return films.assign(
        runtime=positive_numbers(films["runtime"].map(as_minutes), whole=True),
        n_votes=positive_numbers(films["n_votes"].map(as_count), whole=True),
        vote_average=positive_numbers(films["vote_average"]),
    )


def texts(cells: pd.Series) -> pd.Series:
    """A column as text, see `as_text`."""
    if isinstance(cells.dtype, pd.StringDtype):
        return cells.fillna("").str.strip()
    return cells.map(as_text).astype(str)
