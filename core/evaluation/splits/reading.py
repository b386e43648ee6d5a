"""Tables of a person's own files: every way in which one can be wrong becomes a typed error."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.datasets.reading.tables import read_table, require_columns
from core.errors import DatasetError

SEPARATORS = {".csv": ",", ".tsv": "\t"}
RATING_ENDING, RATING_COLUMNS = ".rating", ("user_id", "item_id", "rating", "timestamp")
"""Files of “Neural collaborative filtering” (He et al. 2017): these columns with tabs between them, without names."""


def read_frame(path: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    """A file as a table with its ids as text."""
    ending = path.suffix.lower()
    if ending == RATING_ENDING:
        frame = read_table(path, RATING_COLUMNS, separator="\t", names=list(RATING_COLUMNS), header=None)
    elif ending not in SEPARATORS and ending != ".parquet":
        raise DatasetError(
            f"{path.name} is no CSV, TSV or Parquet file.", hint="Its name must end in one of these."
        )
    else:
        frame = read_table(path, separator=SEPARATORS[ending]) if ending in SEPARATORS else _parquet(path)
    frame.columns = [str(name).strip() for name in frame.columns]
    require_columns(path, list(frame.columns), needed)
    if frame.empty:
        raise DatasetError(f"{path.name} holds no row.", hint="Choose another file.")
    for name in ("user_id", "item_id"):
        if name in frame:
            frame[name] = _ids(frame[name], name, path)
    return frame.reset_index(drop=True)


def _parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path, engine="pyarrow")
    except FileNotFoundError:
        raise DatasetError(f"There is no file {path.name}.", hint="Check the path.") from None
    except (OSError, ValueError, NotImplementedError) as error:
        reason = str(error).strip().splitlines()[0][:200]
        raise DatasetError(
            f"{path.name} is no Parquet file that can be read: {reason}.", hint="Write it again."
        ) from error


def _ids(values: pd.Series, name: str, path: Path) -> pd.Series:
    """Ids as text; whole numbers that a missing value turned into floats lose their ".0"."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    text = values.astype("string").str.strip()
    if text.str.fullmatch(r"\d+\.0").all():
        text = text.str.removesuffix(".0")
    empty = np.flatnonzero(text.isna() | (text == ""))
    if len(empty):
        raise DatasetError(
            f"{path.name} has no {name} in row {empty[0] + 1} ({len(empty):,} such rows).",
            hint="Fill it in, or leave these rows out.",
        )
    return text.astype(object)


def read_numbers(values: pd.Series, name: str, path: Path, *, shown: pd.Series | None = None) -> pd.Series:
    """The values as numbers; `shown` is what an error quotes."""
    numbers = pd.to_numeric(values, errors="coerce").astype(np.float64)
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if len(wrong):
        cell = str((values if shown is None else shown).iloc[wrong[0]])[:40]
        raise DatasetError(
            f"{path.name}, row {wrong[0] + 1}: the {name} “{cell}” is not a number.",
            hint="Correct that row, or leave it out.",
        )
    return numbers
