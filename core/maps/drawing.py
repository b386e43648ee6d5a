"""A map, with what is kept beside it."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from core.compute.progress import Progress
from core.embeddings import Space
from core.maps import continuity, neighbours, projection, projection_quality
from core.types import FloatMatrix

Start: TypeAlias = tuple[FloatMatrix, npt.NDArray[np.bool_]]
"""What `continuity.start_from` gives."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A map.

    Attributes:
        points: (n_items, 2) float32; NaN without a vector.
        neighbours: (n_items, `neighbours.STORED`) int32, see `neighbours.by_film`.
        kept: (n_items,) float32, see `neighbours.kept`.
        faithfulness: See `projection_quality.faithfulness_json`.
    """

    points: FloatMatrix
    neighbours: npt.NDArray[np.int32]
    kept: npt.NDArray[np.float32]
    faithfulness: dict[str, Any]


def draw(space: Space, start: Start | None, *, seed: int, progress: Progress) -> Drawn:
    """Find the true neighbours, place the films by them, and measure how far the map can be believed.

    Args:
        space: The vectors.
        start: The map that it starts from, onto which it is laid; None = it starts from nothing.
        seed: Decides everything random.
        progress: Told how far it is.
    """
    has = np.flatnonzero(space.has_vector)
    graph = neighbours.neighbour_graph(space, has, min(projection.NEIGHBOURS, len(has)), progress=progress)
    share = neighbours.share_found(space, has, graph[0], seed)
    begin = None if start is None else start[0]
    points = projection.project(space, graph=graph, start=begin, seed=seed, progress=progress)
    if start is not None:
        points = continuity.aligned(points, *start)
    true = neighbours.by_film(graph[0], has, len(points))
    kept = neighbours.kept(true, points)
    found = projection_quality.faithfulness(space, points, kept, found=share, progress=progress)
    return Drawn(points, true, kept, projection_quality.faithfulness_json(found))
