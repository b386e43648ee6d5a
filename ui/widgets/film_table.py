"""Films in a table, of which a click opens one's page."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from core.serving import Atlas
from ui.panels.tables import rows_to_open
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

    def show(row: int) -> None:
        changes.open_film(atlas.titles.options[items[row]])

    rows_to_open(table, show, len(items), key=key, **look)
