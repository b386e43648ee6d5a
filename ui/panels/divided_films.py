"""Films that some love and others hate."""

import numpy as np
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


def films_that_divide(atlas: Atlas, films: FilmTable) -> None:
    """The most divided films, each with a small picture of its stars."""
    inter = atlas.interactions
    if not inter.is_explicit:
        st.caption("There are no stars here, so nobody can be seen to love or to hate a film.")
        return
    table = resources.once(atlas, "divided films", make=lambda: divided.divided_films(inter))
    top = inter.scale[1]
    loved, hated = divided.LOVED * top, divided.HATED * top
    if table.empty:
        st.caption(f"No film has {divided.LEAST_RATINGS} ratings, and fewer say nothing about an audience.")
        return
    first = table.iloc[0]
    title = atlas.titles.labels[int(first["item_index"])]
    st.markdown(
        plain(
            f"Most divided: {title}. Of {first['n']:.0f} people {first['loved']:.0%} love it ({loved:g} stars or more) and "
            f"{first['hated']:.0%} hate it ({hated:g} or less). Take two of them at random: in {first['split']:.0%} of all "
            "pairs one loves what the other hates; with films of about its mean in "
            f"{first['usual']:.0%}."
        )
    )
    shown = table.head(SHOWN)
    items = shown["item_index"].to_numpy(np.int64)
    levels = resources.once(atlas, "rating levels", make=lambda: rating_levels(inter))
    rows = shown[["n", "mean", "loved", "hated", "split", "usual", "excess"]].rename(
        columns={
            "n": "Ratings",
            "mean": "Mean",
            "loved": "Love it",
            "hated": "Hate it",
            "split": "Pairs split",
            "usual": "Usual at its mean",
            "excess": "Beyond that",
        }
    )
    rows.insert(0, "Film", [atlas.titles.labels[item] for item in items])
    stars = f"{levels[0]:g} to {levels[-1]:g} stars"
    rows.insert(1, stars, divided.star_counts(inter, items, levels))
    percent = st.column_config.NumberColumn(format="percent")
    films(
        atlas,
        rows,
        items.tolist(),
        key="divided-films",
        column_config={
            stars: st.column_config.BarChartColumn(help="How many gave which stars."),
            "Mean": st.column_config.NumberColumn(format="%.2f"),
            "Beyond that": st.column_config.NumberColumn(
                format="percent",
                help=f"(pairs split - usual) n / (n + {divided.DAMPING:.0f}): a few ratings are not believed.",
            ),
        }
        | dict.fromkeys(("Love it", "Hate it", "Pairs split", "Usual at its mean"), percent),
    )
    st.caption(
        f"The first {len(shown):,} of {len(table):,} films with {divided.LEAST_RATINGS} ratings or more. Usual = over the "
        f"{2 * divided.NEAR} films whose means are next to a film's own: a film of mean 4.5 has few who hate it, one of "
        "mean 3 has many."
    )
    meaning(
        atlas,
        "the mean says nothing of such a film: half of the people it is listed for will regret it. Methods that know whose "
        "taste is like whose can tell them apart; popularity cannot.",
        "Measure popularity beside them",
        measured=("popularity", "user_knn", "ease", "ials"),
    )
