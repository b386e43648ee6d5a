"""Tables of people, of which a click opens one; tables of films come from whoever shows a panel."""

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
    turn = f"{key}-{st.session_state.get(f'{key}-turn', 0)}"  # another key, another table: none of its rows is chosen

    def opened() -> None:
        rows = st.session_state[turn].selection.rows
        if rows and 0 <= rows[0] < len(users):
            st.session_state[part] = str(atlas.interactions.user_ids[users[rows[0]]])
            st.session_state[f"{key}-turn"] = st.session_state.get(f"{key}-turn", 0) + 1

    st.dataframe(
        safe_cells(table),
        hide_index=True,
        key=turn,
        on_select=opened,
        selection_mode="single-row",
        **look,
    )
