"""How ratings are shared out over films and people, and who has too few."""

from collections.abc import Callable

import streamlit as st

from core.exploration import rating_statistics as counting
from core.exploration.downloads import safe_cells
from core.serving import Atlas
from ui import resources
from ui.charts import palette
from ui.charts import ratings as rating_charts
from ui.charts.shared import STILL, Figure
from ui.text import is_dark


def spread(atlas: Atlas, found: counting.Figures) -> None:
    """The long tail, ratings per film and per person, which ratings were given, and who and what is cold.

    Args:
        atlas: The films, with ratings.
        found: From `core.exploration.rating_statistics.figures`.
    """
    inter, ink = atlas.interactions, palette.ink(is_dark())
    per_user = counting.user_counts(inter)
    left, middle, right = st.columns(3, gap="medium")
    with left:
        st.markdown("**A few films hold most ratings** (long tail)")
        text = (
            f"{found.n_head:,} films ({found.n_head / found.n_items:.0%}) hold {counting.HEAD_SHARE:.0%} of the ratings; "
            f"the other {found.n_items - found.n_head:,} are the long tail."
        )
        _shared(
            atlas,
            "concentration",
            text,
            lambda: rating_charts.concentration_figure(atlas.counts, per_user, ink),
        )
        st.caption(f"{text} The dashed line is what equal shares would look like.")
    with middle:
        st.markdown("**Ratings per film**")
        _shared(
            atlas,
            "per film",
            "Films by number of ratings",
            lambda: rating_charts.bars(
                counting.count_histogram(atlas.counts), ink, x="Ratings of a film", y="Films"
            ),
        )
        st.caption(f"The middle film has {found.item_median:,.0f}. Steps grow like a logarithm.")
    with right:
        st.markdown("**Ratings per person**")
        _shared(
            atlas,
            "per person",
            "People by number of ratings",
            lambda: rating_charts.bars(
                counting.count_histogram(per_user), ink, x="Ratings of a person", y="People"
            ),
        )
        st.caption(f"The middle person gave {found.user_median:,.0f}. Steps grow like a logarithm.")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        _given(atlas, found, ink)
    with right:
        _cold(atlas)


def _given(atlas: Atlas, found: counting.Figures, ink: palette.Ink) -> None:
    inter = atlas.interactions
    st.markdown("**Which ratings were given**")
    if not inter.is_explicit:
        st.caption("There are no stars here: every entry only says that a person chose a film.")
        return
    levels = resources.once(atlas, "rating levels", make=lambda: counting.rating_levels(inter))
    _shared(
        atlas,
        "given",
        "Ratings by value",
        lambda: rating_charts.bars(
            counting.rating_histogram(inter.ratings.data, levels), ink, x="Rating", y="Ratings"
        ),
    )
    st.caption(
        f"The mean is {found.mean:.2f}.{' Simulated ratings.' if atlas.about.get('is_simulated') else ''}"
    )


def _cold(atlas: Atlas) -> None:
    st.markdown(
        "**Who and what is cold**",
        help="Collaborative methods have little to go by for people and films with few ratings.",
    )
    st.dataframe(
        safe_cells(resources.once(atlas, "cold", make=lambda: counting.cold_table(atlas.interactions))),
        hide_index=True,
        column_config={
            "at_most": st.column_config.NumberColumn("Ratings, at most"),
            "n_users": st.column_config.NumberColumn("People", format="localized"),
            "user_share": st.column_config.NumberColumn("of all people", format="percent"),
            "n_items": st.column_config.NumberColumn("Films", format="localized"),
            "item_share": st.column_config.NumberColumn("of all films", format="percent"),
        },
    )


def _shared(atlas: Atlas, name: str, alt: str, draw: Callable[[], Figure]) -> None:
    """A figure that all visitors see alike, to be read, not zoomed; `alt` says in words what it shows."""
    figure = resources.once(atlas, name, is_dark(), make=draw)
    st.plotly_chart(figure, config=STILL, theme=None, alt=alt)
