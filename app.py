"""Movie Atlas: the router and the frame around every page."""

import streamlit as st

from ui import frame, resources
from ui.text import calm
from ui.widgets.dataset_picker import pick_dataset, pick_space

page = frame.navigation()
st.html("<style>.stMainBlockContainer {padding: 2.6rem 2.2rem 3rem; max-width: 1720px;}</style>")
st.session_state["_dataset"] = st.session_state["_space"] = None
with st.sidebar, calm():
    if name := pick_dataset(resources.datasets()):
        st.session_state["_dataset"] = name
        st.session_state["_space"] = pick_space(resources.atlas(name))
with calm():
    page.run()
