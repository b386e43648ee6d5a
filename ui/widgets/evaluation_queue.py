"""Evaluations that run and wait: which comes when, how far the first is, and buttons to take one out."""

import streamlit as st

from core.compute.jobs import Job
from ui.text import calm, plain
from ui.widgets import job_controls

FINISHED = "_evaluation_finished"
"""In the session: an evaluation has ended well that this page has not shown yet."""
_SHOWN = "_evaluations_shown"
KEPT = "Every method that is finished is kept; start again to go on."


def queue(base: str) -> int:
    """What runs and what waits, and what has gone wrong with those of a dataset.

    Args:
        base: What the names of the dataset's evaluations begin with.

    Returns:
        How many this visitor has in the queue.
    """
    standing = job_controls.jobs().queue()
    _note_what_ended([name for name, _ in standing])
    if standing:
        with st.container(border=True):
            _watch(tuple(name for name, _ in standing))
    for _, job in job_controls.jobs().of_base(base):
        _how_it_ended(job)
    return len(standing)


def _note_what_ended(now: list[str]) -> None:
    """Remember it where one that stood here when the page was last drawn has ended well."""
    before = st.session_state.get(_SHOWN, [])
    ended = [job_controls.jobs().get(name) for name in before if name not in now]
    if any(job is not None and not job.error for job in ended):
        st.session_state[FINISHED] = True
    st.session_state[_SHOWN] = now


def _how_it_ended(job: Job) -> None:
    """Why a job has no result; nothing of one that somebody took out before it began."""
    if job.is_running or not job.error or (job.is_stopping and job.process is None):
        return
    say, icon = (st.info, "stop_circle") if job.is_stopping else (st.error, "error")
    say(plain(f"{job.title}. {job.error} {job.hint}".strip()), icon=f":material/{icon}:")


@st.fragment(run_every=job_controls.POLL)
@calm()
def _watch(names: tuple[str, ...]) -> None:
    """The queue as it is now; the page is drawn anew when another one has come or one has gone."""
    standing = job_controls.jobs().queue()
    now = tuple(name for name, _ in standing)
    if now != names:
        st.rerun()
        return  # type: ignore[unreachable]  # outside a running page, rerun comes back
    for place, (name, job) in enumerate(standing):
        if job.is_stopping:
            st.markdown(f":material/stop_circle: {plain(job.title)}: is being stopped")
        elif job.ahead or place:
            _waiting(name, job)
        else:
            st.markdown(f"**Measuring** {plain(job.title)}")
            job_controls.progress(job, counts=False)
            job_controls.stop_button(name, "", KEPT)


def _waiting(name: str, job: Job) -> None:
    """One that has not begun: its place, and the way out."""
    words, button = st.columns([5, 1], vertical_alignment="center")
    words.markdown(f":material/hourglass_top: **Waits**, {job.ahead} before it: {plain(job.title)}")
    with button:
        job_controls.stop_button(name, "", "Nothing of it has begun.", "Take out")
