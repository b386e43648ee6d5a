"""Films found by words, and films as a table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.serving import Atlas
from core.words.title_search import LONGEST, Match


def search_films(atlas: Atlas, query: str, limit: int = 6) -> list[Match]:
    """Films found by title, then by words of their plots; what is longer than a title is searched in plots only.

    Returns:
        Titles first, best first; films found by their plot have a similarity of 0.
    """
    matches = atlas.titles.search(query, limit) if len(query) <= LONGEST else []
    good = [m for m in matches if m.similarity >= 60]
    known = {m.item_index for m in good}
    by_plot = [int(i) for i in atlas.table.matching_text(query[:LONGEST], limit) if int(i) not in known]
    return (good + [Match(i, atlas.titles.labels[i], 0.0) for i in by_plot])[:limit]


def film_table(atlas: Atlas, items: Sequence[int]) -> pd.DataFrame:
    """Films as a table for people: Film, Genres, Directed by, Ratings, Mean, Id; in the order given."""
    rows = atlas.catalog.items.iloc[list(items)]
    table = pd.DataFrame(
        {
            "Film": [atlas.titles.labels[i] for i in items],
            "Genres": [", ".join(genres) for genres in rows["genres"]],
            "Directed by": [", ".join(people) for people in rows["directors"]],
        }
    )
    if len(atlas.interactions):
        means = atlas.interactions.item_means()
        table["Ratings"] = atlas.counts[list(items)]
        table["Mean"] = np.round(means[list(items)], 2)
    table["Id"] = rows["item_id"].to_numpy()
    return table
