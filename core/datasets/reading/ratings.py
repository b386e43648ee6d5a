"""From a table of ratings to `Interactions`: what cannot stand is dropped and counted, nothing silently."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.datasets.reading.tables import keep_rows, read_table
from core.domain import Interactions
from core.domain.load_report import TableReport

_NAMES = ("user", "item", "rating", "timestamp")
_COMPACT = {"user": "int32", "item": "int32", "rating": "float32", "timestamp": "int64"}


def read_ratings(path: Path, columns: tuple[str, ...], **options: Any) -> pd.DataFrame:
    """Read user, item, rating and timestamp, 20 bytes a row where all cells are numbers, as text otherwise.

    Args:
        path: The file.
        columns: The file's names of user, item, rating and timestamp, in this order.
        options: Passed to `read_table`.

    Returns:
        A frame with the columns user, item, rating, timestamp.

    Raises:
        DatasetError, SchemaError: As `read_table`.
    """
    names = dict(zip(columns, _NAMES, strict=True))
    compact = {column: _COMPACT[name] for column, name in names.items()}
    try:
        frame = read_table(path, columns, dtype=compact, **options)
    except (ValueError, OverflowError):
        frame = read_table(path, columns, **options)
    return frame.rename(columns=names)[list(_NAMES)]


def build_interactions(
    frame: pd.DataFrame,
    index_of: pd.Series,
    table: TableReport,
    *,
    n_items: int,
    scale: tuple[float, float],
    is_explicit: bool = True,
) -> Interactions:
    """Check ratings row by row (vectorised) and turn those that stand into a matrix.

    Args:
        frame: Columns user, item and rating, as text or numbers; timestamp (seconds since 1970) where there
            is one.
        index_of: item_index by the film id that ratings use; its index is unique.
        table: Its report: `read`, `kept` and every reason for dropping are written here.
        n_items: Films in the catalogue.
        scale: Lowest and highest rating that may stand.
        is_explicit: False = all ratings are 1 and mean "yes".
    """
    table.read = len(frame)
    frame = _known_rows(frame.reset_index(drop=True), table)
    if not is_number(frame["item"]) and is_number(index_of.index.to_series()):
        numbers = pd.to_numeric(frame["item"], errors="coerce").astype("float64")
        is_whole = (numbers.abs() < 2**53) & (numbers == numbers.round())
        frame = keep_rows(frame, is_whole, table, "the film id is not a number", show=list(frame.columns))
        frame = frame.assign(item=numbers[is_whole].astype("int64"))
    frame = _rated_rows(frame, table, scale)
    place = index_of.index.get_indexer(pd.Index(frame["item"]))
    is_known = pd.Series(place >= 0, index=frame.index)
    frame = keep_rows(frame, is_known, table, "the film is not in the catalogue", show=list(frame.columns))
    frame = frame.assign(item=index_of.to_numpy(np.int64)[place[place >= 0]])
    if "timestamp" in frame:
        frame = _dated_rows(frame, table)
    frame = _last_of_each_pair(frame, table)
    table.kept = len(frame)
    if table.read and not table.kept:
        table.warn("No rating is left: check that its film ids are those of the catalogue.")
    return Interactions.of(
        frame["user"],
        frame["item"],
        frame["rating"],
        n_items,
        timestamps=frame.get("timestamp"),
        scale=scale,
        is_explicit=is_explicit,
    )


def is_number(cells: pd.Series) -> bool:
    """Whether a column holds numbers rather than text."""
    return bool(pd.api.types.is_numeric_dtype(cells))


def _known_rows(frame: pd.DataFrame, table: TableReport) -> pd.DataFrame:
    for name, reason in (("user", "no user"), ("item", "no film")):
        if is_number(frame[name]):
            is_there = frame[name].notna()
        else:
            frame = frame.assign(**{name: frame[name].astype(str).str.strip()})
            is_there = frame[name] != ""
        frame = keep_rows(frame, is_there, table, reason, show=list(frame.columns))
    return frame


def _rated_rows(frame: pd.DataFrame, table: TableReport, scale: tuple[float, float]) -> pd.DataFrame:
    shown = list(frame.columns)
    written = frame["rating"]
    numbers = written if is_number(written) else pd.to_numeric(written, errors="coerce")
    is_finite = pd.Series(np.isfinite(numbers.to_numpy(np.float64, na_value=np.nan)), index=frame.index)
    frame = keep_rows(frame, is_finite, table, "the rating is not a number", show=shown)
    frame = frame.assign(rating=numbers[is_finite].astype("float32"))
    frame = keep_rows(frame, frame["rating"] != 0, table, "a rating of 0 means not rated", show=shown)
    low, high = scale
    fits = (frame["rating"] >= low) & (frame["rating"] <= high)
    return keep_rows(frame, fits, table, f"the rating is outside {low:g} to {high:g}", show=shown)


def _dated_rows(frame: pd.DataFrame, table: TableReport) -> pd.DataFrame:
    """Timestamps as int64; rows without a readable one are kept at 0 and counted."""
    stamps = pd.to_numeric(frame["timestamp"], errors="coerce")
    is_bad = ~(stamps.abs() < 2**53)
    if is_bad.any():
        table.warn(f"{is_bad.sum()} ratings without a readable time count as given on 1 January 1970.")
    return frame.assign(timestamp=stamps.where(~is_bad, 0).astype("int64"))


def _last_of_each_pair(frame: pd.DataFrame, table: TableReport) -> pd.DataFrame:
    """Where a user rated a film more than once, keep the latest rating (without times: the last row)."""
    codes, _ = pd.factorize(frame["user"])
    width = np.int64(frame["item"].max() + 1 if len(frame) else 1)
    pairs = pd.Series(codes.astype(np.int64) * width + frame["item"].to_numpy(np.int64), index=frame.index)
    repeats = pairs.duplicated(keep=False)
    if not repeats.any():
        return frame
    again = frame[repeats]
    if "timestamp" in frame:
        again = again.sort_values("timestamp", kind="stable")
    is_older = pairs[again.index].duplicated(keep="last")
    mask = pd.Series(True, index=frame.index)
    mask[is_older.index[is_older]] = False
    return keep_rows(frame, mask, table, "the user rated the film again later", show=list(frame.columns))
