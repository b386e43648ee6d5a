"""A bound on the memory and the time that reading may take, kept by the operating system."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from core.datasets.reading.limits import IN_WORDS, LONGEST, MOST_MEMORY
from core.errors import DatasetError

_STATM = Path("/proc/self/statm")


class _LateError(BaseException):
    """Time is up; no reader takes it for a file that it can leave out."""


@contextmanager
def bounded(name: str, memory: int = MOST_MEMORY, seconds: float = LONGEST) -> Iterator[None]:
    """End what happens in the block with a plain error where it takes too much.

    Memory is bounded on Linux, as growth of the whole process's address space. Time is bounded in the main thread, where
    the system knows alarms; a long step of a compiled library is ended after it.

    Args:
        name: What is read, for messages.
        memory: Bytes more than the process has now.
        seconds: By the clock.

    Raises:
        DatasetError: One of the two was reached.
    """
    try:
        with _memory(memory), _time(seconds):
            yield
    except _LateError:
        raise DatasetError(
            f"Reading {name} took more than {seconds / 60:g} minutes and was given up.",
            hint=f"Limits: {IN_WORDS}.",
        ) from None
    except MemoryError as error:
        raise DatasetError(
            f"Reading {name} takes more than {memory / (1 << 30):g} GB of memory and was given up.",
            hint=f"Limits: {IN_WORDS}.",
        ) from error


@contextmanager
def _memory(most: int) -> Iterator[None]:
    if not _STATM.exists():
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bounds = [int(_STATM.read_text().split()[0]) * resource.getpagesize() + most]
    bounds += [bound for bound in (soft, hard) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(bounds), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@contextmanager
def _time(seconds: float) -> Iterator[None]:
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _late)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left, interval)
        signal.signal(signal.SIGALRM, before if before is not None else signal.SIG_DFL)


def _late(number: int, frame: FrameType | None) -> None:
    raise _LateError
