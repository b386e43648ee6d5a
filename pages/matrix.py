"""Rating matrix: who rated what, and how unevenly?"""

from collections.abc import Callable

import streamlit as st

from core.exploration import rating_histories as profiles
from core.exploration import rating_statistics as counting
from core.exploration.downloads import safe_cells
from ui import frame, resources, session
from ui.charts import palette
from ui.charts import ratings as rating_charts
from ui.charts.shared import Figure
from ui.panels import answer_cards
from ui.text import calm, is_dark
from ui.widgets import person_picker, rating_matrix
from ui.widgets.film_picker import pick_film
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
levels = resources.once(atlas, "rating levels", make=lambda: counting.rating_levels(inter))
simulated = " Simulated ratings." if atlas.about.get("is_simulated") else ""


def key_figures() -> None:
    """The matrix in six numbers."""
    row = st.container(horizontal=True, gap="small")
    row.metric("Ratings", f"{found.n_ratings:,}", border=True)
    row.metric("People", f"{found.n_users:,}", border=True)
    row.metric("Films", f"{found.n_items:,}", border=True)
    row.metric(
        "Filled (density)",
        f"{found.density:.2%}",
        border=True,
        help="Ratings as a share of all pairs of a person and a film.",
    )
    unevenness = "Gini coefficient: 0 where all have equally many ratings, near 1 where a few have all."
    row.metric("Unevenness of films (Gini)", f"{found.item_gini:.2f}", border=True, help=unevenness)
    row.metric("Unevenness of people (Gini)", f"{found.user_gini:.2f}", border=True, help=unevenness)
    if simulated:
        st.caption("The ratings are simulated: a program made them, no person gave them.")


def shared_chart(name: str, alt: str, draw: Callable[[], Figure]) -> None:
    """Show a figure that all visitors see alike."""
    chart(resources.once(atlas, name, is_dark(), make=draw), alt)


def chart(figure: object, alt: str) -> None:
    """Show a figure to be read, not zoomed; `alt` says in words what it shows."""
    st.plotly_chart(figure, config=rating_charts.STILL, theme=None, alt=alt)


def spread() -> None:
    """How ratings are shared out, and who has too few."""
    st.subheader("How the ratings are spread", anchor=False)
    per_user = counting.user_counts(inter)
    left, middle, right = st.columns(3, gap="medium")
    with left:
        st.markdown("**A few films hold most ratings** (long tail)")
        text = (
            f"{found.n_head:,} films ({found.n_head / found.n_items:.0%}) hold {counting.HEAD_SHARE:.0%} of the ratings; "
            f"the other {found.n_items - found.n_head:,} are the long tail."
        )
        shared_chart(
            "concentration", text, lambda: rating_charts.concentration_figure(atlas.counts, per_user, ink)
        )
        st.caption(f"{text} The dashed line is what equal shares would look like.")
    with middle:
        st.markdown("**Ratings per film**")
        shared_chart(
            "per film",
            "Films by number of ratings",
            lambda: rating_charts.bars(
                counting.count_histogram(atlas.counts), ink, x="Ratings of a film", y="Films"
            ),
        )
        st.caption(f"The middle film has {found.item_median:,.0f}. Steps grow like a logarithm.")
    with right:
        st.markdown("**Ratings per person**")
        shared_chart(
            "per person",
            "People by number of ratings",
            lambda: rating_charts.bars(
                counting.count_histogram(per_user), ink, x="Ratings of a person", y="People"
            ),
        )
        st.caption(f"The middle person gave {found.user_median:,.0f}. Steps grow like a logarithm.")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        st.markdown("**Which ratings were given**")
        if inter.is_explicit:
            shared_chart(
                "given",
                "Ratings by value",
                lambda: rating_charts.bars(
                    counting.rating_histogram(inter.ratings.data, levels), ink, x="Rating", y="Ratings"
                ),
            )
            st.caption(f"The mean is {found.mean:.2f}.{simulated}")
        else:
            st.caption("There are no stars here: every entry only says that a person chose a film.")
    with right:
        st.markdown(
            "**Who and what is cold**",
            help="Collaborative methods have little to go by for people and films with few ratings.",
        )
        st.dataframe(
            safe_cells(resources.once(atlas, "cold", make=lambda: counting.cold_table(inter))),
            hide_index=True,
            column_config={
                "at_most": st.column_config.NumberColumn("Ratings, at most"),
                "n_users": st.column_config.NumberColumn("People", format="localized"),
                "user_share": st.column_config.NumberColumn("of all people", format="percent"),
                "n_items": st.column_config.NumberColumn("Films", format="localized"),
                "item_share": st.column_config.NumberColumn("of all films", format="percent"),
            },
        )


def person_view() -> None:
    """One row of the matrix."""
    user = person_picker.pick_person("A person", "person", atlas)
    if user is None:
        st.caption("Choose a person to see what they rated.")
        return
    table = profiles.history_table(inter, user, atlas.titles.labels)
    films = profiles.history_films(inter, user)
    st.markdown(f"**{len(table):,} ratings**, mean {table['Rating'].mean():.2f}.{simulated}")
    chart(
        rating_charts.bars(
            counting.rating_histogram(table["Rating"], levels), ink, x="Rating", y="Films", height=180
        ),
        "This person's ratings by value",
    )
    films_to_open(atlas, table, films, key="person-films", column_config=TABLE)


def film_view() -> None:
    """One column of the matrix."""
    item = pick_film("A film", "column", atlas)
    if item is None:
        st.caption("Choose a film to see who rated it.")
        return
    st.html(answer_cards.one_card(atlas, item, "matrix"))
    ratings = profiles.ratings_of_film(inter, item)
    if not len(ratings.users):
        st.info("Nobody rated this film. Only methods that work from what films are about can recommend it.")
        return
    st.markdown(f"**{len(ratings.users):,} ratings**, mean {ratings.ratings.mean():.2f}.{simulated}")
    chart(
        rating_charts.bars(
            counting.rating_histogram(ratings.ratings, levels), ink, x="Rating", y="People", height=180
        ),
        "This film's ratings by value",
    )
    if ratings.timestamps is not None:
        over_time = profiles.over_time(ratings.timestamps, ratings.ratings)
        chart(
            rating_charts.bars(over_time, ink, x="When it was rated", y="Ratings", hover="mean", height=180),
            "This film's ratings over time",
        )
    st.dataframe(
        safe_cells(profiles.raters_table(inter, ratings)),
        hide_index=True,
        key="film-people",
        column_config=TABLE,
    )


TABLE = {
    "When": st.column_config.DateColumn("When", format="YYYY-MM-DD"),
    "Rating": st.column_config.NumberColumn("Rating", format="%.1f"),
}

with calm():
    key_figures()
    rating_matrix.picture(atlas)
    spread()
    st.subheader("Look closer", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        person_view()
    with right:
        film_view()
