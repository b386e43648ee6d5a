"""Artefacts made before their turn: beside the build, in a thread of their own."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from pathlib import Path

from core.compute.progress import Progress
from core.storage import Workspace

_LOOK = 0.2
"""Seconds between two looks at whether something is ready, or unwanted."""


class LeftError(Exception):
    """The build has ended before something that was begun ahead of its turn."""


class Ahead:
    """Makes artefacts in the order in which they were begun, one at a time; what went wrong is raised at their turn.

    Args:
        workspace: Where they are written.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._begun: dict[str, Future[float]] = {}
        self._at: dict[str, tuple[int, int, str]] = {}
        self._is_left = False

    def begin(self, name: str, key: str, make: Callable[[Path, Progress], None]) -> None:
        """Begin to make an artefact."""

        def tell(done: int, total: int, note: str = "") -> None:
            if self._is_left:
                raise LeftError
            self._at[key] = done, total, note

        def work() -> float:
            started = time.perf_counter()
            tell(0, 0)
            with self._workspace.writing(name, key) as folder:
                make(folder, tell)
            return time.perf_counter() - started

        self._begun[key] = self._thread.submit(work)

    def was_begun(self, key: str) -> bool:
        """Whether it was begun, and not taken yet."""
        return key in self._begun

    def is_ready(self, key: str) -> bool:
        """Whether nobody would have to wait for it: it is made, or has failed, or was never begun."""
        return not self.was_begun(key) or self._begun[key].done()

    def take(self, key: str, progress: Progress) -> float | None:
        """Seconds that it took to make an artefact, once it is there; None = it was not begun.

        Args:
            key: Whose.
            progress: Told how far it is; what it raises ends the wait.

        Raises:
            Exception: What went wrong with it.
        """
        future = self._begun.pop(key, None)
        while future is not None:
            try:
                return future.result(_LOOK)
            except NotYetError:
                if future.done():  # an error of its own that goes by the same name
                    raise
                progress(*self._at.get(key, (0, 0, "")))
        return None

    def close(self) -> None:
        """Stop what is being made, and return when it has stopped."""
        self._is_left = True
        self._thread.shutdown(wait=True, cancel_futures=True)
