"""Work of which one piece is done at a time, by whichever process of the app it was asked for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition

from filelock import FileLock, Timeout

LOOK = 0.5
"""Seconds between two looks at whether another process has finished."""


class Turn:
    """A queue of jobs of which one works at a time.

    Jobs of one process stand in their order; between processes, whoever looks first after one has ended comes next.

    Args:
        folder: Where the lock lies by which processes know of each other. Where it cannot be written, they do not.
    """

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._waiting: list[object] = []
        self._changed = Condition()
        self._is_taken = False
        """Whether the first of these waits for a job of another process, or for one that is being stopped."""

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, job: object) -> None:
        """Stand at its end."""
        with self._changed:
            self._waiting.append(job)

    def ahead(self, job: object) -> int:
        """How many have their turn before a job."""
        with self._changed:
            return self._waiting.index(job) + self._is_taken if job in self._waiting else 0

    @property
    def standing(self) -> tuple[object, ...]:
        """The jobs in their order, the one that works included."""
        with self._changed:
            return tuple(self._waiting)

    def leave(self, job: object) -> None:
        """The job has ended, or does not wait any longer."""
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
            self._changed.notify_all()

    @contextmanager
    def taken(self, job: object) -> Iterator[bool]:
        """Wait until it is a job's turn, which ends with the block; False = the job has left before."""
        lock = FileLock(self._folder() / "turn.lock", timeout=0, thread_local=False)
        try:
            with self._changed:
                self._changed.wait_for(lambda: job not in self._waiting or self._waiting[0] is job)
                while job in self._waiting and not _is_ours(lock):
                    self._is_taken = True
                    self._changed.wait_for(lambda: job not in self._waiting, LOOK)
                self._is_taken = False
                is_its_turn = job in self._waiting
            yield is_its_turn
        finally:
            lock.release()
            self.leave(job)


def _is_ours(lock: FileLock) -> bool:
    try:
        Path(lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        return False
    except OSError:
        return True
    return True
