"""Builds and downloads in a process of their own, so that no visitor waits for another and torch's memory is given back."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread, Timer
from typing import Any

from core.compute.job_records import JobRecord, forget_passing
from core.compute.turns import Turn
from core.errors import BuildError, why
from core.settings import ROOT, home

KEPT_ENDED = 50
"""Jobs that kept their turn and have ended, which are still known."""
KEPT_LINES = 40
"""Lines of a failed job's output that are kept to show."""
CUT_OFF = "It was cut off: the app, or the machine, ended before it had."
GOES_ON = "What was finished is kept; start it again to go on."
_KILL = 9
"""SIGKILL, which Windows does not name."""


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


class Jobs:
    """At most one job a dataset; shared by all visitors.

    Args:
        folder: Where running jobs are written down; None = `jobs` in the home folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()
        self._folder = folder
        self._turn = Turn(self._place)

    @property
    def in_turn(self) -> int:
        """How many jobs that keep to their turn there are, the one that works included."""
        return len(self._turn)

    def get(self, name: str) -> Job | None:
        """The running or last job of a dataset, or one that was running when the app last ended."""
        with self._lock:
            if name not in self._jobs and (title := self._record(name).cut_off()):
                self._jobs[name] = Job(title, error=CUT_OFF, hint=GOES_ON, is_running=False)
            return self._jobs.get(name)

    def start(
        self,
        name: str,
        title: str,
        arguments: list[str],
        *,
        keeps_turn: bool = False,
        most_seconds: float | None = None,
    ) -> Job:
        """Run `python -m core ARGUMENTS --progress` in the background.

        Args:
            name: The dataset's name.
            title: What it does, in words.
            arguments: Passed as they are, never through a shell.
            keeps_turn: Whether it waits until all others that keep their turn have ended.
            most_seconds: It is stopped when it has worked so long.

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
            record.begin(title, is_passing=keeps_turn)
            job = self._jobs[name] = Job(title, most_seconds=most_seconds)
            if keeps_turn:
                self._forget_ended()
                job.turn = self._turn
                self._turn.join(job)
        if keeps_turn:
            _in_background(job, record, _in_turn, arguments)
        elif _begun(job, record, arguments):
            _in_background(job, record, _follow)
        return job

    def _forget_ended(self) -> None:
        """Of jobs that kept their turn, each visitor has a name of its own: only the last ones that ended are known."""
        ended = [name for name, job in self._jobs.items() if job.turn is not None and not job.is_running]
        for name in ended[:-KEPT_ENDED]:
            del self._jobs[name]
        forget_passing(self._place())

    def _record(self, name: str) -> JobRecord:
        return JobRecord(name, self._place())

    def _place(self) -> Path:
        return self._folder or home() / "jobs"


def _in_background(job: Job, record: JobRecord, work: Callable[..., None], *more: Any) -> None:
    job.follower = Thread(target=work, args=(job, record, *more), daemon=True)
    try:
        job.follower.start()
    except RuntimeError as error:
        job.error, job.hint = (
            f"It could not be started: {error}.",
            "Close other programs, and start it again.",
        )
        job.stop()
        _ended(job, record)


def _begun(job: Job, record: JobRecord, arguments: list[str]) -> bool:
    """Whether its process could be started; where not, it has ended with the reason."""
    try:
        job.process = _process(arguments)
    except (OSError, ValueError, RuntimeError) as error:
        job.error = f"It could not be started: {why(error) if isinstance(error, OSError) else error}."
        job.hint = "Close other programs, and start it again."
        _ended(job, record)
        return False
    return True


def _in_turn(job: Job, record: JobRecord, arguments: list[str]) -> None:
    """Wait, work, and let the next one work."""
    assert job.turn is not None
    with job.turn.taken(job) as is_its_turn:
        if not is_its_turn or job.is_stopping:
            job.error, job.hint = "It was stopped before its turn.", "Nothing was begun."
            _ended(job, record)
        elif _begun(job, record, arguments):
            _follow(job, record)


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
    late = Event()

    def end_it() -> None:
        late.set()
        process.terminate()

    clock = Timer(job.most_seconds, end_it) if job.most_seconds else None
    if clock:
        clock.daemon = True
        clock.start()
    if job.is_stopping:
        process.terminate()  # stopped in the moment in which it was started
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
        if status != 0 and job.most_seconds and late.is_set():
            job.error = (
                f"It was ended after {job.most_seconds / 60:.0f} minutes, which is all that it may take."
            )
            job.hint = "What was finished is kept. Ask for less."
        elif status != 0 and not job.error:
            job.error, job.hint = _end_in_words(job, status, tail)
    finally:
        if clock:
            clock.cancel()
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
