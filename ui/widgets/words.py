"""Questions in words: what was understood, as chips that can be taken away, and what to do where little fits."""

import hashlib

import streamlit as st

from core.domain import Question
from core.serving import Atlas
from core.serving.words import not_looked_into, understood, ways_out
from core.words import Reading
from ui.text import plain


def show_words(atlas: Atlas, text: str) -> Reading:
    """Show the parts of a question as chips; those that the visitor takes away are left out.

    A chip that is off stays where it is, so that it can be put back; the part "taken" of the session holds them.
    """
    whole = understood(atlas, text)
    if not whole.parts:
        if whole.notes:
            st.caption(plain(" ".join(whole.notes)))
        return whole
    chips = {part.key: part.chip for part in whole.parts}
    taken = [key for key in st.session_state["taken"] if key in chips]
    key = _key(atlas, text)
    st.session_state[key] = [one for one in chips if one not in taken]
    st.pills(
        "Understood",
        list(chips),
        selection_mode="multi",
        format_func=lambda one: plain(chips[one]),
        key=key,
        wrap=True,
        on_change=_take_from,
        args=(key, list(chips)),
        help="What was read in your words. Click one to take it away, and again to put it back.",
    )
    reading = whole.without(taken)
    if reading.rest:
        st.caption(f"Searched by meaning: “{plain(reading.rest)}”")
    for sentence in not_looked_into(atlas, reading):
        st.caption(plain(sentence))
    return reading


def _take_from(key: str, chips: list[str]) -> None:
    kept = st.session_state[key] or []
    st.session_state["taken"] = [one for one in chips if one not in kept]


def offer_ways_out(atlas: Atlas, reading: Reading, question: Question) -> bool:
    """Where little fits a question, name the parts that starve it, each with a button that takes it away.

    Args:
        atlas: The films.
        reading: What was understood.
        question: What was chosen by hand beside it.

    Returns:
        Whether it does.
    """
    ways = ways_out(atlas, reading, question)
    if not ways:
        return False
    with st.container(border=True):
        st.markdown("**Little fits all of this.** Take something away:")
        with st.container(horizontal=True):
            for way in ways[:4]:
                st.button(
                    f"without “{plain(way.part.chip)}”: {way.n_films:,} {'film' if way.n_films == 1 else 'films'}",
                    key=f"without-{way.part.key}",
                    icon=":material/close:",
                    on_click=_take_away,
                    args=(way.part.key,),
                )
    return True


def _key(atlas: Atlas, text: str) -> str:
    """Another question has other chips."""
    return f"understood-{atlas.name}-{hashlib.blake2b(text.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"


def _take_away(part: str) -> None:
    st.session_state["taken"] = [*st.session_state["taken"], part]
