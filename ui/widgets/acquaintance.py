"""Asking every method how well it would have known the visitor, and keeping the answer for their session."""

import streamlit as st

from core.evaluation.own_history import LEAST, LIKED, Acquaintances, acquaintances
from core.histories import Matched
from core.serving import Atlas
from ui.text import plain

_KEPT = "_acquaintances"
_WANTED = "_acquaintances_wanted"


def ask(atlas: Atlas, matched: Matched) -> Acquaintances | None:
    """Offer to ask, and ask; whatever else the visitor does meanwhile ends it.

    Args:
        atlas: The dataset.
        matched: The visitor's own films in it.

    Returns:
        None where nothing was asked yet.
    """
    of = (atlas.name, atlas.manifest.key, matched.weights)
    kept: tuple[object, Acquaintances] | None = st.session_state.get(_KEPT)
    if kept and kept[0] == of:
        return kept[1]
    n_liked = sum(weight >= LIKED for _, weight in matched.weights)
    if n_liked < LEAST:
        st.caption(
            f"Films that you like are hidden from each method, to see whether it would have found them. {LEAST} are needed "
            f"for that, and of yours {n_liked} {'is' if n_liked == 1 else 'are'} here."
        )
        return None
    place = st.empty()
    with place.container():
        st.caption(
            f"Some of the {n_liked:,} films here that you like are hidden in turn, and every method has to find them from "
            "the rest. It is worked out for you alone and kept as long as this tab."
        )
        st.button("Find out", icon=":material/psychology:", on_click=_want)
    if not st.session_state.pop(_WANTED, False):
        return None

    def tell(done: int, total: int, note: str = "") -> None:
        place.progress(done / max(total, 1), plain(f"{note or 'Comparing'}…"))

    found = acquaintances(atlas, matched.weights, progress=tell)
    place.empty()
    st.session_state[_KEPT] = (of, found)
    return found


def _want() -> None:
    st.session_state[_WANTED] = True
