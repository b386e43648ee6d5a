"""Two rows of the rating matrix side by side."""

from math import isnan

import streamlit as st

from core.exploration.two_people import LIKED, TwoPeople, both_table, by_difference, pairs_of_stars
from core.serving import Atlas
from ui.charts import palette
from ui.charts.people import pairs_figure
from ui.charts.shared import STILL
from ui.panels.tables import FilmTable
from ui.text import is_dark, plain


def agreement(atlas: Atlas, found: TwoPeople, names: tuple[str, str]) -> None:
    """How far two people agree on the films that both rated: figures and a picture.

    Args:
        atlas: The films.
        found: From `core.exploration.two_people.two_people`.
        names: Their ids.
    """
    if not found.n_common:
        st.info(
            f"{plain(names[0])} and {plain(names[1])} have no film in common, so nothing can be compared."
        )
        return
    row = st.container(horizontal=True, gap="small")
    row.metric(
        "Films in common",
        f"{found.n_common:,}",
        border=True,
        help=f"Of {found.n_one:,} and {found.n_other:,} that they rated.",
    )
    if not atlas.interactions.is_explicit:
        return
    row.metric(
        "Both like",
        f"{found.share_both_like:.0%}",
        border=True,
        help=f"{found.n_both_like:,} of {found.n_common:,} films in common; {found.n_either_likes:,} are liked by at least "
        f"one. Liked = {LIKED:g} of the scale's top or more.",
    )
    row = st.container(horizontal=True, gap="small")
    row.metric(
        "Correlation",
        "—" if isnan(found.correlation) else f"{found.correlation:.2f}",
        border=True,
        help="Of their stars. 1 = when one gives more, so does the other; 0 = no connection; -1 = the opposite; — = there "
        "is one film only, or one of them gave all of them the same.",
    )
    row.metric(
        "Stars apart", f"{found.mean_difference:.2f}", border=True, help="On average, whoever gave more."
    )
    figure = pairs_figure(
        pairs_of_stars(found), palette.ink(is_dark()), scale=atlas.interactions.scale, names=names
    )
    st.plotly_chart(
        figure,
        key="two-people",
        config=STILL,
        theme=None,
        alt=f"Stars of {names[0]} against stars of {names[1]}; the same stands in the table.",
    )
    st.caption("The larger a circle, the more films. On the dashed line both give the same.")


def both_films(atlas: Atlas, found: TwoPeople, names: tuple[str, str], films: FilmTable) -> None:
    """The films that both rated with both ratings, those on which they differ most first; see `agreement`."""
    if not found.n_common:
        return
    st.markdown(f"**Where {plain(names[0])} and {plain(names[1])} differ most**")
    table = both_table(found, atlas.titles.labels, names)
    stars = st.column_config.NumberColumn(format="%.1f")
    films(
        atlas,
        table if atlas.interactions.is_explicit else table[["Film"]],
        found.items[by_difference(found)].tolist(),
        key="both-films",
        column_config=dict.fromkeys(names, stars) | {"Apart": st.column_config.NumberColumn(format="%+.1f")},
    )
