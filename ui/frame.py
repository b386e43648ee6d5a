"""The frame around every page: the pages, the way from one to another, and what is asked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from core.serving import Atlas
from ui.question import link
from ui.question.changes import GO
from ui.text import plain

_FRAMED = "_framed"
HOME = ("pages/home.py", "Home", ":material/home:", "")
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
        "pages/you.py",
        "You",
        ":material/person_heart:",
        "Bring your films from elsewhere, begin with ten, or find one film for several people.",
    ),
    (
        "pages/methods.py",
        "Methods",
        ":material/functions:",
        "How a method comes to its answer: in words, as a formula, and as the very sum behind one film.",
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


def page_name(file: str) -> str:
    """What the address calls a page: "map" for pages/map.py."""
    return file.rpartition("/")[2].removesuffix(".py")


def navigation() -> "st.Page":
    """Declare the pages; the one that the address asks for."""
    st.set_page_config(page_title="Movie Atlas", page_icon="ui/icon.png", layout="wide")
    home = st.Page(HOME[0], title=HOME[1], icon=HOME[2], default=True)
    pages = [home, *(st.Page(page, title=title, icon=icon) for page, title, icon, _ in TOUR)]
    # hidden: its links would not carry the question
    return st.navigation(pages, position="hidden")


def links(atlas: Atlas | None) -> None:
    """The pages, in the sidebar; every link carries the question."""
    with st.container(gap=None, key="pages"):
        for file, title, icon, _ in (HOME, *TOUR):
            page_link(atlas, file, title, icon)


def page_link(atlas: Atlas | None, file: str, title: str, icon: str, **changes: object) -> None:
    """A link to a page that goes on with the question.

    Args:
        atlas: The films; None where none are built.
        file: The page's file.
        title: What it says.
        icon: Before it.
        changes: Parts of the question, or of that page's view, that are to be something else there.
    """
    query = link(atlas, page_name(file), **changes) if atlas else None
    st.page_link(file, label=title, icon=icon, query_params=query)


def go_where_asked(atlas: Atlas) -> None:
    """Go to the page that a click asked for."""
    if target := st.session_state.pop(GO, None):
        page, changed = target
        st.switch_page(f"pages/{page}.py", query_params=link(atlas, page, **changed))


@contextmanager
def around() -> Iterator[None]:
    """A page that is run in here has its frame around it."""
    st.session_state[_FRAMED] = True
    try:
        yield
    finally:
        st.session_state[_FRAMED] = False


def require() -> None:
    """Call first on every page: the very first visitor of a server may land on a page without its frame.

    Until `st.navigation` has run once in a server, Streamlit takes the `pages/` folder for an app of the older kind
    and runs a deep link's page alone, without `app.py`.
    """
    if not st.session_state.get(_FRAMED):
        navigation()
        st.rerun()


def complain(sentences: Sequence[str]) -> None:
    """Say what the address asked for and is not there."""
    if sentences:
        st.warning(plain(" ".join(sentences)), icon=":material/link_off:")
