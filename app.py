"""Movie Atlas: the router and the frame around every page."""

import streamlit as st

from core.errors import AtlasError
from ui import resources, state

st.set_page_config(page_title="Movie Atlas", page_icon=":material/explore:", layout="wide")

PAGES = [
    st.Page("pages/home.py", title="Home", icon=":material/home:", default=True),
    st.Page("pages/map.py", title="Map", icon=":material/scatter_plot:"),
    st.Page("pages/recommend.py", title="Recommend", icon=":material/recommend:"),
    st.Page("pages/data.py", title="Data", icon=":material/database:"),
]

page = st.navigation(PAGES)
with st.sidebar:
    name = state.pick_dataset(resources.datasets())
    st.session_state["_dataset"] = name
    try:
        st.session_state["_space"] = state.pick_space(resources.atlas(name)) if name else None
    except AtlasError as error:
        st.session_state["_dataset"] = st.session_state["_space"] = None
        st.warning(str(error))

try:
    page.run()
except AtlasError as error:
    st.error(error.message, icon=":material/error:")
    if error.hint:
        st.caption(error.hint)
