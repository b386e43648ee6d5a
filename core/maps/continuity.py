"""A map that is drawn again starts from the one before, so that the films people know do not jump."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embeddings import Space
from core.maps.placing import place
from core.types import FloatMatrix

LEAST_KNOWN = 12
"""Films that both maps must have: fewer say nothing of where the others belong."""


@dataclass(frozen=True, eq=False)
class Earlier:
    """The map before.

    Attributes:
        item_ids: Of its films.
        coordinates: (n, 2) theirs; NaN = had no place.
    """

    item_ids: Sequence[str]
    coordinates: FloatMatrix


def start_from(
    space: Space, item_ids: Sequence[str], before: Earlier
) -> tuple[FloatMatrix, npt.NDArray[np.bool_]]:
    """Where each film was on the map before; new ones are placed by their nearest films.

    Returns:
        (n_items, 2), NaN without a vector, and (n_items,) whether the film was on the map before.
    """
    row = {item: n for n, item in enumerate(before.item_ids)}
    start = np.full((len(item_ids), 2), np.nan, np.float32)
    for item, item_id in enumerate(item_ids):
        if item_id in row:
            start[item] = before.coordinates[row[item_id]]
    start[~space.has_vector] = np.nan
    was_there = ~np.isnan(start[:, 0])
    new = np.flatnonzero(space.has_vector & ~was_there)
    start[new] = place(space, start, np.asarray(space.vectors[new]))
    return start, was_there


def aligned(points: FloatMatrix, target: FloatMatrix, rows: npt.NDArray[np.bool_]) -> FloatMatrix:
    """A map turned, mirrored, scaled and shifted as a whole, so that some films come as near as can be to where they were.

    Source: Schönemann, Carroll (1970), "Fitting one matrix to another under choice of a central dilation and a rigid
        motion".
    """
    own, wanted = points[rows].astype(np.float64), target[rows].astype(np.float64)
    centre, goal = own.mean(0), wanted.mean(0)
    left, strengths, right = np.linalg.svd((own - centre).T @ (wanted - goal))
    scale = strengths.sum() / max(float(((own - centre) ** 2).sum()), 1e-12)
    found: FloatMatrix = (scale * (points - centre) @ (left @ right) + goal).astype(np.float32)
    return found


def moved(points: FloatMatrix, before: FloatMatrix, rows: npt.NDArray[np.bool_]) -> float:
    """The median way of the films of `rows` from where they were, as a share of the map's width.

    The width is that of the middle 98 % of the films before, so that a film far outside does not make ways look short.
    """
    low, high = np.quantile(before[rows, 0], [0.01, 0.99])
    way = np.linalg.norm(points[rows] - before[rows], axis=1)
    return float(np.median(way) / max(float(high - low), 1e-12))
