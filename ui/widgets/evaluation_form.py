"""Starting an evaluation from the page, and watching it run."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.build.budget import in_words
from core.compute.jobs import Job
from core.datasets.own.uploads import forget, hand_over
from core.errors import AtlasError, NotAllowedError
from core.evaluation.protocol.foresight import foresee
from core.evaluation.protocol.given_lists import ENDINGS, UPLOADED
from core.evaluation.results import stored
from core.evaluation.splits import SPLITS
from core.policy import EVALUATIONS, Change, validate_evaluation
from core.recommenders.base import size_of
from core.serving import Atlas
from core.serving.choices import available_methods
from core.settings import home
from ui import access
from ui.question.parts import LENGTHS, MOST_TRIALS
from ui.text import plain
from ui.widgets import job_controls

LONGEST_LIST = 1000
FINISHED = "_evaluation_finished"


def job_name(dataset: str) -> str:
    """The job's name: not the dataset's own, so that building and measuring do not keep each other waiting."""
    return job_controls.jobs().own_name(f"The evaluation of {dataset}")


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
            format_func=stored.method_label,
            key="measured",
            filter_mode="contains",
            select_all=False,
            help="All learn from the same ratings and answer the same people.",
        )
        split = st.selectbox(
            "Which ratings are held out",
            list(SPLITS),
            format_func=stored.split_label,
            key="split",
        )
        st.caption(SPLITS[split].description)
        if access.may(Change.UPLOAD):
            st.file_uploader(
                "Lists of another system (optional)",
                list(ENDINGS),
                accept_multiple_files=True,
                key="given_lists",
                help="user_id, item_id and rank or score as CSV, TSV or Parquet, or a run in TREC's format: a method among "
                "the others, called like its file. It should have learned from the same train part: see “To cite, and to "
                "measure again” below an evaluation.",
            )
    with right:
        ks = st.multiselect(
            "Lengths of the lists",
            [str(length) for length in LENGTHS],
            key="lengths",
            accept_new_options=True,
            filter_mode="prefix",
            select_all=False,
            help="Type any other number.",
        )
        interactions = atlas.interactions
        relevant = None
        if interactions.is_explicit:
            low, high = interactions.scale
            relevant = st.number_input("Liked = rated at least", low, high, step=0.5, key="liked_from")
        st.number_input(
            "Tune each method with this many trials",
            0,
            MOST_TRIALS,
            step=5,
            key="trials",
            disabled=access.is_limited(),
            help="0 = the parameters they ship with. Tuning holds out a part of the training ratings; it never sees the "
            "test part.",
        )
    lengths = _lengths()
    if len(lengths) < len(ks):
        st.warning(f"A list has 1 to {LONGEST_LIST:,} films; other lengths are left out.")
    if methods and lengths:
        _foresight(atlas, methods, split)
    st.button(
        "Measure",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not methods or not lengths,
        on_click=_start,
        args=(atlas.name, found, len(interactions), relevant is not None),
    )
    if access.is_limited():
        st.caption(EVALUATIONS.in_words)


def _foresight(atlas: Atlas, methods: Sequence[str], split: str) -> None:
    """How long it is going to take, and by what that is known."""
    earlier, _ = stored.stored_results(atlas.name)
    trials = 0 if access.is_limited() else int(st.session_state["trials"])
    size, built = size_of(atlas.dataset), list(atlas.space_names)
    found = foresee(methods, split, size, n_trials=trials, built=built, earlier=earlier)
    name, seconds = found.longest
    words = f"About {in_words(found.seconds)}"
    if len(methods) > 1:
        words += f", {in_words(seconds)} of it for {stored.method_label(name)}"
    known = {0: "by formulas", len(methods): "by what it took here before"}
    source = known.get(
        found.measured, f"for {found.measured} of them by what they took here before, else by formulas"
    )
    st.caption(f"{words}: {source}. What is kept from earlier measurements is not measured again.")


def _lengths() -> list[int]:
    """The lengths of lists that are chosen and can be."""
    texts = [k for k in st.session_state["lengths"] if k.isdecimal() and len(k) <= len(str(LONGEST_LIST))]
    return [length for length in dict.fromkeys(map(int, texts)) if 1 <= length <= LONGEST_LIST]


def _start(dataset: str, offered: Sequence[str], n_ratings: int, is_explicit: bool) -> None:
    """Measure what is on the screen at this moment; of what a browser sends, what was offered."""
    state = st.session_state
    methods = [name for name in dict.fromkeys(state["measured"]) if name in offered]
    split = str(state["split"]) if state["split"] in SPLITS else next(iter(SPLITS))
    if access.is_limited():
        try:
            validate_evaluation(
                len(methods), int(state["trials"]), len(_lengths()), n_ratings, stored.n_stored(dataset)
            )
        except NotAllowedError as error:
            state["job_refused"] = str(error)
            return
    try:
        folder = _hand_over_lists()
    except AtlasError as error:
        state["job_refused"] = str(error)
        return
    arguments = stored.job_arguments(
        dataset,
        methods,
        _lengths(),
        split=split,
        relevant=float(state["liked_from"]) if is_explicit else None,
        n_trials=int(state["trials"]),
        uploaded=folder,
    )
    job_controls.start(
        Change.EVALUATE, job_name(dataset), f"{len(methods)} methods, {stored.split_label(split)}", arguments
    )
    if folder and "job_refused" in state:
        forget(folder)


def _hand_over_lists() -> Path | None:
    """The folder of the lists on the screen, for the job to read; None without any.

    Raises:
        AtlasError: They cannot be kept, or this visitor may hand over no files.
    """
    files = st.session_state.get("given_lists") or ()
    if not files:
        return None
    access.validate(Change.UPLOAD)
    return hand_over([(file.name, file.getbuffer()) for file in files], home() / "downloads", UPLOADED)


def _note_the_end(job: Job | None) -> None:
    """So that the page opens on the new result."""
    st.session_state[FINISHED] = bool(job and not job.error)
