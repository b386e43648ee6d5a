"""Tables of which a click on a row opens something; tables of films come from whoever shows a panel."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.exploration.downloads import safe_cells
from core.serving import Atlas

FilmTable = Callable[..., None]
"""Shows a table of films and opens the page of the one that is clicked: `ui.widgets.film_table.films_to_open`."""


def people_to_open(
    atlas: Atlas, table: pd.DataFrame, users: Sequence[int], *, key: str, part: str = "person", **look: Any
) -> None:
    """Show a table of people; choosing a row makes that person the one that the page is about.

    Args:
        atlas: The films.
        table: One row a person.
        users: user_index of the rows.
        key: Of the table.
        part: Name of the part that is to hold the person.
        look: What else `st.dataframe` takes.
    """

    def show(row: int) -> None:
        st.session_state[part] = str(atlas.interactions.user_ids[users[row]])

    rows_to_open(table, show, len(users), key=key, **look)


def rows_to_open(
    table: pd.DataFrame, show: Callable[[int], None], n_rows: int, *, key: str, **look: Any
) -> None:
    """Show a table; choosing a row does something with it, and leaves none chosen.

    Args:
        table: What it shows.
        show: Called with the number of the row that was chosen.
        n_rows: Rows that can be.
        key: Of the table.
        look: What else `st.dataframe` takes.
    """
    count = f"{key}-turn"
    turn = f"{key}-{st.session_state.get(count, 0)}"  # another key, another table: none of its rows is chosen

    def opened() -> None:
        rows = st.session_state[turn].selection.rows
        if rows and 0 <= rows[0] < n_rows:
            show(rows[0])
            st.session_state[count] = st.session_state.get(count, 0) + 1

    st.dataframe(
        safe_cells(table),
        hide_index=True,
        key=turn,
        on_select=opened,
        selection_mode="single-row",
        **look,
    )
