"""What is asked, as widgets that Recommend and Compare share; all of it is in the address."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.exploration.captions import FAME_COST
from core.recommenders.fame import CANDIDATES_PER_K, FEWEST_CANDIDATES
from core.serving import Atlas, choices
from core.serving.choices import year_range
from core.serving.fame import fame_of
from core.serving.profiles import LONGEST_TEXT
from core.words import Reading
from ui import resources
from ui.widgets import person_picker, words
from ui.widgets.film_picker import pick_films

WORDS = "Or say what you want"
EXAMPLE = "French thriller from the 90s, no horror"


def pick_likes(atlas: Atlas) -> tuple[int, ...]:
    """item_index of the liked films."""
    return tuple(pick_films("Films you like", "like", atlas, help="Name one film or several."))


def say(atlas: Atlas, box: Callable[..., str | None] = st.text_input, **look: Any) -> Reading:
    """A box for words, and below it what was understood of them.

    Args:
        atlas: The films.
        box: `st.text_input` or `st.text_area`.
        look: What else the box takes.
    """
    resources.reads_words(atlas)  # begins to load the model while the visitor types
    text = (
        box(WORDS, key="text", bind="query-params", max_chars=LONGEST_TEXT, placeholder=EXAMPLE, **look) or ""
    )
    if not text.strip():
        words.forget_words()
        return Reading("")
    reading = words.read_words(atlas, text)
    if reading.rest and not resources.reads_words(atlas):
        _say_that_it_loads(atlas)
    return reading


@st.fragment(run_every=2.0)
def _say_that_it_loads(atlas: Atlas) -> None:
    """Stands as long as the model is being loaded."""
    if not resources.reads_words(atlas):
        st.caption(
            ":material/hourglass_top: The language model is being loaded; the first answer waits for it."
        )


def pick_dislikes(atlas: Atlas) -> tuple[int, ...]:
    """item_index of the disliked films."""
    return tuple(pick_films("Films you dislike", "dislike", atlas, help="They push the answer away."))


def pick_seen(atlas: Atlas) -> tuple[int, ...]:
    """item_index of films that are not to be listed."""
    return tuple(
        pick_films("Already seen", "seen", atlas, help="Left out, and say nothing about your taste.")
    )


def pick_person(atlas: Atlas) -> int | None:
    """user_index of the person whose ratings are the question; None = nobody's."""
    return person_picker.pick_person(
        "Or ask as a person of this dataset",
        "user",
        atlas,
        help="Their ratings become the question; films they rated are left out of the answers.",
    )


def pick_fame(atlas: Atlas) -> float:
    """How well known the films should be, from -1 to 1; what it does is said by `captions.fame_caption`."""
    known = fame_of(atlas)
    unit = known.unit if known else "ratings"
    formula = (
        f"Of the {CANDIDATES_PER_K} times as many films that fit best ({FEWEST_CANDIDATES} at least), those come first "
        f"for which fit + position × log(1 + {unit}) is largest, both as standard scores. 0: as the method has it. "
    )
    value = st.slider(
        "Less known – well known",
        -1.0,
        1.0,
        0.0,
        0.1,
        format="%.1f",
        key="fame",
        bind="query-params",
        disabled=known is None,
        help=formula + FAME_COST if known else "Nobody has rated these films, so they cannot be told apart.",
    )
    return float(value) if known else 0.0


def pick_filters(atlas: Atlas, columns: Sequence[DeltaGenerator] = ()) -> dict[str, Any]:
    """Which films may be recommended: what to make `core.domain.Filters` of, which refuses what contradicts itself.

    Args:
        atlas: Whose genres, years and languages are offered.
        columns: Two places side by side; () = all below each other.
    """
    left, right = columns or (st.container(), st.container())
    genres, (first, last) = atlas.catalog.genre_names(), year_range(atlas)
    with left:
        wanted = st.multiselect("With one of these genres", genres, key="genre", bind="query-params")
        unwanted = st.multiselect("Without these genres", genres, key="without", bind="query-params")
        least = st.number_input(
            "At least this many ratings", 0, value=0, step=5, key="least", bind="query-params"
        )
    with right:
        years = (first, last)
        if first < last:
            years = st.slider("Years", first, last, years, key="years", bind="query-params")
        spoken = choices.languages(atlas)
        languages = st.multiselect(
            "Original language",
            spoken,
            key="language",
            bind="query-params",
            disabled=not spoken,
            placeholder="Choose options" if spoken else "Not known of these films",
        )
    return {
        "genres": tuple(wanted),
        "not_genres": tuple(unwanted),
        "years": None if years == (first, last) else (int(years[0]), int(years[1])),
        "languages": tuple(languages),
        "min_ratings": int(least),
    }
