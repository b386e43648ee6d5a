"""The pages of the app, and the way back to the frame for a page that was started without it."""

import streamlit as st

_FRAMED = "_framed"


def navigation() -> "st.Page":
    """Declare the pages; the one that the address asks for."""
    st.session_state[_FRAMED] = True
    st.set_page_config(page_title="Movie Atlas", page_icon="ui/icon.png", layout="wide")
    return st.navigation(
        [
            st.Page("pages/home.py", title="Home", icon=":material/home:", default=True),
            st.Page("pages/map.py", title="Map", icon=":material/scatter_plot:"),
            st.Page("pages/recommend.py", title="Recommend", icon=":material/recommend:"),
            st.Page("pages/compare.py", title="Compare", icon=":material/compare_arrows:"),
            st.Page("pages/matrix.py", title="Rating matrix", icon=":material/grid_on:"),
            st.Page("pages/data.py", title="Data", icon=":material/database:"),
        ]
    )


def require() -> None:
    """Call first on every page: the very first visitor of a server may land on a page without its frame.

    Until `st.navigation` has run once in a server, Streamlit takes the `pages/` folder for an app of the older kind
    and runs a deep link's page alone, without `app.py`.
    """
    if not st.session_state.get(_FRAMED):
        navigation()
        st.rerun()
