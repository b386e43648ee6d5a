"""How far a piece of work is, and what is left of it."""

import time
from dataclasses import dataclass
from functools import partial
from typing import Protocol


class Progress(Protocol):
    """Called as work goes on: `done` of `total` units (total 0 = not known), and what is happening."""

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Take note; `note` is what is worked on, "" where there is nothing to say."""


def no_progress(done: int, total: int, note: str = "") -> None:
    """A `Progress` that tells nobody."""


def within(progress: Progress, part: str) -> Progress:
    """The progress of a part of some work: its notes begin with what the part is called."""
    return partial(_tell, progress, part)


def _tell(progress: Progress, part: str, done: int, total: int, note: str = "") -> None:
    progress(done, total, f"{part}: {note}" if note else part)


@dataclass(frozen=True)
class Step:
    """How far a build is, for a progress bar.

    Attributes:
        stage: What is being done, in words.
        number, of: Which stage this is, 1-based, of how many known so far.
        done, total: Units within the stage; total 0 = not known.
        seconds_left: Of this stage, from its speed so far; None where that cannot be told.
        note: What exactly is happening.
    """

    stage: str
    number: int
    of: int
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    note: str = ""


class OnStep(Protocol):
    """Receives every `Step`."""

    def __call__(self, step: Step) -> None:
        """Take note of how far the build is."""


def no_step(step: Step) -> None:
    """An `OnStep` that tells nobody."""


KEPT = "already there"
"""How the note of a step ends that cost no time, its outcome being kept from an earlier run."""


class Stages:
    """Numbers the stages of a run and tells where each one is.

    Args:
        on_step: Told of every step.
        of: How many stages are known so far.
    """

    def __init__(self, on_step: OnStep, of: int = 1) -> None:
        self.on_step, self.number, self.of = on_step, 0, of

    def skip(self) -> None:
        """Count a stage that has nothing to do."""
        self.number += 1
        self.of = max(self.of, self.number)

    def begin(self, words: str) -> "Clock":
        """The next stage."""
        self.number += 1
        self.of = max(self.of, self.number)
        clock = Clock(self, words)
        clock(0, 0)
        return clock


class Clock:
    """Progress of one stage, with the time that is left at its speed so far; what was kept costs no time."""

    def __init__(self, stages: Stages, words: str) -> None:
        self.stages, self.words = stages, words
        self.since, self.base, self.at = time.perf_counter(), 0, (0, 0)

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Pass a step on, with the seconds left where the total is known and some of the work is done."""
        now = time.perf_counter()
        if note.endswith(KEPT) or done < self.at[0]:  # kept, or the next part of the work
            self.since, self.base = now, done
        self.at = done, total
        worked = done - self.base
        left = (now - self.since) / worked * (total - done) if worked > 0 and total else None
        stages = self.stages
        stages.on_step(Step(self.words, stages.number, stages.of, done, total, left, note))

    def say(self, note: str) -> None:
        """Another note, as far as before."""
        self(*self.at, note)
