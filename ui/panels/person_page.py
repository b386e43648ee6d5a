"""A person's page: their films in one dataset."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from core.exploration.film_people import Credit, films_of
from core.serving import Atlas
from ui.panels.film_page import STYLE
from ui.text import plain


def person_page(atlas: Atlas, person: str, on_film: Callable[[int], None]) -> None:
    """Everything that somebody made or played in, best known first, with year, role, ratings and mean.

    Args:
        atlas: The dataset.
        person: The name as the dataset writes it.
        on_film: Called with an item_index when a film is chosen.
    """
    st.html(STYLE)
    with st.container(key="page-of-person"):
        films = films_of(atlas, person)
        st.header(plain(person), anchor=False)
        if not films:
            st.caption("No film here names anybody of this name.")
            return
        n_directed, n_played = sum(film.directed for film in films), sum(film.played for film in films)
        said = [f"directed {n_directed:,}"] * (n_directed > 0) + [f"played in {n_played:,}"] * (n_played > 0)
        count = "1 film" if len(films) == 1 else f"{len(films):,} films"
        st.markdown(f"{count} here: {', '.join(said)}. The best known first.")
        means = atlas.interactions.item_means()
        with st.container(gap=None):
            for film in films:
                _row(atlas, film, float(means[film.item_index]), on_film)
        if atlas.dataset.is_simulated:
            st.caption("The ratings are simulated: a program made them, no person gave them.")
        st.caption(
            "Two people of one name cannot be told apart; only films that name their people are counted."
        )


def _row(atlas: Atlas, film: Credit, mean: float, on_film: Callable[[int], None]) -> None:
    n = int(atlas.counts[film.item_index])
    rated = "not rated" if np.isnan(mean) else f"{n:,} {'rating' if n == 1 else 'ratings'}, mean {mean:.2f}"
    with st.container(horizontal=True, vertical_alignment="center", key=f"row-person-{film.item_index}"):
        st.button(
            plain(atlas.titles.labels[film.item_index]), key=f"person-film-{film.item_index}", type="tertiary",
            on_click=on_film, args=(film.item_index,),
        )  # fmt: skip
        words = film.role if not len(atlas.interactions) else f"{film.role} · {rated}"
        st.caption(words, width="content")
