"""What a visitor can do to the question from anywhere: callbacks that change the session."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.serving import Atlas
from ui.question import settings
from ui.question.asked import HISTORY
from ui.question.parts import PARTS

OPINIONS = ("like", "dislike", "seen")
SAID = {"like": "You like {}: more like it.", "dislike": "Not {}: less like it.", "seen": "You have seen {}."}
LAST = "_last_change"
GO = "_go"
"""The page that is to be shown next, and what is to be changed for it."""


OPENING = "_opening"
"""Set where a film's or a person's page is to be opened, which the frame around a page does."""


@dataclass(frozen=True)
class Change:
    """The last thing that was said of a film, and what was there before.

    Attributes:
        film: Its title.
        sentence: What was done.
        before: The films of each opinion before it.
        rank: Where the film stood in the list in which this was said, 0 = in none.
    """

    film: str
    sentence: str
    before: dict[str, list[str]]
    rank: int = 0


def say_of(opinion: str, film: str, rank: int = 0) -> None:
    """Like, dislike or have seen a film; it leaves the other opinions. Said twice, it is taken back.

    Args:
        opinion: "like", "dislike" or "seen".
        film: The film's option, see `TitleIndex.options`.
        rank: Its place in the list where it was said.
    """
    if opinion not in OPINIONS:
        return
    state = st.session_state
    before = {one: list(state.get(one, [])) for one in OPINIONS}
    is_back = film in before[opinion]
    for one in OPINIONS:
        rest = [other for other in before[one] if other != film]
        state[one] = [*rest, film] if one == opinion and not is_back else rest
    said = "Taken back: {}." if is_back else SAID[opinion]
    state[LAST] = Change(film, said.format(film), before, rank)


def undo() -> None:
    """Take the last opinion back."""
    change: Change | None = st.session_state.pop(LAST, None)
    if change:
        st.session_state.update(change.before)


def drop(atlas: Atlas, part: str, value: str = "") -> None:
    """Take something out of the question.

    Args:
        atlas: The films.
        part: Name of the part, "history" for the visitor's own films, or "settings".
        value: Which of several; "" = all of the part.
    """
    state = st.session_state
    if part == "history":
        state.pop(HISTORY, None)
    elif part == "settings":
        settings.forget()
    elif part in PARTS:
        now: Any = state.get(part)
        is_one = value and isinstance(now, list)
        state[part] = [one for one in now if one != value] if is_one else PARTS[part].default(atlas)
        if part == "text":
            state["taken"] = []
        if part == "method":
            settings.forget()
    state.pop(LAST, None)


def drop_all(atlas: Atlas) -> None:
    """Ask nothing any more; the embedding and what a page shows stay."""
    for name in (
        "like",
        "text",
        "taken",
        *OPINIONS[1:],
        "user",
        "genre",
        "without",
        "years",
        "language",
        "least",
    ):
        st.session_state[name] = PARTS[name].default(atlas)
    for name in ("method", "variety", "fame", "k"):
        st.session_state[name] = PARTS[name].default(atlas)
    settings.forget()
    st.session_state.pop(HISTORY, None)
    st.session_state.pop(LAST, None)


def open_film(film: str) -> None:
    """Open a film's page."""
    st.session_state["film"], st.session_state["who"] = film, ""
    st.session_state[OPENING] = True


def open_person(name: str) -> None:
    """Open the page of a director or an actor."""
    st.session_state["who"], st.session_state["film"] = name, ""
    st.session_state[OPENING] = True


def open_from_here() -> None:
    """Let the frame open what was clicked inside a fragment, which runs without it; call at the fragment's top."""
    if st.session_state.get(OPENING) or GO in st.session_state:
        st.rerun()


def go(page: str, **changed: Any) -> None:
    """Go to another page, with some parts changed there; app.py does so at the next run.

    Args:
        page: Its name.
        changed: Parts and their values; the open film's page is closed.
    """
    st.session_state[GO] = (page, {"film": "", "who": "", **changed})


def close() -> None:
    """Close the film's or the person's page."""
    st.session_state["film"] = st.session_state["who"] = ""
