"""How one film was rated, and when."""

import pandas as pd
import streamlit as st

from core.exploration.film_page import FilmPage, RatingSummary
from ui.charts import palette
from ui.charts import ratings as rating_charts
from ui.charts.shared import STILL
from ui.text import is_dark

CHART_HEIGHT = 190
MOST_COUNTED = 6
"""Below this a chart's axis counts one by one."""


def how_it_was_rated(page: FilmPage) -> None:
    """The part of a film's page that says how it was rated, in a sentence and two charts; or that nobody did."""
    st.subheader("How it was rated", anchor=False)
    if page.ratings is None:
        st.caption(page.unrated_note)
        return
    st.markdown(page.ratings.words)
    _rating_charts(page.item_index, page.ratings)


def _rating_charts(item: int, found: RatingSummary) -> None:
    columns = st.columns(2, gap="medium")
    if found.is_explicit:
        given = ", ".join(f"{label}: {n}" for label, n in found.histogram.itertuples(index=False) if n)
        with columns[0]:
            _bars(
                found.histogram, f"levels-{item}", x="Rating", y="People",
                alt=f"How many people gave which rating. {given}.",
            )  # fmt: skip
    with columns[1]:
        if found.over_time is None:
            st.caption("When it was rated is not known.")
            return
        first, last = found.over_time["label"].iloc[[0, -1]]
        if first == last:
            st.caption(f"Rated in {first}." if len(first) < len("2018-09-17") else f"Rated on {first}.")
            return
        _bars(
            found.over_time, f"years-{item}", x="When it was rated", y="Ratings",
            hover="mean" if found.is_explicit else "", alt=f"Ratings over time, from {first} to {last}.",
        )  # fmt: skip


def _bars(table: pd.DataFrame, key: str, *, x: str, y: str, alt: str, hover: str = "") -> None:
    figure = rating_charts.bars(table, palette.ink(is_dark()), x=x, y=y, hover=hover, height=CHART_HEIGHT)
    if table["n"].max() < MOST_COUNTED:
        figure.update_yaxes(dtick=1)  # there is no half a person
    st.plotly_chart(figure, key=key, config=STILL, theme=None, alt=alt)
