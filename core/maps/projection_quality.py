"""How far a map can be believed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.embeddings import Space
from core.embeddings.base import normalise
from core.types import FloatMatrix

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


def faithfulness(space: Space, coordinates: FloatMatrix, *, batch: int = 512) -> Faithfulness | None:
    """Measure a map against the space it was made from, over all films, in batches of rows.

    Trustworthiness = 1 - 2 / (n k (2n - 3k - 1)) * sum of (rank in the full space - k) over map neighbours whose rank
    exceeds k.

    Returns:
        None with fewer films than the measure is defined for (n <= 2k).

    Source: Venna, Kaski (2001), "Neighborhood preservation in nonlinear projection methods", equation 1.
    """
    has = np.flatnonzero(space.has_vector)
    n, k = len(has), NEIGHBOURS_MEASURED
    if n <= 2 * k:
        return None
    vectors, points = space.vectors[has], coordinates[has]
    unit = normalise(vectors) if space.metric == "cosine" else vectors
    squares = (unit**2).sum(1)
    penalty, kept = 0.0, 0
    for start in range(0, n, batch):
        own = np.arange(start, min(start + batch, n))
        full = squares[None, :] - 2 * unit[own] @ unit.T
        flat = ((points[own, None, :] - points[None, :, :]) ** 2).sum(2)
        full[np.arange(len(own)), own] = flat[np.arange(len(own)), own] = np.inf
        near = np.argpartition(flat, k, axis=1)[:, :k]
        # a neighbour's rank = 1 + how many films are nearer in the full space
        distance = np.take_along_axis(full, near, axis=1)
        ordered = np.sort(full, axis=1)
        ranks = np.stack([np.searchsorted(ordered[i], distance[i]) + 1 for i in range(len(own))])
        penalty += float(np.maximum(ranks - k, 0).sum())
        kept += int((ranks <= k).sum())
    trust = 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * penalty
    return Faithfulness(round(trust, 4), round(kept / (n * k), 4), k, n)


def faithfulness_json(found: Faithfulness | None) -> dict[str, Any]:
    """Plain values; {} where it could not be measured."""
    return {} if found is None else {**found.__dict__}
