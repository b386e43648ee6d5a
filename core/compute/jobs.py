"""Builds and downloads in a process of their own, so that no visitor waits for another and torch's memory is given back."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock, Thread, Timer
from typing import Any

from core.compute.job import Job
from core.compute.job_records import JobRecord, forget_passing, written_down
from core.compute.parent import FOLLOWED_BY
from core.compute.turns import Turn
from core.errors import BuildError, why
from core.settings import ROOT, home

__all__ = ["CUT_OFF", "GOES_ON", "Job", "Jobs", "numbered"]

KEPT_ENDED = 50
"""Jobs that kept their turn and have ended, which are still known."""
KEPT_LINES = 40
"""Lines of a failed job's output that are kept to show."""
CUT_OFF = "It was cut off: the app, or the machine, ended before it had."
GOES_ON = "What was finished is kept; start it again to go on."
_KILL = 9
"""SIGKILL, which Windows does not name."""


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

    @property
    def queue(self) -> list[tuple[str, Job]]:
        """Name and job of those that keep their turn, the one that works first; one that is being stopped before it."""
        with self._lock:
            names = {job: name for name, job in self._jobs.items() if job.turn is not None and job.is_running}
        order = [job for job in self._turn.standing if isinstance(job, Job) and job in names]
        return [(names[job], job) for job in [*(job for job in names if job not in order), *order]]

    def of_base(self, base: str) -> list[tuple[str, Job]]:
        """Name and job of those that have a name or are numbered by it (`numbered`), as they were started."""
        for name in written_down(self._place()):
            if _is_of(base, name):
                self.get(name)  # one that was cut off becomes known
        with self._lock:
            return [(name, job) for name, job in self._jobs.items() if _is_of(base, name)]

    def forget(self, name: str) -> None:
        """Know nothing any more of a job that has ended."""
        with self._lock:
            if name in self._jobs and not self._jobs[name].is_running:
                del self._jobs[name]

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
        stays: bool = False,
        most_seconds: float | None = None,
        at_end: Callable[[], None] | None = None,
    ) -> Job:
        """Run `python -m core ARGUMENTS --progress` in the background.

        Args:
            name: The dataset's name.
            title: What it does, in words.
            arguments: Passed as they are, never through a shell.
            keeps_turn: Whether it waits until all others that keep their turn have ended.
            stays: Whether it is told of one that keeps its turn, too, that it was cut off.
            most_seconds: It is stopped when it has worked so long.
            at_end: Called when it has ended, whether it worked or not; not where this raises.

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
            record.begin(title, is_passing=keeps_turn and not stays)
            self._jobs.pop(name, None)  # so that the new one stands last
            job = self._jobs[name] = Job(
                title, most_seconds=most_seconds, arguments=tuple(arguments), at_end=at_end
            )
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


def numbered(base: str, number: int) -> str:
    """The name of one of several jobs that stand side by side: the base, "base, 2", "base, 3" and so on."""
    return base if number == 1 else f"{base}, {number}"


def _is_of(base: str, name: str) -> bool:
    before, _, number = name.rpartition(", ")
    return name == base or (before == base and number.isdecimal())


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
        env=os.environ | {"PYTHONUNBUFFERED": "1", FOLLOWED_BY: str(os.getpid())},
    )


def _ended(job: Job, record: JobRecord) -> None:
    record.end()
    if job.at_end is not None:
        job.at_end()
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
