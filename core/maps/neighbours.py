"""True nearest neighbours in a space, and how many of them a map keeps."""

import numpy as np
import numpy.typing as npt

from core.embeddings import Space
from core.embeddings.base import normalise
from core.types import FloatMatrix, IndexVector

STORED = 15
"""So many true neighbours of every film are kept beside its map, and looked for on it."""

BLOCK = 2**24
"""Distances that are held at a time, 64 MB: what bounds the memory however many films there are."""


def rows_at_a_time(n_items: int) -> int:
    """How many films are held against all of `n_items` at a time."""
    return max(1, BLOCK // max(n_items, 1))


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


def neighbour_graph(
    space: Space, has: IndexVector, n_neighbors: int
) -> tuple[npt.NDArray[np.int32], FloatMatrix]:
    """Exact nearest neighbours as UMAP takes them.

    Returns:
        (len(has), n_neighbors) places in `has`, a film itself first, and their distances: 1 - cosine, or Euclidean.
    """
    rows = np.empty((len(has), n_neighbors), np.int64)
    rows[:, :1] = has[:, None]
    distances = np.zeros(rows.shape, np.float32)
    vectors = normalise(space.vectors) if space.metric == "cosine" else space.vectors
    batch = rows_at_a_time(len(space.vectors))
    for start in range(0, len(has), batch):
        part = slice(start, start + batch)
        rows[part, 1:] = nearest(space, has[part], n_neighbors - 1)
        own, near = vectors[has[part]], vectors[rows[part]]
        if space.metric == "cosine":
            distances[part] = np.maximum(1 - np.einsum("nd,nkd->nk", own, near), 0)
        else:
            distances[part] = np.linalg.norm(own[:, None] - near, axis=2)
    distances[:, :1] = 0
    return np.searchsorted(has, rows).astype(np.int32), distances


def by_film(places: npt.NDArray[np.int32], has: IndexVector, n_items: int) -> npt.NDArray[np.int32]:
    """(n_items, `STORED`) item_index of each film's true neighbours, nearest first; -1 = no more, or no vector.

    Args:
        places: Of `neighbour_graph`.
        has: Which films have a vector.
        n_items: How many films there are.
    """
    found = np.full((n_items, STORED), -1, np.int32)
    near = has[places[:, 1 : STORED + 1]]
    found[has, : near.shape[1]] = near
    return found


def nearest_on_map(coordinates: FloatMatrix, k: int) -> npt.NDArray[np.int32]:
    """(n_items, k) item_index of the films nearest on a map, nearest first; -1 = no more, or no place."""
    from scipy.spatial import cKDTree

    has = np.flatnonzero(~np.isnan(coordinates[:, 0]))
    found = np.full((len(coordinates), k), -1, np.int32)
    n_near = min(k, len(has) - 1)
    if n_near < 1:
        return found
    _, near = cKDTree(coordinates[has]).query(coordinates[has], n_near + 1)
    is_itself = near == np.arange(len(has))[:, None]  # not always first: films may share a place
    others = np.take_along_axis(near, np.argsort(is_itself, axis=1, kind="stable")[:, :n_near], axis=1)
    found[has, :n_near] = has[others]
    return found


def kept(neighbours: npt.NDArray[np.int32], coordinates: FloatMatrix) -> npt.NDArray[np.float32]:
    """(n_items,) share of each film's true neighbours that are among its nearest on the map; NaN where it has none."""
    near = nearest_on_map(coordinates, neighbours.shape[1])
    is_true = neighbours >= 0
    is_kept = (neighbours[:, :, None] == near[:, None, :]).any(axis=2) & is_true
    n_true = is_true.sum(axis=1)
    return np.where(n_true > 0, is_kept.sum(axis=1) / np.maximum(n_true, 1), np.nan).astype(np.float32)
