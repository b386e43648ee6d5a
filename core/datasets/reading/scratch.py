"""Folders of files that are read and then gone, also where the program is told to end meanwhile, or is killed."""

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

PREFIX = "movie-atlas-"
FRESH = 600.0
"""Seconds for which a folder that nobody has claimed is left alone: somebody may be about to."""
_CLAIM, _WAITS = ".claimed", ".waited-with"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty temporary folder for the time of the block.

    SIGTERM, by which a job is stopped, would end the program at once and leave the folder behind. Inside the block it
    raises `SystemExit` in the main thread, so that the folder is removed first. SIGKILL and a power cut leave it behind;
    then the next one who needs such a folder removes it.
    """
    forget_abandoned(Path(tempfile.gettempdir()), PREFIX)
    with (
        ended_in_order(),
        tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder,
        claimed(Path(folder)),
    ):
        content = Path(folder, "content")
        content.mkdir()
        yield content


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Say that a folder is in use as long as the block lasts; the system ends the claim of a program that dies."""
    with FileLock(folder / _CLAIM):
        yield


def waited_with(folder: Path) -> Callable[[], None]:
    """Say that somebody will claim a folder who cannot yet; what is returned takes that back.

    The system takes it back of a program that dies.
    """
    lock = FileLock(folder / _WAITS, timeout=0, thread_local=False)
    lock.acquire()
    return lock.release


def forget_abandoned(parent: Path, prefix: str) -> None:
    """Remove the folders of programs that have died: of ours, not fresh, claimed by nobody and waited with by nobody.

    Args:
        parent: Where they lie; it may be missing.
        prefix: What their names begin with.
    """
    for folder in parent.glob(f"{prefix}*"):
        with suppress(OSError, Timeout):
            state = folder.lstat()
            is_ours = (
                not hasattr(os, "getuid") or state.st_uid == os.getuid()
            )  # others could plant links in theirs
            if (
                folder.is_dir()
                and not folder.is_symlink()
                and is_ours
                and time.time() - state.st_mtime > FRESH
            ):
                with FileLock(folder / _CLAIM, timeout=0), FileLock(folder / _WAITS, timeout=0):
                    pass
                shutil.rmtree(folder)


@contextmanager
def ended_in_order() -> Iterator[None]:
    """SIGTERM raises `SystemExit` inside the block, so that what has to be cleared away is."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals, and may say what they do
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before if before is not None else signal.SIG_DFL)


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
