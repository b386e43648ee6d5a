"""What a map shows: one row a film with its place and what it is coloured by."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from core.errors import UnknownNameError
from core.genres.labels import main_genres
from core.serving import Atlas


def _genre(atlas: Atlas, space: str) -> pd.Series:
    return pd.Series(main_genres(atlas.catalog), dtype=object)


def _group(atlas: Atlas, space: str) -> pd.Series:
    found = atlas.clustering(space)
    names = [cluster.name for cluster in found.clusters]
    return pd.Series([names[label] if label >= 0 else "" for label in found.labels], dtype=object)


def _decade(atlas: Atlas, space: str) -> pd.Series:
    years = atlas.catalog.items["year"].to_numpy(np.float64, na_value=np.nan)
    return pd.Series(np.floor(years / 10) * 10)


def _rating(atlas: Atlas, space: str) -> pd.Series:
    if len(atlas.interactions):
        return pd.Series(atlas.interactions.item_means())
    return pd.Series(atlas.catalog.items["vote_average"].to_numpy(np.float64, na_value=np.nan))


def _fame(atlas: Atlas, space: str) -> pd.Series:
    counts = (
        atlas.counts
        if len(atlas.interactions)
        else atlas.catalog.items["n_votes"].fillna(0).to_numpy(np.int64)
    )
    return pd.Series(np.log10(1 + counts.astype(float)))


COLOURS: dict[str, Callable[[Atlas, str], pd.Series]] = {
    "Genre": _genre,
    "Group": _group,
    "Decade": _decade,
    "Rating": _rating,
    "Number of ratings": _fame,
}
"""What a map can be coloured by: a category ("" = unknown) or a number (NaN = unknown) for every film."""


def regions(atlas: Atlas, space: str) -> list[str]:
    """Name of the larger group that each film lies in, by item_index; "" = none."""
    found = atlas.clustering(space)
    names = [cluster.region for cluster in found.clusters]
    return [names[label] if label >= 0 else "" for label in found.labels]


def map_frame(atlas: Atlas, space: str, colour: str) -> pd.DataFrame:
    """The films that have a place on the map of a space.

    Returns:
        Columns `item_index`, `x`, `y`, `label` ("Title (Year)"), `value` (what it is coloured by) and `size`
        (0 to 1, logarithm of the number of ratings).

    Raises:
        UnknownNameError: No such colour.
    """
    if colour not in COLOURS:
        raise UnknownNameError("colour", colour, list(COLOURS))
    points = atlas.coordinates(space)
    fame = _fame(atlas, space)
    frame = pd.DataFrame(
        {
            "item_index": np.arange(len(points)),
            "x": points[:, 0],
            "y": points[:, 1],
            "label": atlas.titles.labels,
            "value": COLOURS[colour](atlas, space),
            "size": fame / max(float(fame.max()), 1e-9),
        }
    )
    return frame[frame["x"].notna()].reset_index(drop=True)
