"""The server's jobs, as far as this visitor may start and stop them: whatever a page shows, nothing else gets through."""

from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from core import policy
from core.compute.jobs import Job, Jobs, numbered
from core.errors import BuildError, NotAllowedError
from core.policy import EVALUATIONS, Change
from ui import access

MOST_IN_LINE = 50
"""Evaluations of a dataset that one process of the app lets run or wait: each holds a thread."""


@st.cache_resource
def _all() -> Jobs:
    """All jobs of this server, shared by its visitors."""
    return Jobs()


class AllowedJobs:
    """What pages know of `core.compute.jobs.Jobs`."""

    def get(self, name: str) -> Job | None:
        """See `Jobs.get`."""
        return _all().get(name)

    def own_name(self, name: str) -> str:
        """The name of a job that visitors start side by side: this visitor's own where others have theirs."""
        return f"{name} ({access.visitor()})" if access.is_limited() else name

    def of_base(self, base: str) -> list[tuple[str, Job]]:
        """See `Jobs.of_base`."""
        return _all().of_base(base)

    def queue(self) -> list[tuple[str, Job]]:
        """Those that keep their turn and that this visitor may stop, in their order; see `Jobs.queue`."""
        return [(name, job) for name, job in _all().queue if self.may_stop(name)]

    def start(
        self,
        change: Change,
        name: str,
        title: str,
        arguments: list[str],
        at_end: Callable[[], None] | None = None,
    ) -> Job:
        """Start a job that changes something; see `Jobs.start`.

        Evaluations wait for each other. A visitor of a hosted instance has one of a name, everybody else several.

        Raises:
            NotAllowedError: This visitor may not, or too many wait already.
            BuildError: A job of this name is running, or the same evaluation is.
        """
        access.validate(change)
        if change is not Change.EVALUATE:
            return _all().start(name, title, arguments, at_end=at_end)
        if not access.is_limited():
            return self._line_up(name, title, arguments, at_end)
        if _all().in_turn > EVALUATIONS.waiting:
            raise NotAllowedError(
                "Too many evaluations wait for their turn already.", hint="Try again in some minutes."
            )
        return _all().start(
            name,
            title,
            arguments,
            keeps_turn=True,
            most_seconds=60.0 * EVALUATIONS.minutes,
            at_end=at_end,
        )

    def _line_up(self, base: str, title: str, arguments: list[str], at_end: Callable[[], None] | None) -> Job:
        """Start under the first number that is free, here and in other processes; what has ended is forgotten."""
        for name, job in _all().of_base(base):
            if job.is_running and job.arguments == tuple(arguments):
                raise BuildError("The same is measured or waits already.", hint="Wait until it has ended.")
            _all().forget(name)
        for number in range(1, MOST_IN_LINE):
            with suppress(BuildError):
                return _all().start(
                    numbered(base, number), title, arguments, keeps_turn=True, stays=True, at_end=at_end
                )
        return _all().start(
            numbered(base, MOST_IN_LINE), title, arguments, keeps_turn=True, stays=True, at_end=at_end
        )

    def may_stop(self, name: str) -> bool:
        """Whether this visitor may stop a job: their own, or any where they may all."""
        return access.may(Change.STOP) or name.endswith(f"({access.visitor()})")

    def stop(self, name: str) -> None:
        """Stop a job; see `Job.stop`.

        Raises:
            NotAllowedError: It is somebody else's.
        """
        if not self.may_stop(name):
            policy.validate(Change.STOP, is_operator=access.is_operator())
        if job := self.get(name):
            job.stop()
