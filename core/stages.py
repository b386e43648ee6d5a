"""Telling how far a run of several stages is, and how long the present one will still take."""

import time

from core.build import OnStep, Step

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
        now, self.at = time.perf_counter(), (done, total)
        if note.endswith(KEPT):
            self.since, self.base = now, done
        worked = done - self.base
        left = (now - self.since) / worked * (total - done) if worked > 0 and total else None
        stages = self.stages
        stages.on_step(Step(self.words, stages.number, stages.of, done, total, left, note))

    def say(self, note: str) -> None:
        """Another note, as far as before."""
        self(*self.at, note)
