"""Buttons that fetch and build, and the progress of what is running."""

from collections.abc import Callable, Sequence

import streamlit as st

from core import embeddings
from core.compute.jobs import Job
from core.datasets.fetching.downloads import DOWNLOADS
from core.embeddings.encoders.own_matrix import keep_vectors
from core.embeddings.matrix_files import ENDINGS
from core.errors import AtlasError
from core.policy import Change
from core.serving import DatasetStatus
from ui import access
from ui.text import plain
from ui.widgets.allowed_jobs import AllowedJobs
from ui.widgets.fill_in import fill_in, same_again

ANY_MODEL = "Another sentence-transformers model"
OWN_VECTORS = "Your own vectors"
POLL = 1.0
"""Seconds between two looks at a running job."""


def jobs() -> AllowedJobs:
    """The jobs of this server, as far as this visitor may start and stop them."""
    return AllowedJobs()


def start(
    change: Change,
    name: str,
    title: str,
    arguments: list[str],
    at_end: Callable[[], None] | None = None,
) -> None:
    """Start a job; what keeps it from starting is said on the page, and `at_end` is called then, too."""
    try:
        jobs().start(change, name, title, arguments, at_end)
    except AtlasError as error:
        st.session_state["job_refused"] = str(error)
        if at_end:
            at_end()


def controls(one: DatasetStatus, found: Sequence[DatasetStatus] = ()) -> None:
    """Build or fetch one dataset, and see how far that is.

    Args:
        one: The dataset.
        found: All datasets, of which some can fill in what this one lacks.
    """
    job = jobs().get(one.name)
    if job and job.is_running:
        watch(one.name)
        return
    if not access.may(Change.BUILD):
        return
    if job and job.error:
        st.error(plain(f"{job.error} {job.hint}".strip()))
    if refused := st.session_state.pop("job_refused", ""):
        st.warning(plain(refused))
    if one.problem:
        _button(Change.BUILD, "Repair", one.name, ["build", one.name, *same_again(one)], primary=True)
    elif one.is_local or one.is_built:
        word = "Bring up to date" if one.is_built else "Build"
        _button(
            Change.BUILD, word, one.name, ["build", one.name, *fill_in(one, found)], primary=not one.is_built
        )
        if one.is_built:
            add_embedding(one)
    elif one.can_fetch:
        _button(Change.FETCH, "Fetch", one.name, ["fetch", one.name], primary=False)
        st.caption(DOWNLOADS[one.name].in_words)
    else:
        st.markdown(f"Download it by hand from [its page]({one.homepage}), then give the files below.")


def add_embedding(one: DatasetStatus) -> None:
    """Choose another embedding to build for a dataset, with what that takes."""
    built = set(one.about.get("encoders", {}))
    offered = {embeddings.encoder_class(name).label: name for name in embeddings.names() if name not in built}
    with st.popover("Add an embedding", icon=":material/add:", width="stretch"):
        may_upload = access.may(Change.UPLOAD)
        kinds = [*offered, ANY_MODEL, *([OWN_VECTORS] if may_upload else [])]
        chosen = st.selectbox("Embedding", kinds, key=f"add-{one.name}")
        if chosen == OWN_VECTORS:
            _own_vectors(one)
            return
        if chosen == ANY_MODEL:
            model = st.text_input(
                "Model", key=f"model-{one.name}", placeholder="sentence-transformers/all-MiniLM-L12-v2"
            )
            st.caption(
                "Any sentence-transformers model by its name on the Hugging Face hub, or a folder of one."
            )
            request = f"st:{model.strip()}"
        else:
            encoder = embeddings.encoder_class(offered[chosen])
            st.caption(encoder.description)
            if encoder.needs_network:
                st.caption("Needs the network once.")
            request, model = offered[chosen], "named"
        st.button(
            "Build it",
            key=f"build-space-{one.name}",
            disabled=not model,
            on_click=start,
            args=(
                Change.ADD_EMBEDDING,
                one.name,
                f"Build {request}: {one.name}",
                ["build", one.name, "--space", request, *same_again(one)],
            ),
        )


def _own_vectors(one: DatasetStatus) -> None:
    """A file of vectors and what they are to be called."""
    name = st.text_input("Name", key=f"own-name-{one.name}", placeholder="mine")
    file = st.file_uploader("Vectors", list(ENDINGS), key=f"own-vectors-{one.name}")
    st.caption(
        "One row a film: item_id and a column for each number (CSV, TSV, Parquet), the arrays ids and vectors (.npz), or "
        "vectors alone in the order of the films here (.npy). Films are matched by id; how many were found, and rows of NaN "
        "or zeros, are told while it is built."
    )
    st.button(
        "Build it",
        key=f"build-own-{one.name}",
        disabled=not (name and file),
        on_click=_keep_and_build,
        args=(one,),
    )


def _keep_and_build(one: DatasetStatus) -> None:
    """Keep the vectors on the screen, and start to build their space."""
    state = st.session_state
    file = state[f"own-vectors-{one.name}"]
    try:
        access.validate(Change.UPLOAD)
        request = keep_vectors(one.name, state[f"own-name-{one.name}"].strip(), file.name, file.getbuffer())
    except AtlasError as error:
        state["job_refused"] = f"{error.message} {error.hint}".strip()
        return
    start(
        Change.ADD_EMBEDDING,
        one.name,
        f"Build your vectors: {one.name}",
        ["build", one.name, "--space", request, *same_again(one)],
    )


def _button(change: Change, word: str, name: str, arguments: list[str], *, primary: bool) -> None:
    st.button(
        word,
        key=f"{word}-{name}",
        type="primary" if primary else "secondary",
        width="stretch",
        on_click=start,
        args=(change, name, f"{word}: {name}", arguments),
    )


@st.fragment(run_every=POLL)
def watch(name: str, *, place: str = "") -> None:
    """The progress of a running job, with a button to stop it; the page is drawn anew when it has ended.

    Args:
        name: The job's name.
        place: Where on the page this stands, if it stands there twice.
    """
    job = jobs().get(name)
    if job is None or not job.is_running:
        st.rerun()
        return  # type: ignore[unreachable]  # outside a running page, rerun comes back
    progress(job)
    stop_button(name, place, "What is finished is kept; start again to go on.")


def progress(job: Job, *, counts: bool = True) -> None:
    """How far a job is, as a bar with words.

    Args:
        job: That works.
        counts: Whether it counts what people know (films, bytes), to be shown as "3 of 7"; else a share.
    """
    step = job.step
    done, total, left = step.get("done", 0), step.get("total", 0), step.get("seconds_left")
    words = f"{step['number']} of {step['of']}: {step['stage']}" if step else "Starting"
    if total:
        words += f", {done:,} of {total:,}" if counts else f", {done / total:.0%}"
    if left is not None:
        words += f", about {max(left, 1):.0f} s left"
    st.progress(min(done / total, 1.0) if total else 0.0, plain(words))
    st.caption(plain(str(step.get("note") or "Getting ready")))


def stop_button(name: str, place: str, help_: str, word: str = "Stop") -> None:
    """A button that ends a job, where this visitor may.

    Args:
        name: The job's.
        place: Where on the page, if the job stands there twice.
        help_: What is left then.
        word: What the button says.
    """
    if jobs().may_stop(name):
        st.button(word, key=f"stop-{name}{place}", on_click=_stop, args=(name,), help=help_)


def _stop(name: str) -> None:
    """Stop a job; where that is not this visitor's to do, it is said."""
    try:
        jobs().stop(name)
    except AtlasError as error:
        st.session_state["job_refused"] = str(error)
