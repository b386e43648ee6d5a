"""How many threads work here, and keeping BLAS from starting more of its own."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import OpenBLASController, ThreadpoolController


def n_threads() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Within the block, BLAS works on one thread: for many small systems, or beside threads of ours.

    The limit is the process's (where BLAS is threaded by OpenMP: the thread's). Blocks may overlap, in one thread or in
    several: the first to begin sets the limit, the last to end lifts it.
    """
    _limit.begin()
    try:
        yield
    finally:
        _limit.end()


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Within the block, torch works on one thread for whoever entered it: for small layers more are slower.

    Sums do not depend on the number of cores then. A thread that uses torch for the first time meanwhile keeps one
    thread too.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Limit:
    """Counts the blocks.

    `threadpool_limits` as a context manager would not do: of two that overlap in two threads, the second finds the first
    one's limit, takes it for what was there before, and restores it for good.
    """

    def __init__(self) -> None:
        self._lock, self._n_blocks = threading.Lock(), 0
        self._n_modules = 0

    def begin(self) -> None:
        with self._lock:
            if not self._n_blocks:
                # looking for libraries takes milliseconds, and a further one comes with a further module
                if self._n_modules != len(sys.modules):
                    self._libraries, self._n_modules = ThreadpoolController(), len(sys.modules)
                self._limits = self._libraries.limit(limits=1, user_api="blas")
            self._n_blocks += 1

    def end(self) -> None:
        with self._lock:
            self._n_blocks -= 1
            if not self._n_blocks:
                # the thread that set the limit may not be this one
                OpenBLASController.clear_controlling_thread(force=True)
                self._limits.restore_original_limits()
                OpenBLASController.clear_controlling_thread(force=True)


_limit = _Limit()
