"""Movie Atlas: the router and the frame around every page."""

import streamlit as st

from ui import frame, resources, state

page = frame.navigation()
st.html("<style>.stMainBlockContainer {padding: 2.6rem 2.2rem 3rem; max-width: 1720px;}</style>")
st.session_state["_dataset"] = st.session_state["_space"] = None
with st.sidebar, state.calm():
    if name := state.pick_dataset(resources.datasets()):
        st.session_state["_dataset"] = name
        st.session_state["_space"] = state.pick_space(resources.atlas(name))
with state.calm():
    page.run()
