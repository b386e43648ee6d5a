"""What stands above the map: what it is coloured by, a second map beside it, what is looked for, and what else is shown."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

import streamlit as st

from core.domain import Answer
from core.errors import AtlasError
from core.exploration.map_colours import COLOURS, Context, colours_for
from core.exploration.map_words import MOST, WordPlace, by_meaning, place_words, texts_of
from core.serving import Atlas, make_profile, recommend
from core.serving.choices import available_methods
from core.serving.profiles import LONGEST_TEXT
from ui import resources
from ui.map import told
from ui.map.lists import list_marks
from ui.question.asked import asked_now, film_called, own_films
from ui.question.parts import method_label
from ui.text import calm, space_label
from ui.widgets.film_picker import pick_films
from ui.widgets.person_picker import pick_person

MOST_LISTS = 2
WORDS_EXAMPLE = "heist in the snow; Hitchcock"
WORDS_HELP = (
    "A mood, a plot, a director, a genre: “heist in the snow; Hitchcock; 1970s horror”. Semicolons part several, "
    f"{MOST} at most."
)
NAMES_HELP = (
    "Coarse names from afar, finer ones as you zoom in, and titles at last; a name has the colour of most of its films. "
    "Click a name to select its group."
)


@dataclass(frozen=True)
class Wanted:
    """What is to be seen on the map.

    Attributes:
        found: item_index of the films that were looked for by title.
        places: What was looked for in words.
        person: user_index of whose stars are shown, None = nobody's.
        focus: item_index of the film in focus, None = none.
        beside: A second embedding, None = none.
        answers: What the chosen methods recommend for the question.
    """

    found: Sequence[int]
    places: Sequence[WordPlace]
    person: int | None
    focus: int | None
    beside: str | None
    answers: Sequence[Answer]

    def about(self, atlas: Atlas) -> Context:
        """What the colours are about."""
        words = next((place.text for place in self.places if place.x is not None), "")
        return Context(self.focus, words, self.person, own_films(atlas), self.beside)

    def marks(self, atlas: Atlas) -> list[told.Told]:
        """The films that are marked: the visitor's own, what methods recommend, and what was looked for."""
        named = [told.found_marks(place.films, place.said) for place in self.places if place.x is None]
        return (
            told.own_marks(own_films(atlas))
            + list_marks(map(_listed, self.answers), is_named=True)
            + told.found_marks(self.found, "Looked for")
            + [mark for marks in named for mark in marks]
        )


def heights(atlas: Atlas, space: str) -> tuple[list[told.Told], list[str]]:
    """The visitor's taste over the map, as far as it is to be shown; and what is said of it."""
    state, asked = st.session_state, asked_now(atlas)
    if asked.says_nothing or not (state["taste_on_map"] or state["alike_on_map"]):
        return [], []
    profile = make_profile(atlas, asked.question(atlas))
    weights = dict(zip(profile.items.tolist(), profile.weights.tolist(), strict=True))
    own = weights if state["taste_on_map"] else {}
    return told.taste_told(atlas, space, own, profile if state["alike_on_map"] else None)


CHOICE = 168
"""Pixels that a choice above the map is wide: two are beside each other on a phone."""


def map_controls(atlas: Atlas, space: str) -> Wanted:
    """Everything above the map."""
    # a row that breaks on narrow screens, two choices beside each other
    row = st.container(horizontal=True, vertical_alignment="top", gap="small", key="map-controls")
    colour, beside = row.container(width=CHOICE), row.container(width=CHOICE)
    films, words = row.container(width="stretch"), row.container(width="stretch")
    show = row.container(width=120)
    with colour:
        name = st.selectbox("Colour by", colours_for(atlas), key="colour", help=_help_of_colours())
        person = (
            pick_person("Whose stars", "stars_of", atlas) if "person" in COLOURS[str(name)].depends else None
        )
    beside.selectbox(
        "Beside it",
        [one for one in atlas.space_names if one != space],
        key="beside",
        format_func=space_label,
        placeholder="No other map",
        help="A second embedding of the same films: what you choose in one is seen in both.",
    )
    with films:
        found = pick_films("Find films", "find_on_map", atlas)
    with words:
        text = st.text_input(
            "Find by words",
            key="words_on_map",
            max_chars=LONGEST_TEXT,
            placeholder=WORDS_EXAMPLE,
            help=WORDS_HELP,
        )
    with show.container(key="show", vertical_alignment="bottom", height=68, border=False):
        _show(atlas)
    places: list[WordPlace] = []
    with st.spinner(resources.looking(atlas)) if text else nullcontext(), calm():
        places = [place_words(atlas, space, one) for one in texts_of(text)]
    at = film_called(atlas, st.session_state["at"]) if st.session_state["at"] else None
    focus = at if at is not None else (found[-1] if found else None)
    second = st.session_state["beside"]
    return Wanted(found, places, person, focus, second if second != space else None, _answers(atlas))


def _help_of_colours() -> str:
    return "\n".join(f"- **{colour.name}**: {colour.help}" for colour in COLOURS.values())


def _show(atlas: Atlas) -> None:
    """What else is shown: names, and what the visitor has to do with the films."""
    with st.popover("Show", icon=":material/layers:", width="stretch"):
        st.toggle("Names of groups", key="names", help=NAMES_HELP)
        asked = asked_now(atlas)
        if asked.says_nothing:
            st.markdown(
                "Like a film here or anywhere, say what you want on **Recommend**, or bring your films on **You**: they, "
                "and what methods recommend to you, then stand on the map."
            )
        st.toggle(
            "Your taste as heights",
            key="taste_on_map",
            disabled=asked.says_nothing,
            help="Where the films lie that you like (blue) and do not like (red): a hill over each (kernel density).",
        )
        st.toggle(
            "Where people like you watch",
            key="alike_on_map",
            disabled=asked.says_nothing or not len(atlas.interactions),
            help="The films that the people of the dataset with the likest taste love, as heights (green).",
        )
        st.multiselect(
            "What these methods recommend to you",
            available_methods(atlas),
            key="listed",
            max_selections=MOST_LISTS,
            format_func=method_label,
            disabled=asked.says_nothing,
            placeholder="Choose one or two",
        )


def _answers(atlas: Atlas) -> list[Answer]:
    """What the chosen methods recommend for the question."""
    methods, asked = st.session_state["listed"], asked_now(atlas)
    if not methods or asked.says_nothing:
        return []
    question, answers = asked.question(atlas), []
    for name in methods[:MOST_LISTS]:
        with calm():
            answers.append(recommend(atlas, replace(question, method=name, params={})))
    return answers


def _listed(answer: Answer) -> tuple[str, list[int]]:
    """What an answer's films are called on the map, and they."""
    return f"{method_label(answer.method)} recommends", [film.item_index for film in answer.items]


def from_words_to_answers(
    atlas: Atlas, space: str, answers: Sequence[Answer]
) -> tuple[list[told.Told], list[told.Told]]:
    """The question's own words on the map, and the way from them to the first film of each answer."""
    text = asked_now(atlas).reading.rest
    if not text or not answers:
        return [], []
    try:
        words = by_meaning(atlas, space, text)
    except AtlasError:  # this embedding reads no text: the words have no place on its map
        return [], []
    points = atlas.coordinates(space)
    ends = [points[answer.items[0].item_index].tolist() for answer in answers if answer.items]
    return told.words_told([words]), [
        {"places": [[words.x, words.y], end]} for end in ends if end[0] == end[0]
    ]
