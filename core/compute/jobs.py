"""Builds and downloads in a process of their own, so that no visitor waits for another and torch's memory is given back."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any

from core.errors import BuildError
from core.settings import ROOT

KEPT_LINES = 40
"""Lines of a failed job's output that are kept to show."""


@dataclass
class Job:
    """One running or finished command.

    Attributes:
        title: What it does, in words.
        step: The last progress it reported: `stage, number, of, done, total, seconds_left, note`; {} before the first.
        error: Why it failed, for people; "" = it did not.
        hint: What to do about that.
        is_running: Whether it still works.
        started: `time.time()` when it began.
    """

    title: str
    step: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    hint: str = ""
    is_running: bool = True
    started: float = field(default_factory=time.time)
    process: "subprocess.Popen[str] | None" = None
    follower: Thread | None = None

    def wait(self) -> None:
        """Return when it has ended."""
        if self.follower:
            self.follower.join()

    def stop(self) -> None:
        """End it; what was finished is kept and the next run goes on from there."""
        if self.process and self.process.poll() is None:
            self.process.terminate()


class Jobs:
    """At most one job a dataset; shared by all visitors."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()

    def get(self, name: str) -> Job | None:
        """The running or last job of a dataset."""
        return self._jobs.get(name)

    def start(self, name: str, title: str, arguments: list[str]) -> Job:
        """Run `python -m core ARGUMENTS --progress` in the background.

        Args:
            name: The dataset's name.
            title: What it does, in words.
            arguments: Passed as they are, never through a shell.

        Raises:
            BuildError: A job of this dataset is running.
        """
        with self._lock:
            running = self._jobs.get(name)
            if running and running.is_running:
                raise BuildError(
                    f"{name} is busy: {running.title}.", hint="Wait until that has ended, or stop it."
                )
            job = self._jobs[name] = Job(title)
        job.process = subprocess.Popen(
            [sys.executable, "-m", "core", *arguments, "--progress"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        job.follower = Thread(target=_follow, args=(job,), daemon=True)
        job.follower.start()
        return job


def _follow(job: Job) -> None:
    """Read a job's lines until it ends."""
    process = job.process
    assert process is not None
    assert process.stdout is not None
    tail: list[str] = []
    for line in process.stdout:
        try:
            value = json.loads(line)
        except ValueError:
            tail = [*tail, line.rstrip()][-KEPT_LINES:]
            continue
        if isinstance(value, dict) and "error" in value:
            job.error, job.hint = str(value["error"]), str(value.get("hint", ""))
        elif isinstance(value, dict) and "stage" in value:
            job.step = value
    status = process.wait()
    if status != 0 and not job.error:
        stopped = status < 0
        job.error = "It was stopped." if stopped else "It ended with an error that was not expected."
        job.hint = (
            "What was finished is kept; start it again to go on." if stopped else " ".join(tail[-3:])[:500]
        )
    job.is_running = False
