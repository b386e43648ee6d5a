"""Builds and downloads in a process of their own, so that no visitor waits for another and torch's memory is given back."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from core.compute.job_records import JobRecord
from core.errors import BuildError, why
from core.settings import ROOT, home

KEPT_LINES = 40
"""Lines of a failed job's output that are kept to show."""
CUT_OFF = "It was cut off: the app, or the machine, ended before it had."
GOES_ON = "What was finished is kept; start it again to go on."
_KILL = 9
"""SIGKILL, which Windows does not name."""


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
        is_stopping: Whether somebody has stopped it.
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

    def wait(self) -> None:
        """Return when it has ended."""
        if self.follower:
            self.follower.join()

    def stop(self) -> None:
        """End it; what was finished is kept and the next run goes on from there."""
        self.is_stopping = True
        if self.process and self.process.poll() is None:
            self.process.terminate()


class Jobs:
    """At most one job a dataset; shared by all visitors.

    Args:
        folder: Where running jobs are written down; None = `jobs` in the home folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()
        self._folder = folder

    def get(self, name: str) -> Job | None:
        """The running or last job of a dataset, or one that was running when the app last ended."""
        with self._lock:
            if name not in self._jobs and (title := self._record(name).cut_off()):
                self._jobs[name] = Job(title, error=CUT_OFF, hint=GOES_ON, is_running=False)
            return self._jobs.get(name)

    def start(self, name: str, title: str, arguments: list[str]) -> Job:
        """Run `python -m core ARGUMENTS --progress` in the background.

        Args:
            name: The dataset's name.
            title: What it does, in words.
            arguments: Passed as they are, never through a shell.

        Returns:
            The job; where its process could not be started, one that has ended with the reason.

        Raises:
            BuildError: A job of this dataset is running.
        """
        with self._lock:
            running = self._jobs.get(name)
            if running and running.is_running:
                raise BuildError(
                    f"{name} is busy: {running.title}.", hint="Wait until that has ended, or stop it."
                )
            record = self._record(name)
            record.begin(title)
            job = self._jobs[name] = Job(title)
        try:
            job.process = _process(arguments)
            job.follower = Thread(target=_follow, args=(job, record), daemon=True)
            job.follower.start()
        except (OSError, ValueError, RuntimeError) as error:
            job.error = f"It could not be started: {why(error) if isinstance(error, OSError) else error}."
            job.hint = "Close other programs, and start it again."
            job.stop()
            _ended(job, record)
        return job

    def _record(self, name: str) -> JobRecord:
        return JobRecord(name, self._folder or home() / "jobs")


def _process(arguments: list[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "core", *arguments, "--progress"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )


def _ended(job: Job, record: JobRecord) -> None:
    record.end()
    job.is_running = False


def _follow(job: Job, record: JobRecord) -> None:
    """Read a job's lines until it ends."""
    process = job.process
    assert process is not None
    assert process.stdout is not None
    tail: list[str] = []
    try:
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
            job.error, job.hint = _end_in_words(job, status, tail)
    finally:
        _ended(job, record)


def _end_in_words(job: Job, status: int, tail: list[str]) -> tuple[str, str]:
    """What a job that has said nothing itself ended with, and what to do about it."""
    if job.is_stopping or status in (-signal.SIGTERM, 128 + signal.SIGTERM):
        return "It was stopped.", GOES_ON
    if status == -_KILL:
        return (
            "It was killed by the system, most likely because memory ran out.",
            f"Free some memory. {GOES_ON}",
        )
    if status < 0:
        return f"It broke off (signal {-status}).", GOES_ON
    return "It ended with an error that was not expected.", " ".join(tail[-3:])[:500]
