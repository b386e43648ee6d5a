"""A person's files in, their history out, with a report of what was read as what and what was left out."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from core.datasets.reading.titles import MAX_TITLE, clean_text
from core.domain import LoadReport
from core.domain.load_report import TableReport
from core.errors import HistoryError, UnansweredError
from core.histories import saved
from core.histories.entry import FILMS, Entry, History, Left
from core.histories.formats.base import Notes, Options
from core.histories.formats.registry import FORMATS, format_of
from core.histories.unpacking import opened, unpacked


def read_history(files: Sequence[tuple[str, bytes]], options: Options | None = None) -> History:
    """Read everything that is in one person's files; nothing is written anywhere.

    Args:
        files: Names and contents: tables, JSON, archives, or histories saved before.
        options: What the person has said about them.

    Raises:
        HistoryError: A file cannot be read or holds no history.
        UnansweredError: Something has to be said about it first.
        ArchiveError: An archive is broken, unsafe or too large.
    """
    report = LoadReport()
    entries: list[Entry] = []
    choices: dict[str, dict[str, str]] = defaultdict(dict)
    for name, data in files:
        parts = unpacked(name, data)
        is_alone = len(parts) == 1
        n_read, n_before = 0, len(entries)
        for part, content in parts:
            if isinstance(content, str):
                report.notes.append(f"{part} was not read: {content}.")
                continue
            try:
                found = _read(part, content, options or Options(), report)
            except HistoryError as error:
                if is_alone or isinstance(error, UnansweredError):
                    raise
                report.notes.append(f"{part} was not read: {error}")
                continue
            n_read += 1
            entries += found.entries
            for dataset, chosen in found.choices.items():
                choices[dataset] |= chosen
        if options and options.profile and n_read and len(entries) == n_before:
            raise HistoryError(
                f"{name} holds nothing of a profile called {options.profile[:40]}.",
                hint="Look at how it is written.",
            )
        if not n_read:
            raise HistoryError(
                f"{name} holds no history of films that is known.", hint="Known: " + known_formats() + "."
            )
    return History(tuple(entries), report, dict(choices))


def known_formats() -> str:
    """What can be read, in words."""
    return ", ".join(one.label for one in FORMATS.values())


def _read(name: str, data: bytes, options: Options, report: LoadReport) -> History:
    """One file.

    Raises:
        HistoryError: It cannot be read, or is of no format.
    """
    file, encoding = opened(name, data)
    if saved.is_saved(file.document):
        history = saved.from_document(file.document, name)
        report.table(f"{name} (a saved history)", len(history.entries)).kept = len(history.entries)
        return history
    form = format_of(file)
    if form is None:
        shown = ", ".join(column[:30] for column in file.columns[:12]) or "none"
        raise HistoryError(
            f"{name} is no history of films that is known (columns: {shown}).",
            hint="A table needs a column called title. Known: " + known_formats() + ".",
        )
    notes = Notes()
    rows = list(form.entries(file, options, notes))
    table = report.table(f"{name} ({form.label}, {encoding})", len(rows))
    kept = _kept(rows, name, table)
    table.kept = len(kept)
    table.warnings += notes.sentences()
    return History(tuple(kept))


def _kept(rows: Sequence[Entry | Left], name: str, table: TableReport) -> list[Entry]:
    """The films among the rows, their titles cleaned; all others are noted by reason."""
    kept: list[Entry] = []
    left: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if isinstance(row, Left):
            left[row.reason].append(row.shown)
            continue
        title = clean_text(row.title)[:MAX_TITLE]
        if row.kind not in FILMS:
            left[str(row.kind)].append(title)
        elif not (title or row.imdb_id or row.tmdb_id):
            left["neither a title nor an id"].append(str(row.year or "an empty row"))
        else:
            original = clean_text(row.original_title)[:MAX_TITLE]
            scale = None if row.rating is None else row.scale
            file = PurePosixPath(name).name
            kept.append(replace(row, title=title, original_title=original, scale=scale, source=file))
    for reason, shown in left.items():
        table.drop(reason, shown)
    return kept
