"""Starting an evaluation from the page, and watching it run."""

from collections.abc import Sequence

import streamlit as st

from core.build.budget import in_words
from core.datasets.own.uploads import kept_waiting
from core.errors import AtlasError, NotAllowedError
from core.evaluation.protocol.as_job import job_arguments
from core.evaluation.protocol.foresight import foresee
from core.evaluation.results import stored
from core.evaluation.splits import SPLITS, own_files
from core.evaluation.splits.kinds import moment_in_words
from core.policy import EVALUATIONS, Change, validate_evaluation
from core.recommenders.base import size_of
from core.serving import Atlas
from core.serving.choices import available_methods
from ui import access, resources
from ui.question.parts import LENGTHS, MOST_TRIALS
from ui.text import plain
from ui.widgets import evaluation_files, evaluation_queue, job_controls

LONGEST_LIST = 1000


def job_name(dataset: str) -> str:
    """The job's name: not the dataset's own, so that building and measuring do not keep each other waiting."""
    return job_controls.jobs().own_name(f"The evaluation of {dataset}")


def run_form(atlas: Atlas, *, expanded: bool) -> None:
    """What runs and what waits; what to measure, and a button that starts it."""
    n_before = evaluation_queue.queue(job_name(atlas.name))
    if refused := st.session_state.pop("job_refused", ""):
        st.warning(plain(refused))
    if n_before and access.is_limited():
        return  # one at a time
    with st.expander("Measure methods", icon=":material/play_circle:", expanded=expanded):
        _form(atlas, n_before)


def _form(atlas: Atlas, n_before: int) -> None:
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
        offered = _splits()
        if st.session_state["split"] not in offered:
            st.session_state["split"] = offered[0]
        split = st.selectbox(
            "Which ratings are held out", offered, format_func=stored.split_label, key="split"
        )
        lacks = _about_split(atlas, split)
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
        _liked_from(atlas, split)
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
    if split == stored.OWN_FILES:
        evaluation_files.own_parts(str(atlas.about["label"]))
        lacks = evaluation_files.parts_missing()
    if access.may(Change.UPLOAD):
        evaluation_files.lists_of_others()
    lengths = _lengths()
    if len(lengths) < len(ks):
        st.warning(f"A list has 1 to {LONGEST_LIST:,} films; other lengths are left out.")
    is_ready = bool(methods and lengths and not lacks)
    if is_ready:
        _foresight(atlas, methods, split)
    st.button(
        "Measure",
        key="measure",
        type="primary" if is_ready else "secondary",  # a primary one looks the same when it is disabled
        icon=":material/play_arrow:",
        disabled=not is_ready,
        on_click=_start,
        args=(atlas.name, found, len(atlas.interactions), atlas.interactions.is_explicit),
    )
    if lacks:
        st.caption(lacks)
    elif n_before:
        st.caption(f"One evaluation runs at a time: what you start now waits for {n_before}.")
    if access.is_limited():
        st.caption(EVALUATIONS.in_words)


def _splits() -> list[str]:
    """Ways to hold out that this visitor may choose."""
    return [*SPLITS, *([stored.OWN_FILES] if access.may(Change.UPLOAD) else [])]


def _about_split(atlas: Atlas, split: str) -> str:
    """What a way to hold out means, here; returns what these ratings lack for it, "" = nothing."""
    if split == stored.OWN_FILES:
        st.caption(own_files.DESCRIPTION)
        return ""
    kind, interactions = SPLITS[split], atlas.interactions
    words = kind.description
    if kind.reads_times and interactions.timestamps is None:
        st.caption(words)
        return "These ratings do not say when they were given: choose another way to hold out."
    if split == "global_time":
        moment = resources.lately(atlas, "moment", make=lambda: moment_in_words(interactions))
        words += f" Here that is {moment}."
    st.caption(words)
    return ""


def _liked_from(atlas: Atlas, split: str) -> None:
    """From which rating on somebody liked a film; somebody's own files have a scale that nobody has seen yet."""
    interactions = atlas.interactions
    if split == stored.OWN_FILES:
        st.number_input(
            "Liked = rated at least",
            value=None,
            step=0.5,
            key="own_liked_from",
            placeholder="0.8 of the highest rating",
            help="Left empty, films rated with 0.8 of the highest rating of the scale or more are liked; without ratings, "
            "and with negatives, every row is.",
        )
    elif interactions.is_explicit:
        low, high = interactions.scale
        st.number_input("Liked = rated at least", low, high, step=0.5, key="liked_from")


def _foresight(atlas: Atlas, methods: Sequence[str], split: str) -> None:
    """How long it is going to take, and by what that is known."""
    if split == stored.OWN_FILES:
        st.caption("How long it takes goes by the size of your files. What is finished is kept.")
        return
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
    is_own = state["split"] == stored.OWN_FILES
    split = str(state["split"]) if is_own or state["split"] in SPLITS else next(iter(SPLITS))
    if access.is_limited():
        try:
            validate_evaluation(
                len(methods), int(state["trials"]), len(_lengths()), n_ratings, stored.n_stored(dataset)
            )
        except NotAllowedError as error:
            state["job_refused"] = str(error)
            return
    try:
        handed = evaluation_files.hand_over_files(with_parts=is_own)
    except AtlasError as error:
        state["job_refused"] = str(error)
        return
    arguments = job_arguments(
        dataset,
        methods,
        _lengths(),
        split=split,
        relevant=_relevant(is_own=is_own, is_explicit=is_explicit),
        n_trials=int(state["trials"]),
        uploaded=handed.folder,
        files=handed.files,
        of_other_films=is_own and not state.get(evaluation_files.SHARED_IDS, True),
    )
    what = stored.method_label(methods[0]) if len(methods) == 1 else f"{len(methods)} methods"
    job_controls.start(
        Change.EVALUATE,
        job_name(dataset),
        f"{what} on {dataset}, {stored.split_label(split)}",
        arguments,
        kept_waiting(handed.folder) if handed.folder else None,
    )


def _relevant(*, is_own: bool, is_explicit: bool) -> float | None:
    """From which rating on a film counts as liked; None = by the evaluation's own rule."""
    if is_own:
        given = st.session_state.get("own_liked_from")
        return None if given is None else float(given)
    return float(st.session_state["liked_from"]) if is_explicit else None
