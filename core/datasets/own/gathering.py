"""The files in what a person brings: a file, a folder, an archive, an archive in either."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.datasets.reading.archives import ArchiveLimits, extract
from core.datasets.reading.limits import DEEPEST_ARCHIVE, DEEPEST_FOLDER, MOST_FILES, OWN_ARCHIVES
from core.datasets.reading.scratch import scratch_folder
from core.errors import DatasetError

TABLES = frozenset({".csv", ".tsv", ".parquet", ".jsonl", ".ndjson"})
"""Endings of files that must be tables."""
MAYBE_TABLES = frozenset({".txt", ".dat", ".data", ".item", ".json"})
"""Endings of files that may be something else: where one cannot be read, it is noted and left."""
_ARCHIVE = ".zip"
_SKIPPED = frozenset({"__macosx", "deleted", "orphaned"})
"""Folders of archives and exports that hold nothing that still counts."""


@dataclass(frozen=True)
class Found:
    """One file.

    Attributes:
        name: With the folders and archives that it is in, for people and for formats that are told by names.
        path: Where it is now.
        level: How deep it lies; an archive, and a folder that is alone, do not count.
        archive: The archive at the top that it came out of; "" = none.
    """

    name: str
    path: Path
    level: int = 0
    archive: str = ""

    @property
    def is_surely_a_table(self) -> bool:
        """Whether its ending says that it is a table."""
        return self.path.suffix.lower() in TABLES


@dataclass
class Gathered:
    """The files, and what is to be said of others."""

    files: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def is_archive(path: Path) -> bool:
    """Whether this is a zip archive, by its ending."""
    return path.suffix.lower() == _ARCHIVE and path.is_file()


def listed(place: Path, depth: int = 0) -> list[Path]:
    """Files that a load may read, archives as they are, in a fixed order.

    Args:
        place: A file, or a folder.
        depth: How deep it lies itself.

    Raises:
        DatasetError: There are far too many.
    """
    if place.is_file():
        return [place]
    found: list[Path] = []
    for path in _inside(place):
        if path.is_dir():
            found += listed(path, depth + 1) if depth < DEEPEST_FOLDER else []
        elif path.suffix.lower() in (TABLES | MAYBE_TABLES | {_ARCHIVE}):
            found.append(path)
        if len(found) > MOST_FILES:
            raise DatasetError(
                f"{place} holds more than {MOST_FILES:,} files.", hint="Give the folder of the films alone."
            )
    return found


@contextmanager
def gathered(paths: Sequence[Path], base: Path) -> Iterator[Gathered]:
    """The files among and in these, archives unpacked for the time of the block.

    Args:
        paths: Files.
        base: The folder that their names begin in, or the file itself.

    Raises:
        ArchiveError: An archive is broken, unsafe or too large.
    """
    with scratch_folder() as scratch:
        work = _Gathering(scratch)
        root = base if base.is_dir() else base.parent
        top = _lone_folder(root, paths)
        for path in paths:
            name = path.relative_to(root).as_posix()
            level = len(path.relative_to(top).parts) - 1
            work.add(Found(name, path, level), depth=0)
        yield work.result


def _lone_folder(root: Path, paths: Sequence[Path]) -> Path:
    """The folder that all of these lie in, as deep as can be."""
    folder = root
    while True:
        below = {path.relative_to(folder).parts[0] for path in paths}
        if len(below) != 1 or not (folder / next(iter(below))).is_dir():
            return folder
        folder /= next(iter(below))


class _Gathering:
    """Adds files one by one; archives inside of archives share one limit."""

    def __init__(self, scratch: Path) -> None:
        self.result = Gathered()
        self._scratch = scratch
        self._left: ArchiveLimits = OWN_ARCHIVES
        self._n = 0

    def add(self, found: Found, depth: int) -> None:
        """A file, or all files of an archive."""
        if not is_archive(found.path):
            self.result.files.append(found)
            return
        if depth == DEEPEST_ARCHIVE:
            self.result.notes.append(
                f"{found.name} was not read: an archive inside an archive inside an archive."
            )
            return
        self._n += 1
        folder = extract(found.path, self._scratch / str(self._n), self._left)
        sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
        self._left = replace(
            self._left, files=self._left.files - len(sizes), bytes=self._left.bytes - sum(sizes)
        )
        inside = listed(folder)
        if not inside:
            self.result.notes.append(f"{found.name} holds no table.")
            return
        top = _lone_folder(folder, inside)
        for path in inside:
            name = f"{found.name}/{path.relative_to(folder).as_posix()}"
            level = found.level + len(path.relative_to(top).parts) - 1
            self.add(Found(name, path, level, found.archive or found.name), depth + 1)


def _inside(folder: Path) -> list[Path]:
    """What lies in a folder, by name, without hidden things and folders that are skipped."""
    if not folder.is_dir():
        return []
    return [
        path
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".") and not (path.name.casefold() in _SKIPPED and path.is_dir())
    ]
