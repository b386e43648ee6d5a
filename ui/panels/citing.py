"""An evaluation to take along: reports that can be cited, and what measures it again."""

from functools import partial

import streamlit as st

from core.evaluation.reports.content import command
from core.evaluation.reports.writing import WRITERS
from core.evaluation.results import StoredResult
from core.evaluation.results.stored import values_of

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


def cite_section(result: StoredResult) -> None:
    """Buttons for every form of the report; each is written when it is asked for."""
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
    st.markdown("To measure it again, and to hear what has come out otherwise, in a terminal:")
    st.code(f"{command(result.about)}\npython -m core reproduce evaluation-{name}.html", language="sh")
