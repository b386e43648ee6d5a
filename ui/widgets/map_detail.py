"""What stands beside and below the map: the film in focus, what is selected, and where two embeddings disagree."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import NotBuiltError
from core.exploration import map_choice
from core.exploration.downloads import as_csv, safe_cells
from core.exploration.embedding_agreement import agreement_table, film_agreement, most_disputed
from core.exploration.film_tables import film_table
from core.exploration.map_choice import MapChoice
from core.exploration.map_export import LEVELS, map_table
from core.exploration.selection import Facts, facts_of, summary
from core.serving import Atlas
from ui import resources
from ui.map import told
from ui.panels.answer_cards import one_card
from ui.panels.selection_summary import selection_summary
from ui.question import changes
from ui.question.asked import asked_now
from ui.text import plain, space_label
from ui.widgets import map_actions
from ui.widgets.film_table import films_to_open

MOST_LIKED = 20
"""Films of a selection that a question begins with, the best known."""
DISPUTED = 30
KNOWN = 0.5
"""Of the films with the fewest ratings, this share is left out where disagreement is listed."""


def chosen(atlas: Atlas, part: str) -> tuple[MapChoice, list[int]] | None:
    """The films that a part of the address chooses, None where it says nothing."""
    text = st.session_state[part]
    if not text:
        return None
    choice = map_choice.read_choice(text)
    films = map_choice.chosen_films(atlas, choice, asked_now(atlas).given.filters)
    return choice, [int(item) for item in films]


def film_beside(atlas: Atlas, space: str, item: int | None, now: tuple[MapChoice, list[int]] | None) -> None:
    """The film in focus with its nearest ones; without one, what can be done here."""
    if item is not None:
        with st.container(border=True):
            st.html(one_card(atlas, item, "map"))
        near = told.near_of(atlas, space, item)
        if near:
            st.markdown(
                "**Nearest films**",
                help="Measured in the full embedding, not on the map. Lines lead to them, with their ranks; a broken line "
                "leads to a neighbour that the flat map has elsewhere.",
            )
            table = film_table(atlas, near)[["Film", "Genres"]]
            films_to_open(atlas, table, near, key="near", height=38 + 35 * len(near))
            _belief(atlas, space, item)
        return
    with st.container(border=True):
        if now is not None:
            words = map_choice.called(atlas, now[0])
            st.markdown(f"**{len(now[1]):,} films selected**: {plain(words)}. They are listed below.")
            st.button("Clear the selection", icon=":material/close:", on_click=map_actions.clear)
            return
        st.markdown(
            "**Click a film** to see it and its true nearest neighbours, or a **name** to select its group. To select "
            "others, take the loop or the box above the map, or drag with Shift. Scroll or pinch to zoom."
        )
        if asked_now(atlas).given.filters:
            st.button(
                "Select what passes your filters",
                icon=":material/filter_alt:",
                on_click=map_actions.choose,
                args=("filter",),
            )


def _belief(atlas: Atlas, space: str, item: int) -> None:
    """How far a film's place on the map can be believed; nothing where an older version drew the map."""
    with suppress(NotBuiltError):
        drawn = atlas.map_of(space)
        n = drawn.neighbours.shape[1]
        st.caption(
            f"{round(float(drawn.kept[item]) * n)} of its {n} nearest films are among the {n} nearest on the map as well: "
            "so far its place there can be believed."
        )


def selection(atlas: Atlas, space: str, now: tuple[MapChoice, list[int]] | None) -> None:
    """What the selected films have in common, and the films; nothing where none is selected."""
    if now is None:
        return
    choice, films = now
    st.subheader(f"{len(films):,} {'film' if len(films) == 1 else 'films'} selected", anchor=False)
    if not films:
        st.caption("No film lies there.")
        return
    kept = chosen(atlas, "against")
    with st.container(horizontal=True):
        option = atlas.titles.options
        best = sorted(films, key=lambda item: (-int(atlas.counts[item]), item))[:MOST_LIKED]
        st.button(
            "Recommend from these",
            icon=":material/recommend:",
            on_click=changes.go,
            args=("recommend",),
            kwargs={"like": [option[item] for item in best]},
            help=f"Asks with the {MOST_LIKED} best known of them." if len(films) > MOST_LIKED else None,
        )
        st.button(
            "Keep to compare with",
            icon=":material/compare:",
            on_click=map_actions.keep_to_compare,
            help="Then select others: they are compared with these instead of with all other films.",
        )
        if kept is not None:
            st.button(
                "Compare with all films again", icon=":material/close:", on_click=map_actions.compare_with_all
            )
        st.download_button(
            "CSV",
            lambda: as_csv(_with_places(atlas, space, films)),
            "films.csv",
            "text/csv",
            icon=":material/download:",
        )
    facts: Facts = resources.once(atlas, "facts", make=lambda: facts_of(atlas.catalog))
    if kept is not None and kept[0] != choice:
        others = f"the {len(kept[1]):,} films you kept ({map_choice.called(atlas, kept[0])})"
        found = summary(atlas, facts, np.array(films), np.array(kept[1]))
        selection_summary(found, others)
    else:
        selection_summary(summary(atlas, facts, np.array(films)))
    films_to_open(atlas, film_table(atlas, films), films, key="selection")


def _with_places(atlas: Atlas, space: str, films: Sequence[int]) -> pd.DataFrame:
    """Films with their place and groups on the map."""
    places = map_table(atlas, space, films)[["x", "y", *LEVELS]]
    return pd.concat([film_table(atlas, films), places], axis=1)


def two_embeddings(atlas: Atlas, space: str, beside: str | None) -> None:
    """Where two embeddings disagree most, with the films that each has nearest, and how far all agree."""
    if beside is None:
        return
    st.subheader("Where they disagree most", anchor=False)
    least = int(np.quantile(atlas.counts, KNOWN)) if len(atlas.interactions) else 0
    films = most_disputed(atlas, space, beside, DISPUTED, least_ratings=least)
    agreed = film_agreement(atlas, space, beside)
    labels = atlas.titles.labels

    def nearest(of: str, item: int) -> str:
        return " · ".join(labels[other] for other in atlas.map_of(of).neighbours[item, :3] if other >= 0)

    table = pd.DataFrame(
        {
            "Film": [labels[item] for item in films],
            "In common": agreed.jaccard[films],
            space_label(space): [nearest(space, item) for item in films],
            space_label(beside): [nearest(beside, item) for item in films],
        }
    )
    percent = st.column_config.NumberColumn(f"In common (Jaccard, {agreed.k} nearest)", format="percent")
    films_to_open(atlas, table, films, key="disputed", column_config={"In common": percent})
    mean = float(np.nanmean(agreed.jaccard))
    rated = f" Films with at least {least:,} ratings; of equal ones the best known first." if least else ""
    st.caption(
        f"On average the two name {mean:.0%} of a film's {agreed.k} nearest films alike (Jaccard; mean rank-biased overlap "
        f"{float(np.nanmean(agreed.overlap)):.2f}).{rated}"
    )
    with st.expander("How far all embeddings agree"):
        st.dataframe(
            safe_cells(agreement_table(atlas, atlas.space_names)),
            hide_index=True,
            key="agreement",
            column_config={
                "Jaccard": st.column_config.NumberColumn(format="%.3f"),
                "Rank-biased overlap": st.column_config.NumberColumn(format="%.3f"),
            },
        )
