"""What a new visitor has said of the first films they were asked about: it stands in the question itself."""

from collections.abc import Sequence

import streamlit as st

from core.serving import Atlas
from core.serving.first_films import ANSWERS
from ui.question.asked import film_called, own_films
from ui.question.changes import OPINIONS, say_of

TOLD = "told"
_OPINION = {"liked": "like", "so-so": "seen", "disliked": "dislike"}
_SAID = {opinion: said for said, opinion in _OPINION.items()}


def answers_now(atlas: Atlas) -> dict[int, float | None]:
    """What was said, in that order; a film that has left the question since counts as not seen.

    Returns:
        item_index -> a value of `ANSWERS`.
    """
    found: dict[int, float | None] = {}
    for film in st.session_state[TOLD]:
        item = film_called(atlas, film)
        if item is not None:
            said = next((_SAID[one] for one in OPINIONS if film in st.session_state[one]), "not seen")
            found[item] = ANSWERS[said]
    return found


def answer(atlas: Atlas, item: int, said: str) -> None:
    """Take an answer into the question.

    Args:
        atlas: The films.
        item: item_index.
        said: A key of `ANSWERS`.
    """
    film = atlas.titles.options[item]
    opinion = _OPINION.get(said)
    if opinion and film not in st.session_state[opinion]:
        say_of(opinion, film)
    st.session_state[TOLD] = [*(one for one in st.session_state[TOLD] if one != film), film]


def known_otherwise(atlas: Atlas) -> dict[int, float | None]:
    """What the question and the visitor's own history say of films that were not asked about here.

    Returns:
        item_index -> a value of `ANSWERS`.
    """
    own, asked = own_films(atlas), answers_now(atlas)
    values = {"liked": ANSWERS["liked"], "not liked": ANSWERS["disliked"], "seen": ANSWERS["so-so"]}
    return {item: values[kind] for kind, items in own.items() for item in items if item not in asked}


def take_back() -> None:
    """Forget the last answer."""
    _forget(st.session_state[TOLD][-1:])


def begin_anew() -> None:
    """Forget all answers."""
    _forget(st.session_state[TOLD])


def _forget(films: Sequence[str]) -> None:
    for part in (*OPINIONS, TOLD):
        st.session_state[part] = [film for film in st.session_state[part] if film not in films]
