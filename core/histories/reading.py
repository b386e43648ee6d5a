"""A person's files in, their history out, with a report of what was read as what and what was left out."""

from collections import defaultdict
from collections.abc import Sequence

from core.datasets.exports.entry import Entry
from core.datasets.exports.formats.base import Options
from core.datasets.exports.formats.registry import format_of
from core.datasets.exports.reading import films_in, known_formats
from core.datasets.exports.unpacking import opened, unpacked
from core.domain import LoadReport
from core.errors import HistoryError, UnansweredError
from core.histories import saved
from core.histories.history import History


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
    kept = films_in(file, form, options, report, encoding)
    return History(tuple(entry for entry, _ in kept))
