"""The films in one exported file, with a report of the rows that are left out."""

from collections import defaultdict
from dataclasses import replace
from pathlib import PurePosixPath

from core.datasets.exports.entry import FILMS, Entry, Left
from core.datasets.exports.formats.base import Format, HistoryFile, Notes, Options, Row
from core.datasets.exports.formats.registry import FORMATS
from core.datasets.reading.titles import MAX_TITLE, clean_text
from core.domain import LoadReport
from core.domain.load_report import TableReport


def known_formats() -> str:
    """What can be read, in words."""
    return ", ".join(one.label for one in FORMATS.values())


def films_in(
    file: HistoryFile, form: Format, options: Options, report: LoadReport, encoding: str
) -> list[tuple[Entry, Row]]:
    """The films of a file, their titles cleaned, each with its row of the table; {} where it has no row of its own.

    Args:
        file: The file.
        form: Its format.
        options: What the person has said about it.
        report: A table of the file's rows is added to it.
        encoding: Of the file, for the report.

    Raises:
        UnansweredError: Something has to be said about it first.
    """
    notes = Notes()
    found = list(form.entries(file, options, notes))
    table = report.table(f"{file.name} ({form.label}, {encoding})", len(found))
    rows: list[Row] = file.rows if len(file.rows) == len(found) else [{}] * len(found)
    kept = _kept(list(zip(found, rows, strict=True)), PurePosixPath(file.name).name, table)
    table.kept = len(kept)
    table.warnings += notes.sentences()
    return kept


def _kept(rows: list[tuple[Entry | Left, Row]], name: str, table: TableReport) -> list[tuple[Entry, Row]]:
    """The films among the rows; all others are noted by reason."""
    kept: list[tuple[Entry, Row]] = []
    left: dict[str, list[str]] = defaultdict(list)
    for entry, row in rows:
        if isinstance(entry, Left):
            left[entry.reason].append(entry.shown)
            continue
        title = clean_text(entry.title)[:MAX_TITLE]
        if entry.kind not in FILMS:
            left[str(entry.kind)].append(title)
        elif not (title or entry.imdb_id or entry.tmdb_id):
            left["neither a title nor an id"].append(str(entry.year or "an empty row"))
        else:
            original = clean_text(entry.original_title)[:MAX_TITLE]
            scale = None if entry.rating is None else entry.scale
            kept.append((replace(entry, title=title, original_title=original, scale=scale, source=name), row))
    for reason, shown in left.items():
        table.drop(reason, shown)
    return kept
