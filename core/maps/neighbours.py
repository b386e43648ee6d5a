"""True nearest neighbours in a space."""

import numpy as np

from core.embeddings import Space
from core.embeddings.base import normalise
from core.types import IndexVector


def nearest(space: Space, rows: IndexVector, k: int) -> IndexVector:
    """(len(rows), k) item_index of the true nearest neighbours in the full space, the film itself left out.

    Exact; ties by item_index; films without a vector come last.
    """
    has = space.has_vector
    if space.metric == "l2":
        own, full = space.vectors[rows], space.vectors
        closeness = 2 * own @ full.T - (full**2).sum(1)[None, :]
    else:
        closeness = normalise(space.vectors[rows]) @ normalise(space.vectors).T
    closeness[:, ~has] = -np.inf
    closeness[np.arange(len(rows)), rows] = -np.inf
    k = min(k, len(has) - 1)
    part = np.sort(np.argpartition(-closeness, k - 1, axis=1)[:, :k], axis=1)
    order = np.argsort(-np.take_along_axis(closeness, part, axis=1), axis=1, kind="stable")
    return np.take_along_axis(part, order, axis=1).astype(np.int64)
