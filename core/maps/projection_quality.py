"""How far a map can be believed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.embeddings import Space
from core.embeddings.base import normalise
from core.types import FloatMatrix, FloatVector, IndexVector

NEIGHBOURS_MEASURED = 15
"""Over how many neighbours the map's faithfulness is measured."""


@dataclass(frozen=True)
class Faithfulness:
    """How far a map can be believed.

    Attributes:
        trustworthiness: In [0, 1]: 1 = no film on the map has a neighbour that is far from it in the full space.
        neighbours_kept: In [0, 1]: mean share of a film's true nearest neighbours that are nearest on the map too.
        k: Over how many neighbours both are measured.
        n_items: Over how many films.
    """

    trustworthiness: float
    neighbours_kept: float
    k: int
    n_items: int


@dataclass(frozen=True, eq=False)
class Measured:
    """A map, measured against its space.

    Attributes:
        faithfulness: Over all films; None with fewer films than it is defined for (n <= 2k).
        neighbours: (n_items, k) int32 item_index of each film's true nearest neighbours, nearest first, ties by item_index;
            -1 where there are fewer, or no vector.
        kept: (n_items,) float32 share of them that are among the film's k nearest on the map; NaN without a vector.
    """

    faithfulness: Faithfulness | None
    neighbours: npt.NDArray[np.int32]
    kept: FloatVector


def measure(space: Space, coordinates: FloatMatrix, *, batch: int = 512) -> Measured:
    """Measure a map against the space it was made from, over all films, in batches of rows.

    Trustworthiness = 1 - 2 / (n k (2n - 3k - 1)) * sum of (rank in the full space - k) over map neighbours whose rank
    exceeds k.

    Source: Venna, Kaski (2001), "Neighborhood preservation in nonlinear projection methods", equation 1.
    """
    has, k = np.flatnonzero(space.has_vector), NEIGHBOURS_MEASURED
    n = len(has)
    neighbours = np.full((len(space.vectors), k), -1, np.int32)
    kept = np.full(len(space.vectors), np.nan, np.float32)
    if n < 2:
        return Measured(None, neighbours, kept)
    vectors, points = space.vectors[has], coordinates[has]
    unit = normalise(vectors) if space.metric == "cosine" else vectors
    squares = (unit**2).sum(1)
    penalty, near_ones = 0.0, min(k, n - 1)
    for start in range(0, n, batch):
        own = np.arange(start, min(start + batch, n))
        full = squares[None, :] - 2 * unit[own] @ unit.T
        flat = ((points[own, None, :] - points[None, :, :]) ** 2).sum(2)
        full[np.arange(len(own)), own] = flat[np.arange(len(own)), own] = np.inf
        near = np.argpartition(flat, near_ones - 1, axis=1)[:, :near_ones]
        # a neighbour's rank = 1 + how many films are nearer in the full space
        distance = np.take_along_axis(full, near, axis=1)
        ordered = np.sort(full, axis=1)
        ranks = np.stack([np.searchsorted(ordered[i], distance[i]) + 1 for i in range(len(own))])
        penalty += float(np.maximum(ranks - k, 0).sum())
        kept[has[own]] = (ranks <= near_ones).mean(1)
        neighbours[has[own], :near_ones] = has[_nearest(full, ordered[:, near_ones - 1], near_ones)]
    if n <= 2 * k:
        return Measured(None, neighbours, kept)
    trust = 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * penalty
    found = Faithfulness(round(trust, 4), round(float(kept[has].mean()), 4), k, n)
    return Measured(found, neighbours, kept)


def _nearest(distances: FloatMatrix, farthest: FloatVector, k: int) -> IndexVector:
    """(rows, k) places of the k smallest of each row, smallest first, ties by place; `farthest` is the k-th of each row."""
    found = np.empty((len(distances), k), np.int64)
    for row, (own, bound) in enumerate(zip(distances, farthest, strict=True)):
        near = np.flatnonzero(own <= bound)
        found[row] = near[np.argsort(own[near], kind="stable")[:k]]
    return found


def faithfulness_json(found: Faithfulness | None) -> dict[str, Any]:
    """Plain values; {} where it could not be measured."""
    return {} if found is None else {**found.__dict__}
