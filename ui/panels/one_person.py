"""One row of the rating matrix: what a person rated, their taste, who is like them, and what methods would list."""

from html import escape

import streamlit as st

from core.exploration import person_taste, rating_histories
from core.exploration.method_agreement import MethodAgreement
from core.exploration.people_alike import SHRINKAGE, people_alike
from core.exploration.rating_statistics import rating_histogram, rating_levels
from core.serving import Atlas
from ui import resources
from ui.charts import palette
from ui.charts.people import taste_figure
from ui.charts.ratings import bars
from ui.charts.shared import STILL
from ui.panels.clickable import film_link
from ui.panels.film_cards import STYLE
from ui.panels.tables import FilmTable, people_to_open
from ui.text import is_dark, plain

LISTED = 5
"""Films of each method."""
COLUMNS = {
    "When": st.column_config.DateColumn("When", format="YYYY-MM-DD"),
    "Rating": st.column_config.NumberColumn("Rating", format="%.1f"),
}

_STYLE = """
<style>
.pl-lists {display:grid; grid-template-columns:repeat(auto-fill, minmax(15rem, 1fr)); gap:10px 22px;}
.pl-lists h5 {font-size:.92rem; margin:0 0 4px !important; padding:0 !important; font-weight:650;}
.pl-lists ol {margin:0 !important; padding-left:1.4rem !important; font-size:.88rem; line-height:1.4;}
.pl-lists li {margin:0 !important; font-size:inherit !important;}
</style>
"""


def what_they_rated(atlas: Atlas, user: int, films: FilmTable) -> None:
    """The person's ratings by value, and all of them as a table."""
    inter = atlas.interactions
    table = rating_histories.history_table(inter, user, atlas.titles.labels)
    simulated = " Simulated ratings." if atlas.about.get("is_simulated") else ""
    if inter.is_explicit:
        st.markdown(f"**{len(table):,} ratings**, mean {table['Rating'].mean():.2f}.{simulated}")
        levels = resources.once(atlas, "rating levels", make=lambda: rating_levels(inter))
        figure = bars(
            rating_histogram(table["Rating"], levels),
            palette.ink(is_dark()),
            x="Rating",
            y="Films",
            height=180,
        )
        st.plotly_chart(figure, config=STILL, theme=None, alt="This person's ratings by value")
    else:
        st.markdown(f"**{len(table):,} films chosen.** There are no stars here.{simulated}")
    films(
        atlas,
        table,
        rating_histories.history_films(inter, user),
        key="person-films",
        column_config=COLUMNS,
    )


def taste(atlas: Atlas, user: int) -> None:
    """Which kinds of films the person rates and how highly, against everybody."""
    inter = atlas.interactions
    st.markdown("**Taste against everybody**")
    by = str(
        st.segmented_control(
            "Films by",
            list(person_taste.GROUPINGS),
            default=next(iter(person_taste.GROUPINGS)),
            required=True,
            key="taste_by",
            label_visibility="collapsed",
        )
    )
    groups = resources.once(atlas, "film groups", by, make=lambda: person_taste.GROUPINGS[by](atlas.catalog))
    table = person_taste.taste_table(inter, groups, user, atlas.counts, atlas.means)
    if table.empty:
        st.caption(f"These films have no {by.lower()}.")
        return
    own = inter.history(user)[1]
    overall = resources.once(atlas, "mean of all ratings", make=lambda: float(inter.ratings.data.mean()))
    words = person_taste.taste_words(table, above=float(own.mean()) - overall if len(own) else 0.0)
    st.markdown(plain(words) or "Nothing stands out: they rate as everybody does.")
    figure = taste_figure(table, palette.ink(is_dark()), scale=inter.scale, has_stars=inter.is_explicit)
    st.plotly_chart(
        figure,
        key="taste",
        config=STILL,
        theme=None,
        alt=f"Share and mean of this person's ratings beside everybody's, by {by.lower()}. {words}",
    )
    several = " A film of several genres counts in each." if by == "Genres" else ""
    faint = (
        f" Faint: fewer than {person_taste.LEAST_RATINGS} ratings stand behind a mean."
        if inter.is_explicit
        else ""
    )
    st.caption(f"The number beside a name is how many this person rated.{several}{faint}")


def most_alike(atlas: Atlas, user: int) -> None:
    """The people whose stars go most with the person's, with how many films that rests on; a click opens one."""
    inter = atlas.interactions
    st.markdown("**People most alike**")
    found = people_alike(inter, user)
    if found.empty:
        st.caption("Nobody here agrees with this person on films that both rated.")
        return
    users = found["user_index"].to_numpy()
    people = rating_histories.people_table(inter, users)
    table = people.rename(columns={"Person": "Most alike"})
    table.insert(1, "Likeness", found["likeness"].to_numpy())
    table.insert(2, "Films in common", found["n_common"].to_numpy())
    people_to_open(
        atlas,
        table if inter.is_explicit else table.drop(columns="Mean"),
        users.tolist(),
        key="alike-people",
        column_config={
            "Likeness": st.column_config.NumberColumn(format="%.2f"),
            "Mean": st.column_config.NumberColumn(format="%.2f"),
        },
    )
    measure = "Correlation of the stars" if inter.is_explicit else "Cosine of what was chosen"
    st.caption(
        f"{measure}, over the films that both rated, times n / (n + {SHRINKAGE:.0f}) for n films in common: few films prove "
        "little. Click somebody to look at them instead."
    )


def method_lists(atlas: Atlas, found: MethodAgreement) -> None:
    """What every method would list for a person, and why some decline.

    Args:
        atlas: The films.
        found: From `core.exploration.method_agreement.agreement_of_all`.
    """
    if found.lists:
        cells = "".join(
            f"<section><h5>{escape(label)}</h5><ol>"
            + "".join(
                f"<li>{film_link(atlas, 'matrix', film, escape(atlas.titles.labels[film]))}</li>"
                for film in films
            )
            + "</ol></section>"
            for label, films in zip(found.labels, found.lists, strict=True)
        )
        st.html(f'{STYLE}{_STYLE}<div class="pl-lists">{cells}</div>')
        st.caption(
            "Films that this person rated are left out. Methods that agree stand together; each as it is set by default."
        )
    for label, why in found.silent.items():
        st.caption(f"**{plain(label)}** declines: {plain(why)}")
