"""Files that somebody hands over: read by a job, and kept in the place of earlier ones once everything is built."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from core.datasets.fetching.downloads import DOWNLOADS
from core.datasets.own.gathering import MAYBE_TABLES, TABLES
from core.datasets.reading.scratch import claimed, ended_in_order, forget_abandoned, waited_with
from core.datasets.registry import SOURCES
from core.errors import DatasetError, InvalidQueryError, why

ENDINGS = tuple(sorted(ending.removeprefix(".") for ending in TABLES | MAYBE_TABLES | {".zip"}))
"""Of files that can be handed over, without the dot."""
_LONGEST = 100
_PARTIAL = ".upload-"


def check_own_name(name: str) -> None:
    """Refuse the names of datasets that are known, and of what is fetched, for a person's own files.

    Raises:
        DatasetError: It is one of these.
    """
    known = SOURCES[name].label if name in SOURCES else DOWNLOADS[name].label if name in DOWNLOADS else ""
    if known:
        raise DatasetError(f"{name} is the name of {known}.", hint="Choose another name for your files.")


def hand_over(files: Sequence[tuple[str, bytes | memoryview]], downloads: Path, name: str) -> Path:
    """Write files into a folder of their own, for a build to read them; earlier ones of the name stay as they are.

    Args:
        files: Names and contents. Names lose their folders and odd characters; equal ones get a number.
        downloads: Where downloads are kept; made if need be.
        name: The dataset's name.

    Returns:
        The folder. Whoever is given it takes it over, or forgets it.

    Raises:
        DatasetError: It is the name of something else, or they cannot be written.
    """
    check_own_name(name)
    with _in_words(name):
        downloads.mkdir(parents=True, exist_ok=True)
        forget_abandoned(downloads, _PARTIAL)
        folder = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=downloads), name)
    try:
        with _in_words(name):
            folder.mkdir()
            for safe, (_, content) in zip(safe_names([given for given, _ in files]), files, strict=True):
                (folder / safe).write_bytes(content)
    except BaseException:
        forget(folder)
        raise
    return folder


def forget(folder: Path) -> None:
    """Remove files that were handed over and are not wanted after all."""
    shutil.rmtree(folder.parent, ignore_errors=True)


def kept_waiting(folder: Path) -> Callable[[], None]:
    """Keep files that were handed over while a job waits for its turn; what is returned is called when it has ended."""
    take_back = waited_with(folder.parent)

    def ended() -> None:
        take_back()
        forget(folder)

    return ended


@contextmanager
def taken_over(folder: Path, downloads: Path, name: str) -> Iterator[None]:
    """Use files that were handed over; when the block ends, or the program is told to, what is still in the folder is gone.

    Args:
        folder: From `hand_over`.
        downloads: Where downloads are kept.
        name: The dataset's name.

    Raises:
        InvalidQueryError: The folder is none of those.
        DatasetError: It is the name of something else.
    """
    place = folder.resolve()
    if not (place.is_dir() and place.name == name and place.parent.name.startswith(_PARTIAL)):
        raise InvalidQueryError(f"{folder.name} holds no files that were handed over for {name}.")
    if place.parent.parent != downloads.resolve():
        raise InvalidQueryError(f"{folder.name} is not among the downloads.")
    try:
        check_own_name(name)
        with ended_in_order(), claimed(place.parent):
            yield
    finally:
        forget(place)


def put_in_place(folder: Path, place: Path) -> None:
    """Move a folder to where another one is, which stays there as long as can be.

    Raises:
        DatasetError: It cannot be moved.
    """
    with _in_words(place.name):
        aside = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=place.parent))
        with suppress(FileNotFoundError):
            os.rename(place, aside / "old")
        try:
            os.rename(folder, place)
        except OSError:
            with suppress(FileNotFoundError):
                os.rename(aside / "old", place)
            aside.rmdir()
            raise
        shutil.rmtree(aside, ignore_errors=True)


def safe_names(names: Sequence[str]) -> list[str]:
    """File names without folders or odd characters, each once, whatever letters are large."""
    taken: set[str] = set()
    found = []
    for name in names:
        last = name.replace("\\", "/").rsplit("/", 1)[-1]
        safe = re.sub(r"[^A-Za-z0-9._-]", "_", last)[-_LONGEST:].lstrip(".") or "file"
        path, n = Path(safe), 1
        while safe.casefold() in taken:
            n += 1
            safe = f"{path.stem}-{n}{path.suffix}"
        taken.add(safe.casefold())
        found.append(safe)
    return found


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatasetError(
            f"The files of {name} cannot be kept: {why(error)}.",
            hint="Check free space and permissions of the downloads folder.",
        ) from error
