"""A person's own files: hand them over, name them, say which column is which where that cannot be told, and see them built."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.compute.jobs import Job
from core.datasets.own.uploads import ENDINGS, check_own_name, forget, hand_over
from core.datasets.reading.limits import IN_WORDS
from core.errors import AtlasError
from core.settings import home
from core.storage.workspace_folder import WorkspaceFolder, validate_name
from ui import resources
from ui.panels import load_report
from ui.text import calm, plain
from ui.widgets import job_controls

HANDED_OVER = "_handed_over"
"""In the session: name of the dataset whose files this visitor has handed over."""
Upload = st.runtime.uploaded_file_manager.UploadedFile


def own_files_form(columns: Sequence[str]) -> None:
    """The form at the foot of the Data page.

    Args:
        columns: The catalogue's columns that can be mapped by hand.
    """
    st.subheader("Your own films")
    with st.container(border=True):
        st.markdown(
            "A table of films (at least a title), and if you have them ratings in a second file (user, film, rating); or "
            "what a site lets you take away, as it is. CSV and other text, Parquet, JSON, or a zip of them. The files stay "
            "on the machine this app runs on."
        )
        st.caption(f"Read are {plain(IN_WORDS)}.")
        name = st.text_input(
            "Name", placeholder="my-films", help="Lower-case letters, digits, - and _."
        ).strip()
        files = st.file_uploader("Files", list(ENDINGS), accept_multiple_files=True)
        with st.expander("Which column is which (only where it is not recognised)"):
            mapping = {
                ours: theirs
                for ours in columns
                if (theirs := st.text_input(f"Your column for {ours}", key=f"column-{ours}").strip())
            }
        with calm():
            _say_what_is_there(name)
            if st.button("Check and build", disabled=not (name and files), type="primary"):
                _hand_over(name, files, mapping)
            _how_far()


def _say_what_is_there(name: str) -> None:
    """Whose place the files will take."""
    if name and WorkspaceFolder(validate_name(name)).is_begun:
        check_own_name(name)
        st.caption(
            f"{plain(name)} is here already: new files take its place once they are built, not before."
        )


def _hand_over(name: str, files: Sequence[Upload], mapping: Mapping[str, str]) -> None:
    """Start a job that reads the files, builds, and only then keeps them.

    Raises:
        AtlasError: The name cannot be used, the files cannot be written, or the dataset is busy.
    """
    st.session_state.pop(HANDED_OVER, None)
    folder = hand_over(
        [(file.name, file.getbuffer()) for file in files], home() / "downloads", validate_name(name)
    )
    arguments = ["build", name, "--uploaded", str(folder)]
    for ours, theirs in mapping.items():
        arguments += ["--column", f"{ours}={theirs}"]
    try:
        job = job_controls.jobs().start(name, f"Build: {name}", arguments)
    except AtlasError:
        forget(folder)
        raise
    if not job.is_running and job.process is None:
        forget(folder)
    st.session_state[HANDED_OVER] = name


def _how_far() -> None:
    """What has become of the files: progress, what was wrong, or the way to the films."""
    name = str(st.session_state.get(HANDED_OVER, ""))
    job = job_controls.jobs().get(name) if name else None
    if job is None:
        return
    if job.is_running:
        st.markdown(f"**{plain(name)}** is read and built.")
        job_controls.watch(name, place="form")
    elif job.error:
        st.error(plain(f"{job.error} {job.hint}".strip()), icon=":material/error:")
        if WorkspaceFolder(name).is_begun:
            st.caption("The films that were here before are as they were.")
    else:
        _ready(name, job)


def _ready(name: str, job: Job) -> None:
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
