"""Films as a table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.serving import Atlas


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
