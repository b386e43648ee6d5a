"""Films that some like and others dislike."""

import numpy as np
import pandas as pd
import streamlit as st

from core.exploration import divided_films as divided
from core.exploration.rating_statistics import rating_levels
from core.serving import Atlas
from ui import resources
from ui.panels.meaning import meaning
from ui.panels.tables import FilmTable
from ui.text import plain

SHOWN = 100
"""Films in the table; how many there are is said."""
SHARES = {
    "liked": "Like it",
    "disliked": "Dislike it",
    "split": "Pairs split",
    "usual": "Usual at its mean",
}
"""Columns of `divided_films` that are shares, and what people call them."""


def films_that_divide(atlas: Atlas, films: FilmTable) -> None:
    """The most divided films, each with a small picture of its stars."""
    inter = atlas.interactions
    if not inter.is_explicit:
        st.caption("There are no stars here, so nobody can be seen to like or to dislike a film.")
        return
    table = resources.once(atlas, "divided films", make=lambda: divided.divided_films(inter))
    top = inter.scale[1]
    liked, disliked = divided.LIKED * top, divided.DISLIKED * top
    if table.empty:
        st.caption(f"No film has {divided.LEAST_RATINGS} ratings, and fewer say nothing about an audience.")
        return
    first = table.iloc[0]
    title = atlas.titles.labels[int(first["item_index"])]
    st.markdown(
        plain(
            f"Most divided: {title}. Of {first['n']:.0f} people {first['liked']:.0%} like it ({liked:g} stars or more) and "
            f"{first['disliked']:.0%} dislike it ({disliked:g} or less). Take two of them at random: in "
            f"{first['split']:.0%} of all pairs one likes what the other dislikes; with films of about its mean in "
            f"{first['usual']:.0%}."
        )
    )
    shown = table.head(SHOWN)
    items = shown["item_index"].to_numpy(np.int64)
    levels = resources.once(atlas, "rating levels", make=lambda: rating_levels(inter))
    shares = 100 * shown[list(SHARES)].rename(columns=SHARES)
    rows = pd.concat([shown[["n", "mean"]].rename(columns={"n": "Ratings", "mean": "Mean"}), shares], axis=1)
    rows.insert(0, "Film", [atlas.titles.labels[item] for item in items])
    stars = f"{levels[0]:g} to {levels[-1]:g} stars"
    rows.insert(1, stars, divided.star_counts(inter, items, levels))
    percent = st.column_config.NumberColumn(format="%.0f %%")
    films(
        atlas,
        rows,
        items.tolist(),
        key="divided-films",
        column_config={
            stars: st.column_config.BarChartColumn(help="How many gave which stars."),
            "Mean": st.column_config.NumberColumn(format="%.2f"),
        }
        | dict.fromkeys(SHARES.values(), percent),
    )
    st.caption(
        f"The first {len(shown):,} of {len(table):,} films with {divided.LEAST_RATINGS} ratings or more. Usual = over the "
        f"{2 * divided.NEAR} films whose means are next to a film's own: a film of mean 4.5 has few who dislike it, one of "
        f"mean 3 has many. Ordered by what goes beyond that, times n / (n + {divided.DAMPING:.0f}) for n ratings: few are "
        "not believed."
    )
    meaning(
        atlas,
        "the mean says little of such a film: whom it is listed for matters more than how good it is. Methods that learn "
        "whose taste is like whose can tell people apart; popularity cannot.",
        "Measure popularity beside them",
        measured=("popularity", "user_knn", "ease", "ials"),
    )
