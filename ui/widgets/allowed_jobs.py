"""The server's jobs, as far as this visitor may start and stop them: whatever a page shows, nothing else gets through."""

import streamlit as st

from core import policy
from core.compute.jobs import Job, Jobs
from core.errors import NotAllowedError
from core.policy import EVALUATIONS, Change
from ui import access


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

    def start(self, change: Change, name: str, title: str, arguments: list[str]) -> Job:
        """Start a job that changes something; see `Jobs.start`.

        Raises:
            NotAllowedError: This visitor may not, or too many wait already.
            BuildError: A job of this name is running.
        """
        access.validate(change)
        if not access.is_limited():
            return _all().start(name, title, arguments)
        if _all().in_turn > EVALUATIONS.waiting:
            raise NotAllowedError(
                "Too many evaluations wait for their turn already.", hint="Try again in some minutes."
            )
        return _all().start(name, title, arguments, keeps_turn=True, most_seconds=60.0 * EVALUATIONS.minutes)

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
