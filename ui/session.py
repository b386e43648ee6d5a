"""What is chosen on every page: the dataset and the embedding."""

import streamlit as st

from core.serving import Atlas
from ui import resources


def current() -> tuple[Atlas, str]:
    """The chosen dataset and space; a page that needs them ends here with a way out where there is none."""
    name, space = st.session_state.get("_dataset"), st.session_state.get("_space")
    if not name:
        st.info(
            "No films are built yet. Choose a dataset and build it; that takes a few minutes once.",
            icon=":material/movie:",
        )
        st.page_link("pages/data.py", label="Go to Data", icon=":material/database:")
        st.stop()
    atlas = resources.atlas(name)
    if not space:
        st.info("No embedding is built for these films yet.", icon=":material/map:")
        st.page_link("pages/data.py", label="Go to Data", icon=":material/database:")
        st.stop()
    return atlas, space
