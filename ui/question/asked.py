"""What is asked now, put together from the session: the same on every page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.domain import Filters, Question
from core.errors import AtlasError
from core.exploration.rating_histories import find_user
from core.histories import History, Matched
from core.serving import Atlas
from core.serving.choices import year_range
from core.serving.histories import found_in
from core.serving.words import asked, understood
from core.words import Reading
from ui.question import settings

HISTORY = "_history"
"""A visitor's own films, in the memory of their session alone."""
_FOUND = "_found_films"
_MATCHED = "_matched"
MOST_REMEMBERED = 2_000


@dataclass(frozen=True)
class Asked:
    """What a visitor asks.

    Attributes:
        given: What was chosen by hand, without method and words.
        reading: What was understood of the words, without what was taken away.
        method, params: Who is to answer.
        lost: Names that are no films of this dataset, by the part that holds them.
    """

    given: Question
    reading: Reading
    method: str
    params: Mapping[str, Any]
    lost: Mapping[str, Sequence[str]]

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to answer: no film, no word, nobody."""
        one = self.given
        is_said = self.reading.parts or self.reading.rest
        return not (one.likes or one.dislikes or one.history or is_said or one.user is not None)

    def question(self, atlas: Atlas) -> Question:
        """The whole question."""
        whole = asked(atlas, self.reading, self.given)
        return replace(whole, method=self.method, params=self.params)


def asked_now(atlas: Atlas) -> Asked:
    """What the session asks of a dataset.

    Raises:
        InvalidQueryError: The filters contradict each other.
        UnknownUserError: Nobody is called so.
    """
    state = st.session_state
    lost: dict[str, list[str]] = {}
    likes, dislikes, seen = (films_of(atlas, name, lost) for name in ("like", "dislike", "seen"))
    years = tuple(state["years"])
    filters = Filters(
        genres=tuple(state["genre"]),
        not_genres=tuple(state["without"]),
        years=None if years == year_range(atlas) else (int(years[0]), int(years[1])),
        languages=tuple(state["language"]),
        min_ratings=int(state["least"]),
    )
    user = find_user(atlas.interactions, state["user"]) if state["user"] else None
    matched = history_in(atlas)
    given = Question(
        likes,
        dislikes,
        seen,
        "",
        user,
        filters=filters,
        k=int(state["k"]),
        diversity=float(state["variety"]),
        fame=float(state["fame"]),
        history=matched.weights if matched else (),
    )
    method = str(state["method"])
    return Asked(given, reading_of(atlas), method, settings.changed("p", method, atlas), lost)


def reading_of(atlas: Atlas) -> Reading:
    """What is understood of the visitor's words, without what they have taken away."""
    text = str(st.session_state["text"])
    if not text.strip():
        return Reading("")
    whole = understood(atlas, text)
    keys = {part.key for part in whole.parts}
    return whole.without([key for key in st.session_state["taken"] if key in keys])


def films_of(atlas: Atlas, part: str, lost: dict[str, list[str]] | None = None) -> tuple[int, ...]:
    """item_index of the films of a part; names that are no films go to `lost`."""
    found = []
    for text in st.session_state[part]:
        film = film_called(atlas, text)
        if film is None:
            if lost is not None:
                lost.setdefault(part, []).append(text)
        else:
            found.append(film)
    return tuple(dict.fromkeys(found))


def film_called(atlas: Atlas, text: str) -> int | None:
    """item_index of the film that a text names; None = none, or several."""
    known: dict[tuple[str, str], int | None] = st.session_state.setdefault(_FOUND, {})
    key = (atlas.name + atlas.manifest.key, text)
    if key not in known:
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        try:
            known[key] = atlas.titles.find(text)
        except AtlasError:
            known[key] = None
    return known[key]


def own_films(atlas: Atlas) -> dict[str, list[int]]:
    """item_index of the films that the visitor likes, does not like, and has only seen, from question and history."""
    said = dict.fromkeys(films_of(atlas, "like"), 1.0) | dict.fromkeys(films_of(atlas, "dislike"), -1.0)
    matched = history_in(atlas)
    weights = dict.fromkeys(films_of(atlas, "seen"), 0.0) | dict(matched.weights if matched else ()) | said
    return {
        "liked": [item for item, weight in weights.items() if weight > 0],
        "not liked": [item for item, weight in weights.items() if weight < 0],
        "seen": [item for item, weight in weights.items() if weight == 0],
    }


def history_in(atlas: Atlas) -> Matched | None:
    """The visitor's own films among those of a dataset; None where they have loaded none."""
    history: History | None = st.session_state.get(HISTORY)
    if history is None:
        st.session_state.pop(_MATCHED, None)
        return None
    known = st.session_state.get(_MATCHED)
    key = atlas.name + atlas.manifest.key
    if known is None or known[0] != key or known[1] is not history:
        st.session_state[_MATCHED] = known = (key, history, found_in(atlas, history))
    return known[2]
