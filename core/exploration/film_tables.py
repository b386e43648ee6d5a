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
        means = atlas.means
        table["Ratings"] = atlas.counts[list(items)]
        table["Mean"] = np.round(means[list(items)], 2)
    table["Id"] = rows["item_id"].to_numpy()
    return table


def facts_line(atlas: Atlas, item: int) -> str:
    """Where a film is from, its language, and how it was rated, in a line; "" where nothing is known."""
    film = atlas.catalog.film(item)
    parts = [", ".join(film.countries[:3]), film.language]
    if n := int(atlas.counts[item]):
        simulated = "simulated " if atlas.about.get("is_simulated") else ""
        ratings = f"{n:,} {simulated}{'rating' if n == 1 else 'ratings'}"
        is_explicit = atlas.interactions.is_explicit
        parts.append(
            ratings + (f", {atlas.means[item]:.1f} of {atlas.interactions.scale[1]:g}" if is_explicit else "")
        )
    elif len(atlas.interactions):
        parts.append("nobody rated it")
    return " · ".join(part for part in parts if part)
