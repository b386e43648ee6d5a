"""How much memory a piece of work takes at its peak."""

import sys
import threading
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

_STATM = Path("/proc/self/statm")
_INTERVAL = 0.01


class PeakMemory:
    """Measures by how much the process's resident memory grows inside a `with` block.

    Resident memory is what the machine has to provide, whichever library asked for it; `tracemalloc` would
    see NumPy's arrays but not those of compiled kernels or torch, and slows Python code. A thread reads it
    every 10 ms; the process's own high-water mark covers peaks between two readings, or while a kernel blocks
    the thread, unless an earlier peak was higher. Memory that earlier work freed but the allocator kept is
    not counted again, so figures are lower bounds. Outside Linux only the high-water mark is there; on
    systems without it `megabytes` is None.
    """

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._peak = 0.0
        self.megabytes: float | None = None
        """Growth in 10^6 bytes; None before the block has ended, or where it cannot be measured."""

    def __enter__(self) -> Self:
        self._start, self._high = _resident(), _high_water()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        if self._start is not None:
            self._peak = self._start
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._start is not None:
            self._thread.join()
            self._peak = max(self._peak, _resident() or 0.0)
        high = _high_water()
        if high is not None and self._high is not None and high > self._high:
            self._peak = max(self._peak, high)
        start = self._start if self._start is not None else self._high
        self.megabytes = None if start is None else max(self._peak - start, 0.0)

    def _watch(self) -> None:
        while not self._stop.wait(_INTERVAL):
            self._peak = max(self._peak, _resident() or 0.0)


def _resident() -> float | None:
    """Resident memory now in 10^6 bytes, None where the system does not say."""
    if not _STATM.exists():
        return None
    import resource

    return int(_STATM.read_text().split()[1]) * resource.getpagesize() / 1e6


def _high_water() -> float | None:
    """Highest resident memory since the process began in 10^6 bytes, None where the system does not say."""
    try:
        import resource
    except ImportError:
        return None
    # kibibytes on Linux, bytes on macOS
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def array_bytes(thing: object, *, beside: Iterable[object] = ()) -> int:
    """Bytes of the NumPy arrays that are reached from a thing, and from nothing that is `beside` it.

    Attributes, mappings and sequences are followed, functions and what they enclose are not. Views count as what they
    look at, once; arrays that lie in files (memory maps) take no memory.
    """
    shared = _arrays(beside)
    return sum(size for owner, size in _arrays([thing]).items() if owner not in shared)


def _arrays(things: Iterable[object]) -> dict[int, int]:
    """Bytes of every array in memory, by its id."""
    found: dict[int, int] = {}
    seen: set[int] = set()
    left = list(things)
    while left:
        thing = left.pop()
        if id(thing) in seen or isinstance(thing, type | str | bytes):
            continue
        seen.add(id(thing))
        if isinstance(thing, np.ndarray):
            while isinstance(thing.base, np.ndarray):
                thing = thing.base
            found[id(thing)] = 0 if isinstance(thing, np.memmap) else thing.nbytes
        elif isinstance(thing, Mapping):
            left += thing.values()
        elif isinstance(thing, list | tuple | Set):
            left += thing
        elif not callable(thing):
            left += vars(thing).values() if hasattr(thing, "__dict__") else ()
    return found
