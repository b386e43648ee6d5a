"""One file of any kind as a table: Parquet, JSON, or text with cells, in any encoding, with or without a header."""

import csv
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from core.datasets.own.by_position import names_by_position
from core.datasets.own.columns import is_header
from core.datasets.own.record_files import is_json, read_json, read_parquet
from core.datasets.reading.decoding import decoded, encoding_of_file
from core.datasets.reading.limits import check_columns, check_rows, check_size, most_rows
from core.datasets.reading.tables import parse_table
from core.errors import DatasetError, SchemaError

_HEAD = 1 << 16
"""Characters in which a header is looked for, and the first rows."""
_PREAMBLE = 20
"""Lines that may stand above a header."""
_LONG = "::"
_CELL = "\x1f"
"""What a separator of two signs is replaced by: the fast parser knows no longer one."""


@dataclass(frozen=True)
class Shape:
    """How a text is laid out.

    Attributes:
        encoding: Of the file.
        separator: Between cells.
        header: Names in its header, stripped; of a table without one, by position.
        has_header: Whether the names stand in the file.
        n_above: Lines above the header, or above the first row.
        rows: The first rows below it, as text.
    """

    encoding: str
    separator: str
    header: tuple[str, ...]
    has_header: bool
    n_above: int
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class RawTable:
    """A table, and what is to be said of how it was read. Names of columns are stripped and differ."""

    frame: pd.DataFrame
    notes: tuple[str, ...] = field(default=())


def shape_of(path: Path, name: str) -> Shape:
    """How a text is laid out, from its beginning.

    Raises:
        DatasetError: It is missing, empty or no text.
    """
    try:
        state = path.stat()
        return _cached_shape(path, name, state.st_size, state.st_mtime_ns)
    except OSError as error:
        raise DatasetError(
            f"{name} cannot be read: {error.strerror or error}.", hint="Check the file."
        ) from error


@lru_cache(maxsize=64)
def _cached_shape(path: Path, name: str, size: int, changed: int) -> Shape:
    """A file is asked several times what it is; size and time tell whether it is still the same."""
    encoding = encoding_of_file(path, name)
    with path.open("rb") as stream:
        head = stream.read(2 * _HEAD).decode(encoding, errors="ignore")[:_HEAD]
    return _shape(head, encoding, path.suffix.lower() == ".tsv")


def read_file(path: Path, name: str) -> RawTable:
    """Read a whole file.

    Args:
        path: Where it is.
        name: What messages call it.

    Raises:
        DatasetError: Missing, empty, broken, too large, or of no kind that is read.
        SchemaError: A column's name stands twice.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(64)
        check_size(name, path.stat().st_size)
    except OSError as error:
        raise DatasetError(
            f"{name} cannot be read: {error.strerror or error}.", hint="Check the file."
        ) from error
    if start.startswith(b"PAR1"):
        return _checked(read_parquet(path, name), name)
    if path.suffix.lower() == ".parquet":
        raise DatasetError(f"{name} is not a readable Parquet file.", hint="Write it again.")
    if is_json(path, start):
        text, encoding = decoded(path.read_bytes(), name)
        return _checked(read_json(text, name), name, _notes(name, encoding))
    return _read_text(path, name)


def _notes(name: str, encoding: str) -> tuple[str, ...]:
    plain = encoding in ("utf-8", "utf-8-sig", "ascii")
    return () if plain else (f"{name} was read as text in {encoding}.",)


def _checked(frame: pd.DataFrame, name: str, notes: Sequence[str] = ()) -> RawTable:
    """Names of columns stripped."""
    frame.columns = [str(column).strip() for column in frame.columns]
    _check_names(list(frame.columns), name)
    return RawTable(frame.reset_index(drop=True), tuple(notes))


def _check_names(names: Sequence[str], name: str) -> None:
    check_columns(name, len(names))
    doubled = (
        [column for column in names if column and names.count(column) > 1]
        if len(set(names)) < len(names)
        else []
    )
    if doubled:
        raise SchemaError(
            f"{name} has a column name twice: {doubled[0][:40]}.", hint="Give each column its own name."
        )


def _read_text(path: Path, name: str) -> RawTable:
    shape = shape_of(path, name)
    _check_names(shape.header, name)
    most = most_rows(len(shape.header))
    settings: dict[str, Any] = {
        "sep": _CELL if shape.separator == _LONG else shape.separator,
        "dtype": str,
        "keep_default_na": False,
        "na_values": [],
        # Without this, a first row with more cells than the header silently shifts all columns.
        "index_col": False,
        "header": 0 if shape.has_header else None,
        "skiprows": shape.n_above,
        "nrows": most + 1,
    }
    if not shape.has_header:
        settings["names"] = list(shape.header)
    if shape.separator == _LONG or (not shape.has_header and shape.separator == "|"):
        settings["quoting"] = csv.QUOTE_NONE
    if shape.separator == _LONG:
        text = path.read_bytes().decode(shape.encoding, errors="replace").replace(_LONG, _CELL)
        frame = parse_table(io.StringIO(text), name, settings)
    else:
        frame = parse_table(path, name, settings | {"encoding": shape.encoding})
    check_rows(name, len(frame), most)
    notes = [*_notes(name, shape.encoding)]
    if shape.n_above:
        notes.append(f"{shape.n_above} lines above the header of {name} are no part of the table.")
    if not shape.has_header:
        notes.append(f"{name} has no header: its columns were told by what is in them.")
    return _checked(frame.fillna(""), name, notes)


def _shape(head: str, encoding: str, is_tsv: bool) -> Shape:
    head = head.removeprefix("\ufeff")
    lines = head.splitlines(keepends=True)
    n_above, separator = 0, ""
    if lines and lines[0].strip().casefold().startswith("sep=") and len(lines[0].strip()) <= 5:
        separator, n_above = lines[0].strip()[4:] or ",", 1  # what spreadsheets write above a header
    full = [line for line in lines[n_above:] if line.strip()]
    if not separator:
        separator = "\t" if is_tsv and any("\t" in line for line in full[:5]) else _separator(full)
    records = _records("".join(lines[n_above:]), separator)
    place = next((i for i, (_, cells) in enumerate(records[:_PREAMBLE]) if is_header(cells)), None)
    if place is None:
        rows = [cells for _, cells in records[:-1] or records]
        if names := names_by_position(rows, separator) or _numbered(rows):
            above = records[0][0] - 1 if records else 0
            return Shape(encoding, separator, names, False, n_above + above, tuple(map(tuple, rows)))
        place = 0
    above = records[place - 1][0] if place else 0
    header = tuple(cell.strip() for cell in records[place][1]) if records else ()
    rows = [cells for _, cells in records[place + 1 :]]
    return Shape(encoding, separator, header, True, n_above + above, tuple(map(tuple, rows)))


def _numbered(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Names for columns that cannot be told, where the first row holds a number, as no header does; else ()."""
    has_number = rows and any(cell.strip().isdigit() for cell in rows[0])
    return tuple(f"column {place}" for place in range(1, len(rows[0]) + 1)) if has_number else ()


def _separator(lines: Sequence[str]) -> str:
    """What parts the cells: two colons where nearly all lines have them, else the sign that the first line has most of."""
    some = lines[:100]
    if some and sum(_LONG in line for line in some) >= 0.9 * len(some):
        return _LONG
    first = some[0] if some else ""
    best = max(",;\t|", key=first.count)
    if best in first:
        return best
    return max(",;\t|", key=lambda sign: sum(line.count(sign) for line in some[:_PREAMBLE]))


def _records(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """The rows with something in them, each with the number of the line that it ends in; those before a broken one."""
    if separator == _LONG:
        reader = csv.reader(io.StringIO(text.replace(_LONG, _CELL)), delimiter=_CELL, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in itertools.islice(reader, 2000):
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, cells))
    except csv.Error:
        pass
    return found
