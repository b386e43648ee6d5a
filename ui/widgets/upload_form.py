"""A person's own files: handed over, named, their columns told where that cannot be guessed, and built before the eyes."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.datasets.own.uploads import ENDINGS, forget, hand_over
from core.datasets.reading.limits import IN_WORDS
from core.errors import AtlasError
from core.policy import Change
from core.settings import home
from core.storage.workspace_folder import WorkspaceFolder, is_name, validate_name
from ui import access, resources
from ui.panels import load_report
from ui.text import calm, plain
from ui.widgets import job_controls

HANDED_OVER = "_handed_over"
"""In the session: name of the dataset whose files this visitor has handed over."""
REFUSED = "_not_handed_over"
"""In the session: why the last files were not taken."""


def own_files_form(columns: Sequence[str]) -> None:
    """The form at the foot of the Data page.

    Args:
        columns: The catalogue's columns that can be mapped by hand.
    """
    if not access.may(Change.UPLOAD):
        return
    st.subheader("Your own films")
    with st.container(border=True):
        st.markdown(
            "A table of films (at least a title), and if you have them ratings in a second file (user, film, rating); or "
            "what a site lets you take away, as it is. CSV and other text, Parquet, JSON, or a zip of them. The files stay "
            "on the machine this app runs on."
        )
        st.caption(f"Limits: {plain(IN_WORDS)}.")
        name = st.text_input(
            "Name", key="own_name", placeholder="my-films", help="Lower-case letters, digits, - and _."
        ).strip()
        files = st.file_uploader("Files", list(ENDINGS), accept_multiple_files=True, key="own_files")
        with st.expander("Which column is which (only where it is not recognised)"):
            for ours in columns:
                st.text_input(f"Your column for {ours}", key=f"column-{ours}")
        if is_name(name) and WorkspaceFolder(name).is_begun:
            st.caption(
                f"{plain(name)} is here already: new files take its place once they are built, not before."
            )
        is_ready = bool(name and files)
        st.button(
            "Check and build",
            key="check-and-build",
            disabled=not is_ready,
            type="primary" if is_ready else "secondary",  # a primary one looks the same when it is disabled
            on_click=_hand_over,
            args=(columns,),
        )
        with calm():
            _how_far()


def _hand_over(columns: Sequence[str]) -> None:
    """Start a job that reads the files on the screen, builds, and only then keeps them."""
    state = st.session_state
    name, files = state["own_name"].strip(), state["own_files"]
    mapping = {ours: theirs for ours in columns if (theirs := state[f"column-{ours}"].strip())}
    for key in (HANDED_OVER, REFUSED):
        state.pop(key, None)
    try:
        access.validate(Change.UPLOAD)
        folder = hand_over(
            [(file.name, file.getbuffer()) for file in files], home() / "downloads", validate_name(name)
        )
        arguments = ["build", name, "--uploaded", str(folder)]
        for ours, theirs in mapping.items():
            arguments += ["--column", f"{ours}={theirs}"]
        _start(name, arguments, folder)
    except AtlasError as error:
        state[REFUSED] = error
    else:
        state[HANDED_OVER] = name


def _start(name: str, arguments: list[str], folder: Path) -> None:
    """Start the job; where that cannot be, nothing stays of the files.

    Raises:
        BuildError: The dataset is busy.
    """
    is_started = False
    try:
        job = job_controls.jobs().start(Change.UPLOAD, name, f"Build: {name}", arguments)
        is_started = job.is_running or not job.error
    finally:
        if not is_started:
            forget(folder)


def _how_far() -> None:
    """What has become of the files: progress, what was wrong, or the way to the films.

    Raises:
        AtlasError: Why they were not taken.
    """
    if refused := st.session_state.get(REFUSED):
        raise refused
    name = str(st.session_state.get(HANDED_OVER, ""))
    job = job_controls.jobs().get(name) if name else None
    if job is None:
        return
    if job.is_running:
        st.markdown(f"**{plain(name)}** is being read and built.")
        job_controls.watch(name, place="form")
    elif job.error:
        st.error(plain(f"{job.error} {job.hint}".strip()), icon=":material/error:")
        if WorkspaceFolder(name).is_begun:
            st.caption("The films that were here before are as they were.")
    else:
        _ready(name)


def _ready(name: str) -> None:
    """The way to films that are built, and what was read of their files."""
    atlas = resources.atlas(name)
    ratings = f" and {len(atlas.interactions):,} ratings" if len(atlas.interactions) else ""
    with st.container(border=True):
        st.markdown(
            f":material/check_circle: **{plain(name)}** is ready: {len(atlas.catalog):,} films{ratings}."
        )
        with st.container(horizontal=True):
            for page, title, icon in (
                ("home", "See these films", ":material/home:"),
                ("map", "Map", ":material/scatter_plot:"),
                ("recommend", "Recommend", ":material/recommend:"),
            ):
                st.page_link(
                    f"pages/{page}.py",
                    label=title,
                    icon=icon,
                    query_params={"dataset": name},
                    width="content",
                )
        with st.expander("What was read, kept and left out"):
            load_report.load_report(atlas.dataset.report)
