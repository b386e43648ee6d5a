"""In which orders people and films stand in the rating matrix, and what its colours say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.evaluation.results import stored
from core.exploration.hidden_ratings import hides_ratings
from core.exploration.rating_orders import ITEM_ORDERS, USER_ORDERS, Basis, Need, Order, Way
from core.serving import Atlas
from core.serving.choices import available_methods
from core.serving.taste import taste_groups_of
from ui import resources
from ui.question import keep
from ui.question.parts import ERRORS, HIDDEN, cells_show, matrix_orders, method_label
from ui.widgets.film_picker import pick_film
from ui.widgets.person_picker import pick_person

_SHOWN = "_matrix_shown"
"""In the session: the orders that were shown last, and the places in them."""


@dataclass(frozen=True, eq=False)
class Orders:
    """The orders of people and films, and what tells them from others."""

    users: Order
    items: Order
    key: str


def choose_orders(atlas: Atlas, films: DeltaGenerator, people: DeltaGenerator) -> Orders:
    """Two choices, and where an order goes by likeness, whom or what with.

    Args:
        atlas: The films and people.
        films: Where the films' order is chosen.
        people: Where the people's is.
    """
    item = user = None
    with films:
        films_by = _choice(atlas, "Films by", "films_by", ITEM_ORDERS)
        if ITEM_ORDERS[films_by].needs is Need.ONE:
            item = pick_film("Films like which film? (none = the most rated)", "like_film", atlas)
    with people:
        people_by = _choice(atlas, "People by", "people_by", USER_ORDERS)
        if USER_ORDERS[people_by].needs is Need.ONE:
            user = pick_person("People like whom? (nobody = the most active)", "like_person", atlas)
    key = f"{people_by}-{user}-{films_by}-{item}"
    _forget_places(atlas, key)
    basis = Basis(atlas.catalog, atlas.interactions, taste_groups_of(atlas))
    by_item, by_user = replace(basis, item=item), replace(basis, user=user)
    people_kept = resources.once if user is None else resources.lately
    films_kept = resources.once if item is None else resources.lately
    return Orders(
        people_kept(atlas, "people by", people_by, user, make=lambda: USER_ORDERS[people_by].order(by_user)),
        films_kept(atlas, "films by", films_by, item, make=lambda: ITEM_ORDERS[films_by].order(by_item)),
        key,
    )


@dataclass(frozen=True, eq=False)
class Colours:
    """What the colours of cells say.

    Attributes:
        show: One of CELLS_SHOW.
        method: The method that is held against the ratings, "" = none.
        hidden_by: The evaluation whose hidden ratings are shown, None = none.
    """

    show: str
    method: str = ""
    hidden_by: stored.StoredResult | None = None

    @property
    def key(self) -> str:
        """What tells them from others."""
        return f"{self.show}-{self.method}-{self.hidden_by.key if self.hidden_by else ''}"


def choose_colours(atlas: Atlas) -> Colours:
    """What the colours say, and where that needs it, which method or which evaluation they are about."""
    show = str(st.selectbox("Colours show", cells_show(atlas), key="cells_show"))
    if show == ERRORS:
        methods, label = available_methods(atlas), "The method that is held against the ratings"
        return Colours(show, str(st.selectbox(label, methods, key="held_against", format_func=method_label)))
    if show == HIDDEN:
        return Colours(show, hidden_by=_evaluation(atlas))
    return Colours(show)


def _evaluation(atlas: Atlas) -> stored.StoredResult | None:
    """The stored evaluation whose hidden ratings are shown."""
    found = {one.title: one for one in stored.stored_results(atlas.name)[0] if hides_ratings(one)}
    if not found:
        st.info(
            "Nothing was measured on these ratings yet, so none was hidden.", icon=":material/visibility_off:"
        )
        st.page_link("pages/evaluate.py", label="Measure methods on Evaluate", icon=":material/analytics:")
        return None
    if st.session_state["hidden_by"] not in found:
        st.session_state["hidden_by"] = next(iter(found))
    return found[str(st.selectbox("Hidden by which evaluation?", list(found), key="hidden_by"))]


def _choice(atlas: Atlas, label: str, part: str, ways: Mapping[str, Way]) -> str:
    return str(st.selectbox(label, matrix_orders(ways)(atlas), key=part))


def _forget_places(atlas: Atlas, orders: str) -> None:
    """The part in view and the marked one are places in orders: with other orders, they mean nothing.

    Where they have changed together with the orders, an address has named them all.
    """
    before = st.session_state.get(_SHOWN)
    places = st.session_state["window"], st.session_state["block"]
    if before and before[0] != orders and before[1] == places and any(places):
        st.session_state["window"] = st.session_state["block"] = None
        keep(atlas)
    st.session_state[_SHOWN] = orders, (st.session_state["window"], st.session_state["block"])
