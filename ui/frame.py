"""The pages of the app, and the way back to the frame for a page that was started without it."""

import streamlit as st

_FRAMED = "_framed"
TOUR = (
    (
        "pages/map.py",
        "Map",
        ":material/scatter_plot:",
        "Every film a point; near means alike. Draw a loop around some films to list them.",
    ),
    (
        "pages/recommend.py",
        "Recommend",
        ":material/recommend:",
        "Name films you like, or say in your own words what you want. Every answer says why.",
    ),
    (
        "pages/compare.py",
        "Compare",
        ":material/compare_arrows:",
        "Ask several methods the same question, and see where they agree.",
    ),
    (
        "pages/evaluate.py",
        "Evaluate",
        ":material/leaderboard:",
        "Which method is better, for whom, and how sure is that? Measure them on ratings they have not seen.",
    ),
    (
        "pages/matrix.py",
        "Rating matrix",
        ":material/grid_on:",
        "Who rated what: the long tail, the busy and the quiet, one user or one film at a time.",
    ),
    (
        "pages/data.py",
        "Data",
        ":material/database:",
        "Choose or fetch a dataset, or bring your own film list. See what was read and what was left out.",
    ),
)
"""Every page but Home: file, title, icon, and what to do there."""


def navigation() -> "st.Page":
    """Declare the pages; the one that the address asks for."""
    st.session_state[_FRAMED] = True
    st.set_page_config(page_title="Movie Atlas", page_icon="ui/icon.png", layout="wide")
    home = st.Page("pages/home.py", title="Home", icon=":material/home:", default=True)
    return st.navigation([home, *(st.Page(page, title=title, icon=icon) for page, title, icon, _ in TOUR)])


def require() -> None:
    """Call first on every page: the very first visitor of a server may land on a page without its frame.

    Until `st.navigation` has run once in a server, Streamlit takes the `pages/` folder for an app of the older kind
    and runs a deep link's page alone, without `app.py`.
    """
    if not st.session_state.get(_FRAMED):
        navigation()
        st.rerun()
