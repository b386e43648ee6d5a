"""Movie Atlas: the router and the frame around every page."""

import streamlit as st

from core.errors import AtlasError
from ui import frame, resources, state

page = frame.navigation()
st.html("<style>.stMainBlockContainer {padding: 2.6rem 2.2rem 3rem; max-width: 1720px;}</style>")
with st.sidebar:
    name = state.pick_dataset(resources.datasets())
    st.session_state["_dataset"] = name
    try:
        st.session_state["_space"] = state.pick_space(resources.atlas(name)) if name else None
    except AtlasError as error:
        st.session_state["_dataset"] = st.session_state["_space"] = None
        st.warning(str(error))

with state.calm():
    page.run()
