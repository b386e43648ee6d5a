"""Evaluations that run and wait: which comes when, how far the first is, and buttons to take one out."""

import streamlit as st

from core.compute.jobs import Job
from ui.text import calm, plain
from ui.widgets import job_controls

_SHOWN = "_evaluations_shown"
"""In the session: names of those that stood in the queue when it was last drawn."""
KEPT = "Every method that is finished is kept; start again to go on."


def queue(base: str) -> int:
    """What runs and what waits, and what has gone wrong with those of a dataset.

    Args:
        base: What the names of the dataset's evaluations begin with.

    Returns:
        How many this visitor has in the queue.
    """
    standing = job_controls.jobs().queue()
    st.session_state[_SHOWN] = [name for name, _ in standing]
    if standing:
        with st.container(border=True):
            _watch(tuple(name for name, _ in standing))
    for _, job in job_controls.jobs().of_base(base):
        _how_it_ended(job)
    return len(standing)


def one_has_ended() -> bool:
    """Whether one that stood in the queue when it was last drawn has ended well; asked before `queue` draws it anew."""
    now = {name for name, _ in job_controls.jobs().queue()}
    ended = [job_controls.jobs().get(name) for name in st.session_state.get(_SHOWN, ()) if name not in now]
    return any(job is not None and not job.error for job in ended)


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
            words = f":material/hourglass_top: **Waits**, {job.ahead} before it: {plain(job.title)}"
            _row(name, words, "Take out", "Nothing of it has begun.")
        else:
            _row(name, f"**Measuring** {plain(job.title)}", "Stop", KEPT)
            job_controls.progress(job, counts=False)


def _row(name: str, words: str, button: str, left: str) -> None:
    """What a job is, and the way out at the end of the line."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(words, width="content")
        job_controls.stop_button(name, "", left, button)
