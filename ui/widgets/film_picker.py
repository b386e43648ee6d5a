"""Choosing films by their titles: the best match is taken by Enter, and suggested first while one types."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from core.serving import Atlas
from core.words.title_search import LONGEST
from ui.question.asked import film_called
from ui.question.changes import OPINIONS, say_of

_FOLDER = Path(__file__).parent / "browser"
SUGGESTED = 8
MEANT = 4


@st.cache_resource
def _box() -> Callable[..., Any]:
    css, js = ((_FOLDER / f"film_box.{kind}").read_text("utf-8") for kind in ("css", "js"))
    return st.components.v2.component("movie_atlas_film_box", css=css, js=js)


@st.fragment
def film_box(
    label: str, part: str, atlas: Atlas, *, help: str = "", placeholder: str = "Type a title", most: int = 0
) -> None:
    """A box to choose films with; what is chosen stands in the session under the part's name, as titles.

    Args:
        label: What the films are for.
        part: Name of a part of the address that holds films.
        atlas: The films.
        help: A sentence below the box.
        placeholder: What stands in the empty box.
        most: How many can be chosen; a further one takes the last one's place. 0 = any number.
    """
    key = f"box-{atlas.name}-{part}"
    chosen = list(st.session_state[part])
    heard = st.session_state.get(key)
    typed = str(getattr(heard, "typed", "") or "")[:LONGEST]
    found = atlas.suggestions.suggest(typed, SUGGESTED) if typed.strip() else []
    said = st.session_state.pop(f"said-{key}", "")
    answer = _box()(
        key=key,
        data={
            "part": part,
            "label": label,
            "help": help,
            "placeholder": placeholder,
            "query": typed,
            "found": [
                {
                    "value": atlas.titles.options[film],
                    "label": atlas.titles.labels[film],
                    "note": _note(atlas, film),
                }
                for film in found
            ],
            "chosen": [
                {"value": text, "label": text, "here": film_called(atlas, text) is not None}
                for text in chosen
            ],
            "said": said,
            "lost": [] if said else _lost(atlas, chosen),
        },
        on_typed_change=_heard,
        on_picked_change=_heard,
        on_removed_change=_heard,
    )
    if _changed(atlas, part, chosen, answer, key, most):
        st.rerun()


def _heard() -> None:
    """The box's values are read where it is drawn."""


def _changed(atlas: Atlas, part: str, chosen: list[str], answer: Any, key: str, most: int) -> bool:
    """Do what the box says; whether the page is to be drawn anew."""
    if removed := getattr(answer, "removed", None):
        st.session_state[part] = [text for text in chosen if text != removed]
        return True
    picked = getattr(answer, "picked", None)
    if not isinstance(picked, Mapping):
        return False
    if "film" in picked:
        film = film_called(atlas, str(picked["film"])[:LONGEST])
    else:
        text = str(picked.get("text", ""))
        film = atlas.suggestions.best(text)
        if film is None:
            st.session_state[f"said-{key}"] = f"No film here is called “{text[:80]}”. Try another spelling."
            return True
    if film is None:
        return False
    option = atlas.titles.options[film]
    chosen = [text for text in chosen if text != picked.get("instead")]
    st.session_state[part] = chosen
    if part in OPINIONS and option not in chosen:
        say_of(part, option)
    elif option not in chosen:
        st.session_state[part] = [*chosen, option][-most:]
    return True


def _note(atlas: Atlas, film: int) -> str:
    """How well known a suggested film is."""
    count = int(atlas.counts[film])
    return f"{count:,} {'rating' if count == 1 else 'ratings'}" if len(atlas.interactions) else ""


def _lost(atlas: Atlas, chosen: list[str]) -> list[dict[str, Any]]:
    """Those of the chosen that are no films here, with what may be meant."""
    return [
        {
            "text": text,
            "meant": [
                {"value": atlas.titles.options[film], "label": atlas.titles.labels[film]}
                for film in atlas.suggestions.suggest(text, MEANT)
            ],
        }
        for text in chosen
        if film_called(atlas, text) is None
    ]


def pick_films(label: str, part: str, atlas: Atlas, *, help: str = "") -> list[int]:
    """`film_box`, and the films that are chosen.

    Returns:
        item_index, without repetition.
    """
    film_box(label, part, atlas, help=help)
    found = [film_called(atlas, text) for text in st.session_state[part]]
    return list(dict.fromkeys(film for film in found if film is not None))


def pick_film(label: str, part: str, atlas: Atlas) -> int | None:
    """`film_box` for one film; None where none is chosen."""
    film_box(label, part, atlas, most=1)
    found = [film_called(atlas, text) for text in st.session_state[part]]
    return next((film for film in reversed(found) if film is not None), None)
