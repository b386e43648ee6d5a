"""A folder for what is unpacked, which is gone afterwards, also where the program is told to end meanwhile."""

import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

PREFIX = "movie-atlas-"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty temporary folder for the time of the block.

    SIGTERM, by which a job is stopped, would end the program at once and leave the folder behind. Inside the block it
    raises `SystemExit` in the main thread, so that the folder is removed first.
    """
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder, _ended_in_order():
        yield Path(folder)


@contextmanager
def _ended_in_order() -> Iterator[None]:
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
