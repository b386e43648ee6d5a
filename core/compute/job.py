"""One running or finished command, as those see it who wait for it."""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from core.compute.turns import Turn


@dataclass(eq=False)
class Job:
    """One running or finished command.

    Attributes:
        title: What it does, in words.
        step: The last progress it reported: `stage, number, of, done, total, seconds_left, note`; {} before the first.
        error: Why it failed, for people; "" = it did not.
        hint: What to do about that.
        is_running: Whether it still works.
        started: `time.time()` when it began.
        is_stopping: Whether somebody has stopped it.
        most_seconds: It is stopped when it has taken so long; None = it may take any time.
        arguments: Of the command.
        at_end: Called when it has ended, however it has.
    """

    title: str
    step: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    hint: str = ""
    is_running: bool = True
    started: float = field(default_factory=time.time)
    process: "subprocess.Popen[str] | None" = None
    follower: Thread | None = None
    is_stopping: bool = False
    most_seconds: float | None = None
    turn: Turn | None = None
    arguments: tuple[str, ...] = ()
    at_end: Callable[[], None] | None = None

    @property
    def ahead(self) -> int:
        """How many jobs have their turn before it."""
        return self.turn.ahead(self) if self.turn is not None else 0

    def wait(self) -> None:
        """Return when it has ended."""
        if self.follower:
            self.follower.join()

    def stop(self) -> None:
        """End it; what was finished is kept and the next run goes on from there."""
        self.is_stopping = True
        if self.turn is not None:
            self.turn.leave(self)
        if self.process and self.process.poll() is None:
            self.process.terminate()
