"""Starting an evaluation from the page, and watching it run."""

import streamlit as st

from core.compute.jobs import Job
from core.evaluation.results import stored
from core.evaluation.splits import SPLITS
from core.serving import Atlas
from core.serving.choices import available_methods
from ui.text import plain
from ui.widgets import job_controls

FIRST_METHODS = ("taste", "popularity", "content", "item_knn", "ease", "ials", "hybrid")
"""Chosen at first, where they can be fitted: one of each kind, all quick."""
LONGEST_LIST = 1000
FINISHED = "_evaluation_finished"


def job_name(dataset: str) -> str:
    """The job's name: not the dataset's own, so that building and measuring do not keep each other waiting."""
    return f"The evaluation of {dataset}"


def run_form(atlas: Atlas, *, expanded: bool) -> None:
    """What to measure; a button that starts it; or the progress of what is running."""
    job = job_controls.jobs().get(job_name(atlas.name))
    if job and job.is_running:
        with st.container(border=True):
            st.markdown(f"**Measuring** {plain(job.title)}")
            job_controls.watch(
                job_name(atlas.name),
                kept="Every method that is finished is kept; start again to go on.",
                counts=False,
                on_end=_note_the_end,
            )
        return
    if job and job.error:
        st.error(plain(f"{job.error} {job.hint}".strip()), icon=":material/error:")
    if refused := st.session_state.pop("job_refused", ""):
        st.warning(plain(refused))
    with st.expander("Measure methods", icon=":material/play_circle:", expanded=expanded):
        _form(atlas)


def _form(atlas: Atlas) -> None:
    found = available_methods(atlas)
    left, right = st.columns([3, 2], gap="large")
    with left:
        methods = st.multiselect(
            "Methods",
            found,
            [name for name in FIRST_METHODS if name in found],
            format_func=stored.method_label,
            key="evaluate_methods",
            help="All learn from the same ratings and answer the same people.",
        )
        split = st.selectbox(
            "Which ratings are held out",
            list(SPLITS),
            format_func=stored.split_label,
            index=list(SPLITS).index("random_holdout"),
            key="evaluate_split",
        )
        st.caption(SPLITS[split].description)
    with right:
        ks = st.multiselect(
            "Lengths of the lists",
            [5, 10, 20, 50, 100],
            [10, 20],
            key="evaluate_ks",
            accept_new_options=True,
            help="Type any other number.",
        )
        interactions = atlas.interactions
        relevant = None
        if interactions.is_explicit:
            low, high = interactions.scale
            relevant = st.number_input(
                "Liked = rated at least", low, high, 0.8 * high, 0.5, key="evaluate_relevant"
            )
        trials = st.number_input(
            "Tune each method with this many trials",
            0,
            200,
            0,
            5,
            key="evaluate_trials",
            help="0 = the parameters they ship with. Tuning holds out a part of the training ratings; it never sees the "
            "test part.",
        )
    lengths = [int(k) for k in ks if str(k).isdigit() and 1 <= int(k) <= LONGEST_LIST]
    if len(lengths) < len(ks):
        st.warning(f"A list has 1 to {LONGEST_LIST:,} films; other lengths are left out.")
    arguments = stored.job_arguments(
        atlas.name, methods, lengths, split=split, relevant=relevant, n_trials=int(trials)
    )
    st.button(
        "Measure",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not methods or not lengths,
        on_click=job_controls.start,
        args=(job_name(atlas.name), f"{len(methods)} methods, {stored.split_label(split)}", arguments),
    )


def _note_the_end(job: Job | None) -> None:
    """So that the page opens on the new result."""
    st.session_state[FINISHED] = bool(job and not job.error)
