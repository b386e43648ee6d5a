"""How far a map can be believed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.compute.progress import Progress, no_progress
from core.embeddings import Space
from core.embeddings.base import normalise
from core.maps.neighbours import STORED, nearest_on_map, rows_at_a_time
from core.types import FloatMatrix, IndexVector

MOST_MEASURED = 100_000
"""Of more films, so many are measured."""

STRIPS = 300
"""Into so many strips of as many films a map is cut, to draw films evenly from it."""

LEVEL = 1.96
"""Standard errors on either side of a mean: the interval of 95 %."""


@dataclass(frozen=True)
class Faithfulness:
    """How far a map can be believed.

    Attributes:
        trustworthiness: In [0, 1]: 1 = no film on the map has a neighbour that is far from it in the full space.
        neighbours_kept: In [0, 1]: mean share of a film's true nearest neighbours that are nearest on the map too.
        k: Over how many neighbours both are measured.
        n_items: How many films the map has.
        n_measured: Over how many of them trustworthiness is measured.
        interval: 95 % interval of it, of 0 width where all films were measured.
        neighbours_found: Share of the true neighbours that were found; 1 where every pair was compared.
    """

    trustworthiness: float
    neighbours_kept: float
    k: int
    n_items: int
    n_measured: int
    interval: tuple[float, float]
    neighbours_found: float = 1.0


def faithfulness(
    space: Space,
    coordinates: FloatMatrix,
    kept: npt.NDArray[np.float32],
    *,
    found: float = 1.0,
    progress: Progress = no_progress,
) -> Faithfulness | None:
    """Measure a map against the space it was made from, in batches of rows.

    Trustworthiness = 1 - 2 / (n k (2n - 3k - 1)) * sum of (rank in the full space - k) over map neighbours whose rank
    exceeds k. Of more than `MOST_MEASURED` films the sum is taken over so many, evenly spaced in an order that goes
    through the map strip by strip, and scaled up.

    Args:
        space: The vectors.
        coordinates: The map.
        kept: What `core.maps.neighbours.kept` found of it.
        found: What `core.maps.neighbours.share_found` says.
        progress: Told how many films are done.

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
    measured = _spread_out(coordinates[has], MOST_MEASURED)
    penalties, batch = np.zeros(len(measured)), rows_at_a_time(n)
    for start in range(0, len(measured), batch):
        progress(start, len(measured), "measuring how faithful the map is")
        own = measured[start : start + batch]
        full = (-2 * unit[own]) @ unit.T
        full += squares
        full[np.arange(len(own)), own] = np.inf
        for at, far in enumerate(full):
            # a neighbour's rank = 1 + how many films are nearer in the full space
            ranks = [1 + int(np.count_nonzero(far < of_one)) for of_one in far[near[own[at]]]]
            penalties[start + at] = sum(max(rank - k, 0) for rank in ranks)
    scale = 2 / (k * (2 * n - 3 * k - 1))
    trust = 1 - scale * penalties.mean()
    error = 0.0 if len(measured) == n else scale * penalties.std(ddof=1) / np.sqrt(len(measured))
    low, high = trust - LEVEL * error, min(trust + LEVEL * error, 1.0)
    return Faithfulness(
        round(float(trust), 4),
        round(float(np.nanmean(kept)), 4),
        k,
        n,
        len(measured),
        (round(float(low), 4), round(float(high), 4)),
        round(found, 4),
    )


def _spread_out(points: FloatMatrix, most: int) -> IndexVector:
    """Places of at most so many films, spread evenly over the map."""
    n = len(points)
    if n <= most:
        return np.arange(n)
    strips = np.argsort(np.argsort(points[:, 0], kind="stable"), kind="stable") * STRIPS // n
    order = np.lexsort((points[:, 1], strips))
    return np.sort(order[np.arange(most) * n // most])


def faithfulness_json(found: Faithfulness | None) -> dict[str, Any]:
    """Plain values; {} where it could not be measured."""
    return {} if found is None else {**found.__dict__, "interval": list(found.interval)}
