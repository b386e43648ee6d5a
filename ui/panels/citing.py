"""An evaluation to take along: reports that can be cited, and what measures it again."""

from functools import partial

import streamlit as st

from core.evaluation.protocol.handing_out import split_zip
from core.evaluation.reports.content import command
from core.evaluation.reports.writing import WRITERS
from core.evaluation.results import StoredResult
from core.evaluation.results.stored import values_of
from core.serving import Atlas

KINDS = {
    ".html": (
        "Report (HTML)",
        "text/html",
        "One file with tables, a picture, settings, versions and all figures.",
    ),
    ".md": ("Markdown", "text/markdown", "The tables and settings as text."),
    ".tex": ("LaTeX tables", "application/x-tex", "For booktabs."),
    ".bib": ("BibTeX", "application/x-bibtex", "This software, the data and the methods."),
}
"""Ending -> what the button says, the type of the file, and what is in it."""


def cite_section(atlas: Atlas, result: StoredResult) -> None:
    """Buttons for every form of the report, and for the split; each is written when it is asked for."""
    name = f"{result.about['dataset']}-{result.created:%Y-%m-%d}"
    with st.container(horizontal=True):
        for ending, (label, kind, words) in KINDS.items():
            st.download_button(
                label,
                partial(WRITERS[ending], values_of(result)),
                f"evaluation-{name}{ending}",
                kind,
                help=words,
                icon=":material/download:",
                key=f"cite{ending}",
                on_click="ignore",
            )
    if not result.is_few_likes and not result.is_of_files:
        split_section(atlas, result, name)
    st.markdown("To measure it again, and to hear what has come out otherwise, in a terminal:")
    st.code(f"{command(result.about)}\npython -m core reproduce evaluation-{name}.html", language="sh")


def split_section(atlas: Atlas, result: StoredResult, name: str) -> None:
    """The split to take along, so that another system learns from the same ratings and answers the same people."""
    st.markdown(
        "To measure another system on the same split: let it learn from `train.tsv`, and bring its lists above."
    )
    key = f"_split_{result.key}"
    st.button(
        "Prepare the split",
        icon=":material/folder_zip:",
        key="prepare-split",
        on_click=st.session_state.update,
        args=({key: True},),
    )
    if st.session_state.get(key):
        st.download_button(
            "The split (ZIP)",
            split_zip(atlas, result),
            f"split-{name}.zip",
            "application/zip",
            help="train.tsv, test.tsv, qrels.txt, and known.tsv where people are asked with less than is known of them.",
            icon=":material/download:",
            key="take-split",
            on_click="ignore",
        )
