"""Two rows of the rating matrix side by side."""

from math import isnan

import streamlit as st

from core.exploration.two_people import both_table, by_difference, pairs_of_stars, two_people
from core.serving import Atlas
from ui.charts import palette
from ui.charts.people import pairs_figure
from ui.charts.ratings import STILL
from ui.panels.tables import FilmTable
from ui.text import is_dark, plain


def side_by_side(atlas: Atlas, user: int, other_user: int, films: FilmTable) -> None:
    """What two people think of the films that both rated: figures, a picture, and where they differ most.

    Args:
        atlas: The films.
        user: user_index.
        other_user: user_index of the second.
        films: Shows a table of films.
    """
    inter = atlas.interactions
    has_stars, found = inter.is_explicit, two_people(inter, user, other_user)
    names = one, other = str(inter.user_ids[user]), str(inter.user_ids[other_user])
    st.markdown(f"**{plain(one)} beside {plain(other)}**")
    if not found.n_common:
        st.info(f"{plain(one)} and {plain(other)} have no film in common, so nothing can be compared.")
        return
    row = st.container(horizontal=True, gap="small")
    row.metric(
        "Films in common",
        f"{found.n_common:,}",
        border=True,
        help=f"Of {found.n_one:,} and {found.n_other:,} that they rated.",
    )
    if has_stars:
        row.metric(
            "Correlation of their stars",
            "—" if isnan(found.correlation) else f"{found.correlation:.2f}",
            border=True,
            help="1 = when one gives more, so does the other; 0 = no connection; -1 = the opposite. — = one of them gave "
            "all these films the same, or there is only one.",
        )
        row.metric("Apart on average", f"{found.mean_difference:.2f} stars", border=True)
        row.metric(
            "Both like",
            f"{found.share_both_like:.0%}",
            border=True,
            help=f"{found.n_both_like:,} of {found.n_common:,} films in common; {found.n_either_likes:,} are liked by at "
            "least one. Liked = 0.8 of the scale's top or more.",
        )
    left, right = st.columns([2, 3], gap="medium") if has_stars else (None, st.container())
    if left:
        with left:
            figure = pairs_figure(
                pairs_of_stars(found), palette.ink(is_dark()), scale=inter.scale, names=names
            )
            st.plotly_chart(
                figure,
                key="two-people",
                config=STILL,
                theme=None,
                alt=f"Stars of {one} against stars of {other}; the same stands in the table.",
            )
            st.caption("The larger a circle, the more films. On the dashed line both give the same.")
    table = both_table(found, atlas.titles.labels, names)
    with right:
        films(
            atlas,
            table if has_stars else table[["Film"]],
            found.items[by_difference(found)].tolist(),
            key="both-films",
            column_config={name: st.column_config.NumberColumn(format="%.1f") for name in (one, other)}
            | {"Apart": st.column_config.NumberColumn(format="%+.1f")},
        )
        if has_stars:
            st.caption(
                "Those on which they differ most first. Apart = the first one's stars less the second one's."
            )
