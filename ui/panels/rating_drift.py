"""Ratings over the years, and whether people get stricter."""

from math import isnan

import streamlit as st

from core.exploration import rating_drift
from core.exploration.film_waves import ages_when_rated
from core.serving import Atlas
from ui import resources
from ui.charts import palette
from ui.charts.over_years import means_figure
from ui.charts.ratings import STILL, bars
from ui.panels.meaning import meaning
from ui.text import is_dark


def over_the_years(atlas: Atlas) -> None:
    """The mean of all ratings over time, the drift within people, and how old films are when they are rated."""
    inter = atlas.interactions
    if inter.timestamps is None:
        st.caption("When these ratings were given is not known, so nothing can be said about time.")
        return
    ink = palette.ink(is_dark())
    left, right = st.columns([3, 2], gap="large")
    with left:
        _means(atlas, ink)
    with right:
        st.markdown("**How old films are when they are rated**")
        ages = resources.once(atlas, "ages when rated", make=lambda: ages_when_rated(inter, atlas.catalog))
        if ages["n"].sum():
            figure = bars(ages, ink, x="Years since its release", y="Ratings", height=250)
            st.plotly_chart(
                figure, key="ages", config=STILL, theme=None, alt="Ratings by the age of the film"
            )
        else:
            st.caption("The years of these films are not known.")
    meaning(
        atlas,
        "a random split lets it learn from ratings that came after those it is asked for. Where taste, people and films "
        "change with time, only a split by time says how well it would have done.",
        "Measure with a split by time",
        split="global_time",
    )


def _means(atlas: Atlas, ink: palette.Ink) -> None:
    inter = atlas.interactions
    if not inter.is_explicit:
        st.caption("There are no stars here, so there is no mean to follow.")
        return
    st.markdown("**The mean of all ratings**")
    table = resources.once(atlas, "mean over time", make=lambda: rating_drift.mean_over_time(inter))
    figure = means_figure(table, ink, x="When they were given", y="Mean")
    st.plotly_chart(
        figure, key="means", config=STILL, theme=None, alt="The mean of all ratings over time, with intervals"
    )
    st.caption(
        "With 95 % intervals over people, not ratings: somebody who rates 400 films in one evening is one opinion."
    )
    drift = resources.once(atlas, "drift", make=lambda: rating_drift.drift_within_people(inter))
    if drift is None:
        st.caption("Nobody rated at two moments, so nobody can be seen to change.")
        return
    st.markdown(drift_words(drift))
    since = resources.once(atlas, "since first", make=lambda: rating_drift.stars_since_first(inter))
    figure = means_figure(since, ink, x="Since their own first rating", y="Beside their own mean")
    st.plotly_chart(
        figure, key="since", config=STILL, theme=None, alt="Stars by time since a person's first rating"
    )
    st.caption(
        "Stars less what others gave the same films, about each person's own mean: above 0 = more generous than usual for "
        "them. Films that only one person rated are left out."
    )


def drift_words(drift: rating_drift.Drift) -> str:
    """Whether people get stricter with time, in a sentence; Markdown."""
    if isnan(drift.low):
        return "One person alone rated at two moments, which says nothing of people."
    interval = f"{drift.per_year:+.3f} stars a year ({drift.low:+.3f} to {drift.high:+.3f}, {drift.n_people:,} people)"
    if drift.high < 0:
        return f"**People get stricter with time**: {interval}, beside what others gave the same films."
    if drift.low > 0:
        return f"**People get more generous with time**: {interval}, beside what others gave the same films."
    return f"**Nobody is seen to get stricter or kinder with time**: {interval}, beside what others gave the same films."
