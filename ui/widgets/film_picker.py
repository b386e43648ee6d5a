"""Choosing films. The address carries them."""

import streamlit as st

from core.errors import AtlasError
from core.serving import Atlas
from core.words.title_search import most_rated
from ui.text import plain

OFFERED_TITLES = 3000
"""Titles a picker lists (the most rated ones); any other can be typed."""


def pick_films(
    label: str, key: str, atlas: Atlas, *, help: str = "", placeholder: str = "Type a title"
) -> list[int]:
    """A picker of films; what was typed and is no film is said below it.

    Returns:
        item_index of the chosen films, without repetition.
    """
    offered = [atlas.titles.options[i] for i in most_rated(atlas.counts, OFFERED_TITLES)]
    rest = len(atlas.catalog) - len(offered)
    more = (
        f" The list shows the {len(offered):,} most rated films; type any other title and press Enter."
        if rest > 0
        else ""
    )
    chosen = st.multiselect(
        label,
        offered,
        key=key,
        bind="query-params",
        accept_new_options=True,
        placeholder=placeholder,
        help=(help + more).strip() or None,
    )
    found: list[int] = []
    for text in chosen:
        try:
            found.append(atlas.titles.find(str(text)))
        except AtlasError as error:
            st.warning(plain(str(error)), icon=":material/search_off:")
    return list(dict.fromkeys(found))


def add_film(key: str, option: str) -> None:
    """Put a film into a picker (a button's callback); it leaves the other pickers."""
    for other in ("like", "dislike", "seen"):
        films = [film for film in st.session_state.get(other, []) if film != option]
        st.session_state[other] = [*films, option] if other == key else films


def pick_film(label: str, key: str, atlas: Atlas) -> int | None:
    """A picker of one film, the most rated first; what was typed and is no film is said below it.

    Returns:
        item_index, None where none is chosen.
    """
    offered = [atlas.titles.options[item] for item in most_rated(atlas.counts, OFFERED_TITLES)]
    rest = len(atlas.catalog) - len(offered)
    chosen = st.selectbox(
        label,
        offered,
        None,
        key=key,
        bind="query-params",
        accept_new_options=True,
        placeholder="Type a title",
        help=f"The list shows the {len(offered):,} most rated films; type any other title." if rest else None,
    )
    if not chosen:
        return None
    try:
        return atlas.titles.find(str(chosen))
    except AtlasError as error:
        st.warning(plain(str(error)), icon=":material/search_off:")
        return None
