"""The address follows what a visitor asks and looks at, and the other way round.

Streamlit's own binding of a widget reads the address once, when a session begins. Here the session holds every part of
`parts`, widgets change them by their key, and the address is read whenever somebody else has changed it: a link, Back,
Forward, a reload.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.errors import AtlasError
from core.serving import Atlas
from ui import resources
from ui.question import settings
from ui.question.part import SHOWN, Part, PartlyReadError
from ui.question.parts import PARTS, parts_of

Told = dict[str, list[str]]

_MEMORY = "_address"
WRONG = "_wrong"
"""What the address asked for and is not there, in sentences, until something else is asked."""
LATE = 1.5
"""Seconds for which a browser may not know yet what was written to its address."""


@dataclass
class Memory:
    """What is known of a visitor's address.

    Attributes:
        seen: What it was when it was last read or written.
        before: What it was before writes that the browser has not confirmed.
        state: What the session would have written.
        page, dataset: Where that was.
        first: The dataset that is shown where none is named.
        wrote: When it was written, in seconds.
    """

    seen: Told = field(default_factory=dict)
    before: list[Told] = field(default_factory=list)
    state: Told = field(default_factory=dict)
    page: str = ""
    dataset: str = ""
    first: str = ""
    wrote: float = 0.0


def follow(page: str, datasets: Mapping[str, str]) -> str:
    """Bring the address and the session together; first of all in a run, before any widget.

    Args:
        page: Name of the page that is shown, "home" for the first one.
        datasets: The datasets that can be opened, at least one: their names and what people call them. The first is the
            default.

    Returns:
        Name of the dataset. One that cannot be opened is said, and the next one taken.

    Raises:
        AtlasError: None can be opened.
    """
    there, broken = dict(datasets), []
    while True:
        try:
            name = _follow(page, there)
            break
        except AtlasError as error:
            there.pop(st.session_state.pop("dataset"), None)
            if not there:
                raise
            broken.append(str(error))
            st.session_state.pop(_MEMORY)
    if broken:
        st.session_state[WRONG] = [*broken, *st.session_state.get(WRONG, ())]
    return name


def _follow(page: str, datasets: Mapping[str, str]) -> str:
    told = {name: st.query_params.get_all(name) for name in st.query_params}
    known = st.session_state.get(_MEMORY)
    memory: Memory = known or Memory()
    memory.first = next(iter(datasets))
    st.session_state[_MEMORY] = memory
    wrong: list[str] = []
    is_news = known is None or _is_news(memory, told, page)
    name = _dataset(told, datasets, wrong) if is_news else str(st.session_state.get("dataset"))
    name = name if name in datasets else memory.first
    st.session_state["dataset"] = name
    atlas = resources.atlas(name)
    if is_news:
        wrong += _read(told, atlas, page, memory)
        memory.seen, memory.before = told, []
    elif memory.dataset != name:
        wrong += _refit(atlas)
    _keep_alive(atlas)
    memory.page, memory.dataset = page, name
    if is_news:
        memory.state = _state(atlas, page)
    else:
        keep(atlas)
    if is_news or wrong:
        st.session_state[WRONG] = wrong
    return name


def keep(atlas: Atlas) -> None:
    """Write to the address what has changed in the session; at the top of a fragment, too, which runs without its page."""
    memory: Memory = st.session_state[_MEMORY]
    state = _state(atlas, memory.page)
    if state == memory.state:
        return
    st.session_state.pop(WRONG, None)
    st.query_params.from_dict(state)
    memory.before.append(memory.seen)
    memory.seen = memory.state = state
    memory.wrote = time.monotonic()


def link(atlas: Atlas, page: str, **changes: Any) -> Told:
    """The query of a link to a page that goes on with the question.

    Args:
        atlas: The films.
        page: Name of the page.
        changes: Parts that are to be something else there; those of the page itself are their defaults otherwise.
    """
    told = dict(_state(atlas, ""))
    for name, value in changes.items():
        told.pop(name, None)
        if value != PARTS[name].default(atlas):
            told[name] = PARTS[name].write(value)
    assert all(PARTS[name].page in ("", page) for name in changes), "a part of another page"
    return told


def main_link(atlas: Atlas, page: str, **changes: Any) -> str:
    """`link` as an address beside the present page."""
    query = urlencode(link(atlas, page, **changes), doseq=True)
    return f"{'' if page == 'home' else page}?{query}"


def _is_news(memory: Memory, told: Told, page: str) -> bool:
    """Whether somebody else has changed the address, and not only the browser does not show yet what was written."""
    if told == memory.seen:
        memory.before = []
        return False
    if told not in memory.before or page != memory.page:
        return True
    has_changed = _state(resources.atlas(memory.dataset), page) != memory.state
    return not has_changed and time.monotonic() - memory.wrote > LATE


def _dataset(told: Told, datasets: Mapping[str, str], wrong: list[str]) -> str:
    """The dataset that an address names."""
    first = next(iter(datasets))
    said = told.get("dataset", [str(st.session_state.get("dataset", first))])[-1]
    found = next((name for name, label in datasets.items() if said in (name, label)), None)
    if found is None:
        wrong.append(
            f"Films: there are no films called “{said[:SHOWN]}” here, so these are {datasets[first]}."
        )
    return found or first


def _read(told: Mapping[str, Sequence[str]], atlas: Atlas, page: str, memory: Memory) -> list[str]:
    """Put what an address says into the session; what is wrong with it."""
    wrong: list[str] = []
    for part in parts_of(page):
        if told.get(part.name):
            st.session_state[part.name] = _value(part, atlas, told[part.name], wrong)
        elif not part.page or page == memory.page:
            st.session_state[part.name] = part.default(atlas)
    found, more = settings.read(told, atlas)
    settings.forget()
    st.session_state.update(found)
    return wrong + more


def _value(part: Part, atlas: Atlas, texts: Sequence[str], wrong: list[str]) -> Any:
    try:
        return part.read(atlas, texts)
    except PartlyReadError as error:
        wrong.append(error.message)
        return error.kept
    except AtlasError as error:
        wrong.append(error.message)
        return part.default(atlas)


def _refit(atlas: Atlas) -> list[str]:
    """Other films are looked at: what they do not have is taken out of the question, and said."""
    wrong: list[str] = []
    for part in PARTS.values():
        value = st.session_state.get(part.name)
        if value is None or value == [] or value == "":
            continue
        st.session_state[part.name] = (
            part.default(atlas)
            if part.name in _OF_ITS_FILMS
            else _value(part, atlas, part.write(value), wrong)
        )
    return wrong


_OF_ITS_FILMS = (
    "space",
    "years",
    "method",
    "film",
    "who",
    "at",
    "user",
    "person",
    "find_on_map",
    "beside",
    "stars_of",
    "chosen",
    "against",
    "look",
    "look_beside",
    "listed",
    "person2",
    "alike_by",
    "window",
    "block",
)
"""Parts that mean nothing, or something else, among other films."""


def _keep_alive(atlas: Atlas) -> None:
    """Streamlit forgets the values of widgets that are not on the page; what stands in the session by itself it keeps."""
    for part in PARTS.values():
        if part.name not in st.session_state:
            st.session_state[part.name] = part.default(atlas)
        else:
            st.session_state[part.name] = st.session_state[part.name]
    for key in [key for key in st.session_state if isinstance(key, str) and settings.is_setting(key)]:
        st.session_state[key] = st.session_state[key]


def _state(atlas: Atlas, page: str) -> Told:
    """What the address of a page says of the session; of no page: the question alone."""
    told: Told = {}
    memory: Memory = st.session_state[_MEMORY]
    if st.session_state["dataset"] != memory.first:
        told["dataset"] = [st.session_state["dataset"]]
    for part in parts_of(page):
        if not page and part.name in ("film", "who"):
            continue
        value = st.session_state.get(part.name)
        if value != part.default(atlas) and (texts := part.write(value)):
            told[part.name] = texts
    told.update(settings.written(page, atlas))
    return told
