"""From what a person hands over to the files in it, all in memory: a file, a zip archive, or one in another."""

import csv
import io
import json
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from core.datasets.exports.formats.base import HistoryFile
from core.datasets.reading.archives import ArchiveLimits, read_members
from core.datasets.reading.decoding import decoded, mended, tidied
from core.errors import DatasetError, HistoryError

LIMITS = ArchiveLimits(files=2_000, bytes=256 << 20, ratio=200.0, ratio_from=32 << 20)
"""Of one archive and all archives inside of it together."""
LARGEST = 64 << 20
"""Bytes of one file."""
MOST_ROWS = 200_000
"""Rows of one file."""
MOST_COLUMNS = 500
"""Columns of one file."""
DEEPEST = 2
"""A zip in a zip is read, one in that is not."""
READ = (".csv", ".tsv", ".txt", ".json", ".zip")
_ZIP = b"PK\x03\x04"
_SKIPPED = {
    "deleted": "it was deleted",
    "orphaned": "it belongs to nothing any more",
    "__macosx": "no file of yours",
}
"""Folders of an export that hold nothing that still counts."""
PREAMBLE = "letterboxd list export"
"""How a table begins whose first line is no header."""
_PERSONAL = frozenset({"profile.csv", "comments.csv", "user-profile.json", "user-settings.json"})
"""Files that speak of the person and of no film: they are not opened."""


def unpacked(name: str, data: bytes) -> list[tuple[str, bytes | str]]:
    """The files in a file: their names with their content, or with why they are not read.

    Args:
        name: What messages call it.
        data: Its bytes.

    Raises:
        ArchiveError: An archive is broken, unsafe or too large.
        HistoryError: A file is too large.
    """
    found: list[tuple[str, bytes | str]] = []
    _unpack(name, data, 0, LIMITS, found)
    return found


def _unpack(
    name: str, data: bytes, depth: int, left: ArchiveLimits, found: list[tuple[str, bytes | str]]
) -> ArchiveLimits:
    """Add the files in a file to those found; what is left of the limits for what comes after it."""
    if not data.startswith(_ZIP):
        if len(data) > LARGEST:
            raise HistoryError(
                f"{name} has {len(data) / 1e6:.0f} MB; {LARGEST / 1e6:.0f} are allowed.",
                hint="Export less, or split it.",
            )
        found.append((name, data))
        return left
    if depth == DEEPEST:
        found.append((name, "an archive inside an archive inside an archive"))
        return left

    def is_wanted(member: str) -> bool:
        if reason := _why_not(member):
            found.append((member, reason))
        return not reason

    members = read_members(data, name, is_wanted, left)
    size = sum(map(len, members.values()))
    left = replace(left, files=left.files - len(members), bytes=left.bytes - size)
    for member in sorted(members):
        left = _unpack(member, members[member], depth + 1, left, found)
    return left


def _why_not(member: str) -> str:
    """Why a file of an archive is not read; "" if it is."""
    path = PurePosixPath(member.casefold())
    for folder in path.parts[:-1]:
        if folder in _SKIPPED:
            return _SKIPPED[folder]
    if path.name in _PERSONAL:
        return "it is about you and not about films"
    return "" if path.suffix in READ else "neither a table nor JSON"


def opened(name: str, data: bytes, n_above: int = 0) -> tuple[HistoryFile, str]:
    """A file as table or document, and its encoding.

    Args:
        name: What messages call it.
        data: Its bytes.
        n_above: Lines above a table's header that are no part of it.

    Raises:
        HistoryError: It is empty, no text, broken or too long.
    """
    try:
        text, encoding = decoded(data, name)
    except DatasetError as error:
        raise HistoryError(error.message, hint=error.hint) from error
    if text.lstrip().startswith(("[", "{")):
        return _document(name, text), encoding
    if n_above:
        text = "".join(text.splitlines(keepends=True)[n_above:])
    return _table(name, text), encoding


def _document(name: str, text: str) -> HistoryFile:
    try:
        content: Any = tidied(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise HistoryError(
            f"{name} is no sound JSON: {str(error)[:120]}.", hint="Export it again."
        ) from error
    if isinstance(content, list):
        _check_rows(name, len(content))
        if content and all(isinstance(one, dict) and not any(map(_is_deep, one.values())) for one in content):
            found = [{str(k).casefold(): _cell(v) for k, v in one.items()} for one in content]
            columns = dict.fromkeys((key for row in found for key in row), "")
            _check_columns(name, len(columns))
            return HistoryFile(name, tuple(columns), [columns | row for row in found])
    return HistoryFile(name, document=content)


def _is_deep(value: object) -> bool:
    return isinstance(value, dict | list)


def _cell(value: object) -> str:
    return "" if value is None else mended(str(value))


def _table(name: str, text: str) -> HistoryFile:
    separator = _separator(text)
    lines: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for line in reader:
            _check_rows(name, len(lines))
            lines.append([mended(cell) for cell in line])
    except csv.Error as error:
        raise HistoryError(
            f"{name} is broken in line {reader.line_num}: {error}.",
            hint="Mend that line: often a quotation mark is missing.",
        ) from error
    full = [line for line in lines if any(cell.strip() for cell in line)]
    columns = [cell.strip().casefold() for cell in full[0]] if full else []
    _check_columns(name, len(columns))
    blank = dict.fromkeys(columns, "")
    # of two columns of one name the first counts
    rows = [
        blank | {c: cell.strip() for c, cell in reversed([*zip(columns, line, strict=False)])}
        for line in full[1:]
    ]
    return HistoryFile(name, tuple(columns), rows, lines)


def _separator(text: str) -> str:
    """What parts the cells of the first line with something in it; a sign that is in no text where there is one column."""
    head = next((line for line in text[: 1 << 16].splitlines() if line.strip()), "")
    if head.casefold().startswith(PREAMBLE):
        return ","
    best = max(",;\t|", key=head.count)
    return best if best in head else "\x1f"


def _check_columns(name: str, n: int) -> None:
    if n > MOST_COLUMNS:
        raise HistoryError(f"{name} has {n:,} columns; {MOST_COLUMNS} are allowed.")


def _check_rows(name: str, n: int) -> None:
    if n > MOST_ROWS:
        raise HistoryError(
            f"{name} has more than {MOST_ROWS:,} rows.", hint="That is no single person's history: split it."
        )
