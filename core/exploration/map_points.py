"""What a map shows: one row a film with its place."""

import numpy as np
import pandas as pd

from core.serving import Atlas


def regions(atlas: Atlas, space: str) -> list[str]:
    """Name of the larger group that each film lies in, by item_index; "" = none."""
    found = atlas.clustering(space)
    names = [cluster.region for cluster in found.clusters]
    return [names[label] if label >= 0 else "" for label in found.labels]


def map_frame(atlas: Atlas, space: str) -> pd.DataFrame:
    """The films that have a place on the map of a space.

    Returns:
        Columns `item_index`, `x`, `y`, `label` ("Title (Year)") and `size` (0 to 1, logarithm of the number of ratings,
        or of votes where nobody rated anything).
    """
    points = atlas.coordinates(space)
    counts = atlas.counts if len(atlas.interactions) else atlas.catalog.items["n_votes"].fillna(0)
    fame = np.log10(1 + np.asarray(counts, float))
    frame = pd.DataFrame(
        {
            "item_index": np.arange(len(points)),
            "x": points[:, 0],
            "y": points[:, 1],
            "label": atlas.titles.labels,
            "size": fame / max(float(fame.max()), 1e-9),
        }
    )
    return frame[frame["x"].notna()].reset_index(drop=True)
