"""Films in a table, of which a click opens one's page."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.exploration.downloads import safe_cells
from core.serving import Atlas
from ui.question import changes


def films_to_open(atlas: Atlas, table: pd.DataFrame, films: Sequence[Any], *, key: str, **look: Any) -> None:
    """Show a table of films; choosing a row opens the film's page.

    Args:
        atlas: The films.
        table: One row a film.
        films: The films of the rows: item_index, or recommendations.
        key: Of the table.
        look: What else `st.dataframe` takes.
    """
    items = [getattr(film, "item_index", film) for film in films]
    turn = f"{key}-{st.session_state.get(_turn(key), 0)}"  # another key, another table: none of its rows is chosen

    def opened() -> None:
        rows = st.session_state[turn].selection.rows
        if rows and 0 <= rows[0] < len(items):
            changes.open_film(atlas.titles.options[items[rows[0]]])
            st.session_state[_turn(key)] = st.session_state.get(_turn(key), 0) + 1

    st.dataframe(
        safe_cells(table),
        hide_index=True,
        key=turn,
        on_select=opened,
        selection_mode="single-row",
        **look,
    )


def _turn(key: str) -> str:
    return f"{key}-turn"
