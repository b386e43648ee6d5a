"""What is asked, as widgets that Recommend and Compare share; each changes a part of the session, see `ui.question`."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import recommenders
from core.exploration.captions import FAME_COST
from core.recommenders.fame import CANDIDATES_PER_K, FEWEST_CANDIDATES
from core.serving import Atlas, choices
from core.serving.choices import available_methods, year_range
from core.serving.fame import fame_of
from core.serving.profiles import LONGEST_TEXT
from ui import resources
from ui.question.parts import MOST_LISTED, method_label
from ui.widgets import method_form, person_picker, words
from ui.widgets.film_picker import film_box

WORDS = "Or say what you want"
EXAMPLE = "French thriller from the 90s, no horror"


def pick_likes(atlas: Atlas) -> None:
    """The liked films."""
    film_box("Films you like", "like", atlas)


def say(atlas: Atlas, box: Callable[..., str | None] = st.text_input, **look: Any) -> None:
    """A box for words, and below it what was understood of them.

    Args:
        atlas: The films.
        box: `st.text_input` or `st.text_area`.
        look: What else the box takes.
    """
    resources.reads_words(atlas)  # begins to load the model while the visitor types
    text = box(WORDS, key="text", max_chars=LONGEST_TEXT, placeholder=EXAMPLE, **look) or ""
    if not text.strip():
        st.session_state["taken"] = []
        return
    reading = words.show_words(atlas, text)
    if reading.rest and not resources.reads_words(atlas):
        _say_that_it_loads(atlas)


@st.fragment(run_every=2.0)
def _say_that_it_loads(atlas: Atlas) -> None:
    """Stands as long as the model is being loaded."""
    if not resources.reads_words(atlas):
        st.caption(
            ":material/hourglass_top: The language model is being loaded; the first answer waits for it."
        )


def pick_dislikes(atlas: Atlas) -> None:
    """The disliked films."""
    film_box("Films you dislike", "dislike", atlas, help="They push the answer away.")


def pick_seen(atlas: Atlas) -> None:
    """Films that are not to be listed."""
    film_box("Already seen", "seen", atlas, help="Left out, and say nothing about your taste.")


def pick_person(atlas: Atlas) -> None:
    """The person whose ratings are the question."""
    person_picker.pick_person(
        "Or ask as a person of this dataset",
        "user",
        atlas,
        help="Their ratings become the question; films they rated are left out of the answers.",
    )


def pick_fame(atlas: Atlas) -> None:
    """How well known the films should be, from -1 to 1; what it does is said by `captions.fame_caption`."""
    known = fame_of(atlas)
    unit = known.unit if known else "ratings"
    formula = (
        f"Of the {CANDIDATES_PER_K} times as many films that fit best ({FEWEST_CANDIDATES} at least), those come first "
        f"for which fit + position × log(1 + {unit}) is largest, both as standard scores. 0: as the method has it. "
    )
    st.slider(
        "Less known – well known",
        -1.0,
        1.0,
        step=0.1,
        format="%.1f",
        key="fame",
        disabled=known is None,
        help=formula + FAME_COST if known else "Nobody has rated these films, so they cannot be told apart.",
    )


def pick_variety() -> None:
    """How unlike each other the films of a list should be."""
    st.slider(
        "Variety",
        0.0,
        0.9,
        step=0.1,
        key="variety",
        help="0: the best. Higher: less alike among themselves (maximal marginal relevance).",
    )


def pick_length() -> None:
    """How many films to list."""
    st.slider("How many", 5, MOST_LISTED, step=5, key="k")


def pick_filters(atlas: Atlas, columns: Sequence[DeltaGenerator] = ()) -> None:
    """Which films may be recommended.

    Args:
        atlas: Whose genres, years and languages are offered.
        columns: Two places side by side; () = all below each other.
    """
    left, right = columns or (st.container(), st.container())
    genres, (first, last) = atlas.catalog.genre_names(), year_range(atlas)
    with left:
        st.multiselect(
            "With one of these genres", genres, key="genre", select_all=False, filter_mode="contains"
        )
        st.multiselect(
            "Without these genres", genres, key="without", select_all=False, filter_mode="contains"
        )
        st.number_input("At least this many ratings", 0, step=5, key="least")
    with right:
        if first < last:
            st.slider("Years", first, last, key="years")
        spoken = choices.languages(atlas)
        st.multiselect(
            "Original language",
            spoken,
            key="language",
            disabled=not spoken,
            select_all=False,
            filter_mode="contains",
            placeholder="Choose options" if spoken else "Not known of these films",
        )


def n_filters(atlas: Atlas) -> int:
    """How many filters are set by hand."""
    state = st.session_state
    values = (*state["genre"], *state["without"], *state["language"], state["least"])
    return sum(map(bool, values)) + (tuple(state["years"]) != year_range(atlas))


def pick_method(atlas: Atlas, *, with_form: bool = True) -> None:
    """Who answers, and with which settings.

    Args:
        atlas: Whose methods are offered.
        with_form: Whether what it is and its settings stand below it.
    """
    names = available_methods(atlas)
    method = st.selectbox("Method", names, format_func=method_label, key="method", filter_mode="contains")
    if with_form:
        kind = recommenders.method_class(str(method))
        st.caption(kind.description)
        method_form.method_form(kind, atlas, place="p")
