"""Reading text tables from outside: every way in which a file can be wrong becomes a typed error."""

import csv
import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from core.datasets.reading.titles import MAX_TITLE, clean_text
from core.domain.load_report import Dropped, TableReport
from core.errors import DatasetError, SchemaError

_SNIFF = 1 << 16
_BOMS_OF_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff")


def check_text_file(path: Path) -> None:
    """Refuse what cannot be a text table.

    Raises:
        DatasetError: The file is missing, empty, or holds binary data.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_SNIFF)
    except OSError as error:
        raise DatasetError(
            f"{path.name} cannot be read in {path.parent}: {error.strerror}.",
            hint="Check the folder's name and that the download is complete.",
        ) from error
    if not head.strip():
        raise DatasetError(f"{path.name} is empty.", hint="Download it again.")
    if b"\0" in head or head.startswith(_BOMS_OF_WIDE_TEXT):
        raise DatasetError(
            f"{path.name} is not a text table: it holds binary data.",
            hint="If it is an archive, give the archive itself; save spreadsheets as CSV in UTF-8.",
        )


def header_of(path: Path, *, separator: str = ",", encoding: str = "utf-8-sig") -> list[str]:
    """Column names in a file's first line, [] where there is none to read; for telling layouts apart."""
    try:
        with path.open(encoding=encoding, errors="replace", newline="") as stream:
            line = stream.readline(_SNIFF)
        return [name.strip() for name in next(csv.reader([line], delimiter=separator), [])]
    except (OSError, csv.Error):
        return []


def has_columns(path: Path, names: Iterable[str]) -> bool:
    """Whether a CSV file's header holds all these columns."""
    return set(names) <= set(header_of(path))


def read_table(
    path: Path, columns: Sequence[str] | None = None, *, separator: str = ",", **options: Any
) -> pd.DataFrame:
    """Read a text table with every cell as text; an empty cell is "".

    Args:
        path: The file; UTF-8 (with or without a byte-order mark) unless `encoding` says otherwise.
        columns: Columns that must be there, and the only ones returned; None = all.
        separator: What stands between cells.
        options: Passed to `pandas.read_csv`; a `dtype` of its own replaces "all text".

    Raises:
        DatasetError: Missing, empty, binary, or broken in a line.
        SchemaError: A column is missing.
    """
    check_text_file(path)
    settings: dict[str, Any] = {
        "sep": separator,
        "encoding": "utf-8-sig",
        "dtype": str,
        "keep_default_na": False,
        "na_values": [],
        # Without this, a first row with more cells than the header silently shifts all columns.
        "index_col": False,
        **options,
    }
    if columns is not None and "names" not in options:
        require_columns(path, header_of(path, separator=separator, encoding=settings["encoding"]), columns)
    frame = parse_table(path, path.name, settings)
    frame = frame if "names" in options else frame.rename(columns=str.strip)
    return frame if columns is None else frame[list(columns)]


def read_colons(path: Path, columns: Sequence[str], *, encoding: str) -> pd.DataFrame:
    """Read text with "::" between cells and no header, every cell as text.

    Args:
        path: The file.
        columns: What its columns are called.
        encoding: Bytes that are none of it are replaced.

    Raises:
        DatasetError: The file is missing, empty or binary.
        SchemaError: A line has more or fewer cells than there are columns.
    """
    check_text_file(path)
    lines = [line for line in path.read_text(encoding, errors="replace").split("\n") if line.strip()]
    rows = [line.rstrip("\r").split("::") for line in lines]
    wrong = next((number for number, row in enumerate(rows, 1) if len(row) != len(columns)), None)
    if wrong:
        raise SchemaError(
            f"{path.name} line {wrong} has {len(rows[wrong - 1])} cells, not {len(columns)}: {lines[wrong - 1][:80]}",
            hint="Download it again.",
        )
    return pd.DataFrame(rows, columns=list(columns), dtype=str)


def parse_table(source: Path | TextIO, name: str, settings: Mapping[str, Any]) -> pd.DataFrame:
    """What `pandas.read_csv` makes of a text.

    Args:
        source: The file, or its text.
        name: What messages call it.
        settings: Passed on.

    Raises:
        DatasetError: It is broken in a line, or not in its encoding.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame: pd.DataFrame = pd.read_csv(source, **settings)
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"{name} is not text in {error.encoding} (byte {error.start}).",
            hint="Save it as CSV in UTF-8.",
        ) from error
    except pd.errors.EmptyDataError as error:
        raise DatasetError(f"{name} holds no table.", hint="Download it again.") from error
    except pd.errors.ParserWarning as error:
        raise DatasetError(
            f"{name} is broken: its first row has more cells than its header has names.",
            hint="Put cells that hold a comma in quotes.",
        ) from error
    except (pd.errors.ParserError, csv.Error) as error:
        reason = str(error).strip().splitlines()[-1][:200]
        if "out of memory" in reason:
            raise MemoryError(reason) from error
        raise DatasetError(
            f"{name} is broken: {reason}.", hint="Download it again or mend that line."
        ) from error
    return frame


def require_columns(path: Path, found: Sequence[str], needed: Iterable[str]) -> None:
    """Raise a `SchemaError` that names the missing columns and those that are there."""
    missing = [name for name in needed if name not in found]
    if missing:
        shown = ", ".join(name[:40] for name in found[:20]) or "none"
        raise SchemaError(
            f"{path.name} has no column {' and no '.join(missing)} (found: {shown}).",
            hint="Check that this is the right file and that its first line holds the column names.",
        )


def keep_rows(
    frame: pd.DataFrame, mask: pd.Series, table: TableReport, reason: str, *, show: str | Sequence[str]
) -> pd.DataFrame:
    """Keep the rows where `mask` is true; note the others under `reason`, shown by their columns `show`."""
    if mask.all():
        return frame
    left_out = frame.loc[~mask]
    names = [show] if isinstance(show, str) else list(show)
    shown = (" | ".join(map(str, row))[:120] for row in left_out[names].head(5).itertuples(index=False))
    table.dropped.append(Dropped(reason, len(left_out), tuple(shown)))
    return frame.loc[mask]


def clean_ids(frame: pd.DataFrame, table: TableReport, id_column: str, *, show: str) -> pd.DataFrame:
    """Drop rows whose id is not a whole number or was there before; note each."""
    is_number = frame[id_column].str.fullmatch(r"\s*\d{1,18}(?:\.0+)?\s*")
    frame = keep_rows(frame, is_number, table, f"{id_column} is not a whole number", show=[id_column, show])
    ids = frame[id_column].str.strip().str.replace(r"\.0+$", "", regex=True).astype("int64").astype(str)
    frame = frame.assign(**{id_column: ids})
    is_first = ~frame[id_column].duplicated()
    return keep_rows(frame, is_first, table, f"{id_column} stands on an earlier row", show=[id_column, show])


def clean_titles(
    frame: pd.DataFrame, table: TableReport, column: str = "title", *, show: str
) -> pd.DataFrame:
    """Make titles single clean lines; drop rows without one, shorten what is too long to show, note both."""
    titles = frame[column].map(clean_text).astype(str)
    frame = keep_rows(frame.assign(**{column: titles}), titles != "", table, "no title", show=show)
    is_long = frame[column].str.len() > MAX_TITLE
    if is_long.any():
        table.warn(f"{is_long.sum()} titles were longer than {MAX_TITLE} characters and are cut there.")
        frame = frame.assign(
            **{column: frame[column].where(~is_long, frame[column].str[: MAX_TITLE - 1] + "…")}
        )
    return frame


def join_by_id(
    films: pd.Series, frame: pd.DataFrame, table: TableReport, *, id_column: str, show: str
) -> pd.DataFrame:
    """Rows of a second table for the films at hand, indexed by film id; rows for others or doubled are noted.

    Args:
        films: Ids of the catalogue's films.
        frame: The second table, as text.
        table: Its report, with `read` set; `kept` is set here.
        id_column: The second table's id column.
        show: Column to show of a dropped row.
    """
    frame = clean_ids(frame, table, id_column, show=show)
    is_known = frame[id_column].isin(films)
    frame = keep_rows(frame, is_known, table, "no such film in the catalogue", show=[id_column, show])
    table.kept = len(frame)
    return frame.set_index(id_column)


def parse_cells(
    cells: Iterable[str], parse: Callable[[str], list[Any]], table: TableReport, column: str
) -> list[list[Any]]:
    """Parse a column of written lists; cells that cannot be read become [] and are counted in one warning."""
    result, bad = [], []
    for cell in cells:
        try:
            result.append(parse(cell))
        except ValueError:
            result.append([])
            bad.append(str(cell)[:60])
    if bad:
        table.warn(
            f"{len(bad)} cells in {column} could not be read and count as empty, for example: {bad[0]}"
        )
    return result


def list_column(values: Sequence[Sequence[str]], frame: pd.DataFrame) -> pd.Series:
    """One list a row as a column of `frame`."""
    return pd.Series(list(values), index=frame.index, dtype=object)


def count_missing(frame: pd.DataFrame, table: TableReport, labels: Mapping[str, str]) -> None:
    """Warn of empty cells: one line a column of `labels`, in its words ("overview" -> "no overview")."""
    for column, label in labels.items():
        empty = sum(1 for value in frame[column] if value is None or value is pd.NA or value in ("", (), []))
        if empty:
            table.warn(f"{empty} films with {label}.")


_YEAR = re.compile(r"^\s*(\d{4})(?:\D|$)|(?:^|\D)(\d{4})\s*$")


def year_of(date: str) -> int | None:
    """The year in a date written with four digits at either end; None where there is no plausible one."""
    match = _YEAR.search(date)
    if not match:
        return None
    year = int(match[1] or match[2])
    return year if 1870 <= year <= 2100 else None


def positive_numbers(cells: pd.Series, *, whole: bool = False) -> pd.Series:
    """Text as numbers; what is not a number, not finite, zero or less is unknown (NaN).

    Args:
        cells: Text.
        whole: Round to whole numbers.
    """
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    numbers = numbers.where((numbers > 0) & (numbers < 1e12))
    return numbers.round() if whole else numbers
