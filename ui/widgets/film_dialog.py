"""The page of a film, or of a person, as a dialog over any page; the address says which."""

import streamlit as st

from core.serving import Atlas
from ui.panels import film_cards
from ui.question import changes
from ui.question.asked import film_called


def open_page(atlas: Atlas, page: str) -> None:
    """Open what the address names; nothing where it names neither film nor person."""
    film = st.session_state["film"]
    if film:
        item = film_called(atlas, film)
        if item is None:
            st.session_state["film"] = ""
            st.toast(f"“{film[:80]}” is not one film here.", icon=":material/search_off:")
            return
        st.dialog("Film", width="large", on_dismiss=changes.close)(_film)(atlas, item)


def _film(atlas: Atlas, item: int) -> None:
    st.html(film_cards.card_html(atlas.catalog, item, with_plot=True))
