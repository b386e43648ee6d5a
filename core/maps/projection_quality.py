"""How far a map can be believed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.embeddings import Space
from core.embeddings.base import normalise
from core.maps.neighbours import STORED, nearest_on_map, rows_at_a_time
from core.types import FloatMatrix


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


def faithfulness(
    space: Space, coordinates: FloatMatrix, kept: npt.NDArray[np.float32]
) -> Faithfulness | None:
    """Measure a map against the space it was made from, over all films, in batches of rows.

    Trustworthiness = 1 - 2 / (n k (2n - 3k - 1)) * sum of (rank in the full space - k) over map neighbours whose rank
    exceeds k.

    Args:
        space: The vectors.
        coordinates: The map.
        kept: What `core.maps.neighbours.kept` found of it.

    Returns:
        None with fewer films than the measure is defined for (n <= 2k).

    Source: Venna, Kaski (2001), "Neighborhood preservation in nonlinear projection methods", equation 1.
    """
    has = np.flatnonzero(space.has_vector)
    n, k = len(has), STORED
    if n <= 2 * k:
        return None
    unit = normalise(space.vectors[has]) if space.metric == "cosine" else space.vectors[has]
    near = np.searchsorted(has, nearest_on_map(coordinates, k)[has])
    squares = (unit**2).sum(1)
    penalty, batch = 0.0, rows_at_a_time(n)
    for start in range(0, n, batch):
        own = np.arange(start, min(start + batch, n))
        full = squares[None, :] - 2 * unit[own] @ unit.T
        full[np.arange(len(own)), own] = np.inf
        # a neighbour's rank = 1 + how many films are nearer in the full space
        distance = np.take_along_axis(full, near[own], axis=1)
        full.sort(axis=1)
        ranks = np.stack([np.searchsorted(full[i], distance[i]) + 1 for i in range(len(own))])
        penalty += float(np.maximum(ranks - k, 0).sum())
    trust = 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * penalty
    return Faithfulness(round(trust, 4), round(float(np.nanmean(kept)), 4), k, n)


def faithfulness_json(found: Faithfulness | None) -> dict[str, Any]:
    """Plain values; {} where it could not be measured."""
    return {} if found is None else {**found.__dict__}
