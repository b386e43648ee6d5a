"""What is new, on a map that is there: films or words get a place, and nothing else moves."""

import numpy as np
import numpy.typing as npt

from core.embeddings import Space
from core.embeddings.base import normalise
from core.types import FloatMatrix

NEAREST = 15
"""Films that decide a place."""
SHARPNESS = 8.0
"""How much more the nearest of them counts than the last: e to this."""


def place(space: Space, coordinates: FloatMatrix, vectors: FloatMatrix, *, k: int = NEAREST) -> FloatMatrix:
    """Places among the nearest films in the full space: the mean of theirs, the nearest counting most.

    weight = exp(-SHARPNESS (d - d_1) / (d_k - d_1)), d the distances to the k nearest films, d_1 the least.

    Args:
        space: Whose map it is.
        coordinates: (n_items, 2) the map; NaN = no place.
        vectors: (m, dim) of what is new.
        k: How many films decide.

    Returns:
        (m, 2) float32; NaN for a vector of zeros, or where no film has a place.
    """
    placed = np.flatnonzero(~np.isnan(coordinates[:, 0]) & space.has_vector)
    found = np.full((len(vectors), 2), np.nan, np.float32)
    is_there = np.any(vectors != 0, axis=1)
    if not len(placed) or not is_there.any():
        return found
    distances = _distances(space.vectors[placed], vectors[is_there], space.metric)
    k = min(k, len(placed))
    near = np.argpartition(distances, k - 1, axis=1)[:, :k]
    far = np.take_along_axis(distances, near, axis=1)
    least, most = far.min(1, keepdims=True), far.max(1, keepdims=True)
    weights = np.exp(-SHARPNESS * (far - least) / np.maximum(most - least, 1e-9))
    points = coordinates[placed[near]]
    found[is_there] = (points * weights[:, :, None]).sum(1) / weights.sum(1, keepdims=True)
    return found


def _distances(films: FloatMatrix, new: FloatMatrix, metric: str) -> npt.NDArray[np.float64]:
    """(m, n) 1 - cosine, or Euclidean."""
    if metric == "cosine":
        return np.asarray(1 - normalise(new) @ normalise(films).T, np.float64)
    squares = (new**2).sum(1)[:, None] + (films**2).sum(1)[None, :] - 2 * new @ films.T
    return np.asarray(np.sqrt(np.maximum(squares, 0)), np.float64)
