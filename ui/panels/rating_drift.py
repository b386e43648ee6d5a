"""Ratings over the years, and whether people get stricter."""

from math import isnan

import streamlit as st

from core.exploration import rating_drift
from core.exploration.film_waves import ages_when_rated
from core.serving import Atlas
from ui import resources
from ui.charts import palette
from ui.charts.over_years import means_figure
from ui.charts.ratings import bars
from ui.charts.shared import STILL
from ui.panels.meaning import meaning
from ui.text import is_dark, plain


def over_the_years(atlas: Atlas) -> None:
    """The mean of all ratings over time, the drift within people, and how old films are when they are rated."""
    inter = atlas.interactions
    if inter.timestamps is None:
        st.caption("When these ratings were given is not known, so nothing can be said about time.")
        return
    ink = palette.ink(is_dark())
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**The mean of all ratings**")
        _mean(atlas, ink)
    with right:
        st.markdown("**Within a person**")
        _within(atlas, ink)
    with left:
        st.markdown("**How old films are when they are rated**")
        ages = resources.once(atlas, "ages when rated", make=lambda: ages_when_rated(inter, atlas.catalog))
        if ages["n"].sum():
            figure = bars(ages, ink, x="Years since its release", y="Ratings")
            st.plotly_chart(
                figure, key="ages", config=STILL, theme=None, alt="Ratings by the age of the film"
            )
        else:
            st.caption("The years of these films are not known.")
    with right:
        meaning(
            atlas,
            "a random split lets it learn from ratings that came after those it is asked for. Where taste, people and films "
            "change with time, only a split by time says how well it would have done.",
            "Measure with a split by time",
            split="global_time",
        )


def _mean(atlas: Atlas, ink: palette.Ink) -> None:
    inter = atlas.interactions
    if not inter.is_explicit:
        st.caption("There are no stars here, so there is no mean to follow.")
        return
    table = resources.once(atlas, "mean over time", make=lambda: rating_drift.mean_over_time(inter))
    figure = means_figure(table, ink, x="When they were given", y="Mean")
    alt = "The mean of all ratings over time, with intervals"
    st.plotly_chart(figure, key="means", config=STILL, theme=None, alt=alt)
    st.caption(
        "With 95 % intervals over people, not ratings: somebody who rates 400 films in one evening is one opinion."
    )


def _within(atlas: Atlas, ink: palette.Ink) -> None:
    inter = atlas.interactions
    with st.spinner("Following everybody through the years…", show_time=True):
        drift = resources.once(atlas, "drift", make=lambda: rating_drift.drift_within_people(inter))
    if drift is None:
        st.caption(
            "Nobody gave stars at two moments to films that others rated, so nobody can be seen to change."
        )
        return
    figure = means_figure(
        drift.since_first, ink, x="Since their own first rating", y="Stars beside the first day"
    )
    alt = f"Stars by time since a person's first rating. {drift_words(drift)}"
    st.plotly_chart(figure, key="since", config=STILL, theme=None, alt=alt)
    st.markdown(plain(drift_words(drift)))
    st.caption(
        "A person's stars beside those of their own first day, for films as good: a level for every person and every film "
        "is taken out. Films that only one person rated say nothing."
    )


def drift_words(drift: rating_drift.Drift) -> str:
    """Whether people get stricter with time, in a sentence."""
    if isnan(drift.low):
        return "One person alone rated at two moments, which says nothing of people."
    said = "People are not seen to get stricter or kinder with time"
    if drift.high < 0:
        said = "People get stricter with time"
    elif drift.low > 0:
        said = "People get kinder with time"
    return (
        f"{said}: {drift.per_year:+.3f} stars a year, with a 95 % interval from {drift.low:+.3f} to {drift.high:+.3f} over "
        f"{drift.n_people:,} people, for films as good."
    )
