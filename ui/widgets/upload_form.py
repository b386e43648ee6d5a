"""A person's own files: upload, name, and say which column is which where that cannot be told."""

import re
import shutil
from collections.abc import Sequence

import streamlit as st

from core import datasets
from core.errors import AtlasError, SchemaError
from core.settings import home
from core.storage.workspace_folder import validate_name
from ui.panels import load_report
from ui.widgets import job_controls

KINDS = ["csv", "tsv", "parquet", "jsonl", "zip"]


def own_files_form(columns: Sequence[str]) -> None:
    """The form at the foot of the Data page.

    Args:
        columns: The catalogue's columns that can be mapped by hand.
    """
    st.subheader("Your own films")
    with st.container(border=True):
        st.markdown(
            "A table of films (at least a title), and if you have them ratings in a second file (user, film, rating). "
            "CSV, TSV, Parquet or JSON lines. The files stay on the machine this app runs on."
        )
        name = st.text_input("Name", placeholder="my-films", help="Lower-case letters, digits, - and _.")
        files = st.file_uploader("Files", KINDS, accept_multiple_files=True)
        with st.expander("Which column is which (only where it is not recognised)"):
            mapping = {
                ours: theirs
                for ours in columns
                if (theirs := st.text_input(f"Your column for {ours}", key=f"column-{ours}").strip())
            }
        if st.button("Check and build", disabled=not (name and files), type="primary"):
            _check_and_build(name.strip(), files, mapping)


def _check_and_build(
    name: str, files: Sequence[st.runtime.uploaded_file_manager.UploadedFile], mapping: dict[str, str]
) -> None:
    try:
        validate_name(name)
        if name in datasets.SOURCES:
            raise SchemaError(f"{name} is the name of a known dataset.", hint="Choose another name.")
        folder = home() / "downloads" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in files:
            (folder / _safe(file.name)).write_bytes(file.getvalue())
        place = next(iter(folder.glob("*.zip")), folder)
        with st.spinner("Reading the files…"):
            loaded = datasets.load(name, place, columns=mapping or None)
    except AtlasError as error:
        st.error(error.message)
        st.caption(error.hint)
        return
    st.success(
        f"{len(loaded.catalog):,} films and {len(loaded.interactions):,} ratings read. Building starts now."
    )
    load_report.load_report(loaded.report)
    arguments = ["build", name, "--from", str(place)]
    for ours, theirs in mapping.items():
        arguments += ["--column", f"{ours}={theirs}"]
    job_controls.start(name, f"Build: {name}", arguments)


def _safe(name: str) -> str:
    """A file name without folders or odd characters."""
    return (
        re.sub(r"[^A-Za-z0-9._-]", "_", name.replace("\\", "/").rsplit("/", 1)[-1])[-100:].lstrip(".")
        or "file"
    )
