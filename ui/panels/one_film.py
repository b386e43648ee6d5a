"""One column of the rating matrix: who rated a film, when, and in which waves."""

import streamlit as st

from core.exploration import film_waves, rating_histories
from core.exploration.rating_statistics import rating_histogram, rating_levels
from core.serving import Atlas
from ui import resources
from ui.charts import palette
from ui.charts.over_years import wave_figure
from ui.charts.ratings import bars
from ui.charts.shared import STILL
from ui.panels.meaning import meaning
from ui.panels.one_person import COLUMNS
from ui.panels.tables import people_to_open
from ui.text import is_dark, plain


def how_it_was_rated(atlas: Atlas, item: int) -> None:
    """The film's ratings by value and over time, and everybody who rated it; a click opens a person."""
    inter = atlas.interactions
    found = rating_histories.ratings_of_film(inter, item)
    if not len(found.users):
        st.info("Nobody rated this film. Only methods that work from what films are about can recommend it.")
        return
    ink = palette.ink(is_dark())
    simulated = " Simulated ratings." if atlas.about.get("is_simulated") else ""
    left, right = st.columns(2, gap="large")
    with left:
        if inter.is_explicit:
            st.markdown(f"**{len(found.users):,} ratings**, mean {found.ratings.mean():.2f}.{simulated}")
            levels = resources.once(atlas, "rating levels", make=lambda: rating_levels(inter))
            figure = bars(rating_histogram(found.ratings, levels), ink, x="Rating", y="People", height=180)
            st.plotly_chart(figure, config=STILL, theme=None, alt="This film's ratings by value")
        else:
            st.markdown(f"**{len(found.users):,} people chose it.** There are no stars here.{simulated}")
        if found.timestamps is not None:
            over_time = rating_histories.over_time(found.timestamps, found.ratings)
            hover = "mean" if inter.is_explicit else ""
            figure = bars(over_time, ink, x="When it was rated", y="Ratings", hover=hover, height=180)
            st.plotly_chart(figure, config=STILL, theme=None, alt="This film's ratings over time")
    with right:
        table = rating_histories.raters_table(inter, found)
        people_to_open(
            atlas,
            table if inter.is_explicit else table.drop(columns=["Rating", "Mean"]),
            rating_histories.raters_of(found).tolist(),
            key="film-people",
            column_config=COLUMNS,
        )
        st.caption("Click somebody to look at them above.")
    waves(atlas, item, found)


def waves(atlas: Atlas, item: int, found: rating_histories.FilmRatings) -> None:
    """The film's ratings by years since its release, beside its usual share of all ratings."""
    st.markdown("**Waves after its release**")
    film = atlas.catalog.film(item)
    if found.timestamps is None:
        st.caption("When these ratings were given is not known, so there are no waves to see.")
        return
    if film.year is None:
        st.caption("The year of its release is not known.")
        return
    inter = atlas.interactions
    per_year = resources.once(atlas, "ratings per year", make=lambda: film_waves.ratings_per_year(inter))
    wave = film_waves.wave_of_film(found, film.year, per_year)
    words = film_waves.wave_words(wave)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(plain(words))
        figure = wave_figure(wave, palette.ink(is_dark()))
        st.plotly_chart(
            figure, key="wave", config=STILL, theme=None, alt=f"Ratings by years since release. {words}"
        )
        st.caption(
            "The line is what it would have got with the same share of all ratings in every year from its release on: "
            "bars above it are waves of its own, not busy years of everybody's."
        )
    with right:
        share = resources.once(
            atlas, "share of young films", make=lambda: film_waves.share_of_young(inter, atlas.catalog)
        )
        meaning(
            atlas,
            f"a new film has no ratings yet, so what learns from ratings alone cannot list it. {share:.0%} of all ratings "
            f"here are of films at most {film_waves.YOUNG} years old. Splits by time and with cold films "
            "measure that; a random one hides it.",
            "Measure with cold films",
            split="cold_items",
        )
