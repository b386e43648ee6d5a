"""The page of a film, or of a person, as a dialog over any page; the address says which."""

from collections.abc import Callable

import streamlit as st

from core.domain import Answer, Reason
from core.serving import Atlas
from ui import resources
from ui.panels.answer_cards import opinion_buttons, place_buttons
from ui.panels.film_cards import STYLE
from ui.panels.film_page import film_page
from ui.panels.person_page import person_page
from ui.question import changes, keep
from ui.question.asked import film_called
from ui.text import plain

_WHY = "_why"


def remember_why(atlas: Atlas, answer: Answer) -> None:
    """What an answer says for its films, for their pages."""
    st.session_state[_WHY] = (
        atlas.name + atlas.manifest.key,
        {item.item_index: item.reasons for item in answer.items},
    )


def open_page(atlas: Atlas) -> None:
    """Open what the address names; nothing where it names neither film nor person."""
    st.session_state.pop(changes.OPENING, None)
    film, person = st.session_state["film"], st.session_state["who"]
    if film and film_called(atlas, film) is None:
        st.session_state["film"] = ""
        st.warning(
            f"“{plain(film[:80])}” is no film here, so its page cannot be opened.", icon=":material/link_off:"
        )
        return
    if film or person:
        title = "A film" if film else "A person"
        st.dialog(title, width="large", on_dismiss=changes.close)(_page)(atlas)


def _page(atlas: Atlas) -> None:
    """The page of whoever is named now: inside the dialog one film leads to the next."""
    keep(atlas)
    item = film_called(atlas, st.session_state["film"]) if st.session_state["film"] else None
    if item is None:
        if st.session_state["who"]:
            person_page(atlas, st.session_state["who"], _to_film(atlas))
        return
    film_page(
        atlas,
        resources.film_page(atlas, st.session_state["space"], item),
        on_film=_to_film(atlas),
        on_person=changes.open_person,
        actions=lambda film: _actions(atlas, film),
        why=_why(atlas, item),
    )


def _to_film(atlas: Atlas) -> Callable[[int], None]:
    return lambda item: changes.open_film(atlas.titles.options[item])


def _actions(atlas: Atlas, item: int) -> None:
    buttons = opinion_buttons(atlas, item) + place_buttons(atlas, item)
    st.html(f'{STYLE}<div class="ma-actions">{buttons}</div>')


def _why(atlas: Atlas, item: int) -> tuple[Reason, ...]:
    """What the last answer said for a film."""
    key, found = st.session_state.get(_WHY, ("", {}))
    return found.get(item, ()) if key == atlas.name + atlas.manifest.key else ()
