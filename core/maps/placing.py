"""Where something new belongs on a map that is there: nothing of the map moves."""

import numpy as np
import numpy.typing as npt

from core.embeddings import Space
from core.embeddings.base import normalise
from core.maps.neighbours import rows_at_a_time
from core.types import FloatMatrix, IndexVector

NEIGHBOURS = 10
"""Films whose places count."""

STEPS = 30
"""Of Weiszfeld's iteration; it moves by less than a thousandth of the map's width after twenty."""


def place(space: Space, coordinates: FloatMatrix, vectors: FloatMatrix) -> FloatMatrix:
    """The place of each vector of a new film or of words: amid the nearest films, near ones counting more.

    It is their weighted geometric median and no mean: where some of the nearest films lie on one island of the map and
    some on another, a mean lies in the sea between them, beside films that it has nothing to do with. It keeps more
    neighbours than `UMAP.transform`, and takes a hundredth of its time (bench/placing.py).

    Args:
        space: The films' vectors.
        coordinates: (n_items, 2) their map; NaN = has no place.
        vectors: (n, dim) what is new, from the same encoder.

    Returns:
        (n, 2) float32; NaN for vectors of zeros, and where no film has a place.
    """
    found = np.full((len(vectors), 2), np.nan, np.float32)
    items, weights = nearest_placed(space, coordinates, vectors, NEIGHBOURS)
    if items.shape[1]:
        known = np.any(vectors != 0, axis=1)
        found[known] = _median(coordinates[items[known]].astype(np.float64), weights[known])
    return found


def nearest_placed(
    space: Space, coordinates: FloatMatrix, vectors: FloatMatrix, k: int
) -> tuple[IndexVector, npt.NDArray[np.float64]]:
    """The nearest films that have a place, and how much each counts.

    Weights fall from 1 with the distance d: exp(-(d - d_nearest) / (mean of d - d_nearest)), so that they do not depend on
    the scale of the space.

    Returns:
        (n, at most k) item_index, nearest first, and weights.
    """
    placed = np.flatnonzero(space.has_vector & ~np.isnan(coordinates[:, 0]))
    k = min(k, len(placed))
    items, weights = np.empty((len(vectors), k), np.int64), np.empty((len(vectors), k))
    if not k:
        return items, weights
    is_cosine = space.metric == "cosine"
    films = normalise(space.vectors[placed]) if is_cosine else space.vectors[placed]
    asked = normalise(vectors) if is_cosine else vectors
    squares = (films**2).sum(1)
    batch = rows_at_a_time(len(placed))
    for start in range(0, len(vectors), batch):
        part = slice(start, start + batch)
        far = squares - 2 * asked[part] @ films.T + (asked[part] ** 2).sum(1, keepdims=True)
        near = np.sort(np.argpartition(far, k - 1, axis=1)[:, :k], axis=1)
        order = np.argsort(np.take_along_axis(far, near, axis=1), axis=1, kind="stable")
        near = np.take_along_axis(near, order, axis=1)
        distance = np.sqrt(np.maximum(np.take_along_axis(far, near, axis=1), 0)).astype(np.float64)
        beyond = distance - distance[:, :1]
        items[part] = placed[near]
        weights[part] = np.exp(-beyond / np.maximum(beyond.mean(1, keepdims=True), 1e-9))
    return items, weights


def _median(points: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(n, 2) weighted geometric medians of (n, k, 2) points.

    Source: Weiszfeld (1937), "Sur le point pour lequel la somme des distances de n points donnés est minimum".
    """
    at: npt.NDArray[np.float64] = (points * weights[:, :, None]).sum(1) / weights.sum(1, keepdims=True)
    for _ in range(STEPS):
        far = np.maximum(np.linalg.norm(points - at[:, None], axis=2), 1e-6)
        pull = weights / far
        at = (points * pull[:, :, None]).sum(1) / pull.sum(1, keepdims=True)
    return at
