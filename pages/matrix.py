"""Rating matrix: who rated what, and how unevenly?"""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.exploration import rating_statistics as counting
from core.exploration.film_likeness import FIRST_FILMS, films_to_begin_with, likeness_label, likenesses
from core.exploration.two_people import two_people as compare_people
from ui import frame, resources, session
from ui.charts import palette
from ui.panels import (
    answer_cards,
    divided_films,
    film_likeness,
    one_film,
    one_person,
    rating_drift,
    rating_scales,
    rating_spread,
    two_people,
)
from ui.question.asked import own_films
from ui.question.parts import CLOSER
from ui.text import calm, is_dark
from ui.widgets import person_picker, rating_matrix
from ui.widgets.film_picker import pick_film, pick_films
from ui.widgets.film_table import films_to_open

frame.require()

atlas, space = session.current()
inter = atlas.interactions
ink = palette.ink(is_dark())

st.title("Rating matrix")
if not len(inter):
    st.info(
        "These films come without ratings, so there is no matrix to show. The map and everything that works from "
        "what films are about is there all the same.",
        icon=":material/grid_off:",
    )
    st.page_link("pages/map.py", label="Go to Map", icon=":material/scatter_plot:")
    st.page_link("pages/data.py", label="Choose films with ratings on Data", icon=":material/database:")
    st.stop()
found = resources.once(atlas, "rating figures", make=lambda: counting.figures(inter))
simulated = " Simulated ratings." if atlas.about.get("is_simulated") else ""


def key_figures() -> None:
    """The matrix in six numbers, in a line: the picture is what the page is for."""
    st.markdown(
        f"**{found.n_ratings:,}** ratings · **{found.n_users:,}** people · **{found.n_items:,}** films · "
        f"**{found.density:.2%}** of all pairs rated (density) · unevenness of films **{found.item_gini:.2f}**, of people "
        f"**{found.user_gini:.2f}** (Gini)",
        help="Gini coefficient: 0 where all have equally many ratings, near 1 where a few have all.",
    )
    if simulated:
        st.caption("The ratings are simulated: a program made them, no person gave them.")


def person_view() -> None:
    """One row of the matrix, and another beside it."""
    st.subheader("One person", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        user = person_picker.pick_person("A person", "person", atlas)
    if user is None:
        st.caption(
            "Choose a person to see what they rated, whose taste is like theirs, and what methods would list."
        )
        return
    with left:
        one_person.what_they_rated(atlas, user, films_to_open)
        one_person.most_alike(atlas, user)
    with right:
        one_person.taste(atlas, user)
        other = person_picker.pick_person("Beside somebody else", "person2", atlas)
    if other is not None and other != user:
        pair, names = (
            compare_people(inter, user, other),
            (str(inter.user_ids[user]), str(inter.user_ids[other])),
        )
        with right:
            two_people.agreement(atlas, pair, names)
        two_people.both_films(atlas, pair, names, films_to_open)
    lists = st.expander("What each method would list for them", key="person-lists", on_change="rerun")
    if lists.open:
        with lists:
            one_person.method_lists(atlas, resources.lists_for(atlas, user, one_person.LISTED))


def film_view() -> None:
    """One column of the matrix."""
    st.subheader("One film", anchor=False)
    with st.columns(2, gap="large")[0]:
        item = pick_film("A film", "column", atlas)
    if item is None:
        st.caption("Choose a film to see who rated it, and when.")
        return
    st.html(answer_cards.one_card(atlas, item, "matrix"))
    one_film.how_it_was_rated(atlas, item)


def alike_view() -> None:
    """Some films against each other."""
    ways = likenesses(atlas)
    left, right = st.columns(2, gap="large")
    with left:
        help_ = f"Without any: the films you like, or else the {FIRST_FILMS} most rated."
        chosen = pick_films("Films", "alike_films", atlas, help=help_)
    with right:
        name = str(st.selectbox("Alike by", list(ways), key="alike_by", format_func=likeness_label))
    items = chosen or films_to_begin_with(atlas, own_films(atlas)["liked"])
    film_likeness.likeness_of_films(atlas, name, ways[name], items)


def closer_view() -> None:
    """One thing about all ratings at a time; charts are drawn when asked for, so that the matrix is there at once."""
    st.subheader("Look closer", anchor=False)
    chosen = st.segmented_control("Look closer", CLOSER, key="closer", label_visibility="collapsed")
    if chosen:
        SHOWN[str(chosen)]()
    else:
        st.caption("Choose what to look at in all ratings.")


SHOWN: dict[str, Callable[[], None]] = dict(
    zip(
        CLOSER,
        (
            partial(rating_spread.spread, atlas, found),
            partial(divided_films.films_that_divide, atlas, films_to_open),
            partial(rating_scales.peoples_scales, atlas),
            partial(rating_drift.over_the_years, atlas),
            alike_view,
        ),
        strict=True,
    )
)

with calm():
    key_figures()
    rating_matrix.picture(atlas)
    person_view()
    film_view()
    closer_view()
