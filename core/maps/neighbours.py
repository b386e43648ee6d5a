"""True nearest neighbours in a space, and how many of them a map keeps."""

import numpy as np
import numpy.typing as npt

from core.compute.progress import Progress, no_progress
from core.embeddings import Space
from core.embeddings.base import normalise
from core.types import FloatMatrix, IndexVector

STORED = 15
"""So many true neighbours of every film are kept beside its map, and looked for on it."""

EXACT_UP_TO = 100_000
"""Up to so many films every pair is held against each other; beyond, neighbours are searched for, and how many of the true
ones are found is measured."""

CHECKED = 1_000
"""Films whose neighbours are found exactly as well, where they were searched for."""

PARTS = 16
"""A row's largest values are looked for in this part of its columns first, which bounds them from below."""

BLOCK = 2**24
"""Distances that are held at a time, 64 MB: what bounds the memory however many films there are."""


def rows_at_a_time(n_items: int) -> int:
    """How many films are held against all of `n_items` at a time."""
    return max(1, BLOCK // max(n_items, 1))


def nearest(space: Space, rows: IndexVector, k: int, *, progress: Progress = no_progress) -> IndexVector:
    """(len(rows), k) item_index of the true nearest neighbours in the full space, the film itself left out.

    Exact; ties by item_index; films without a vector come last.

    Args:
        space: The vectors.
        rows: item_index of the films.
        k: How many.
        progress: Told how many films are done.
    """
    is_l2 = space.metric == "l2"
    full = space.vectors if is_l2 else normalise(space.vectors)
    behind = np.where(space.has_vector, (full**2).sum(1) / 2 if is_l2 else np.float32(0), np.float32(np.inf))
    k = max(min(k, len(full) - 1), 0)
    found, batch = np.empty((len(rows), k), np.int64), rows_at_a_time(len(full))
    for start in range(0, len(rows), batch):
        progress(start, len(rows), "finding the nearest films of each")
        own = rows[start : start + batch]
        closeness = full[own] @ full.T
        closeness -= behind
        closeness[np.arange(len(own)), own] = -np.inf
        found[start : start + batch] = _largest(closeness, k)
    return found


def _largest(values: FloatMatrix, k: int) -> IndexVector:
    """(n, k) columns of the k largest values of each row, the largest first; ties by column.

    The k largest of a part of the columns are found first: what is less than all of these is not among the k largest of
    all, and only the others, about `PARTS` times k, are put in order.
    """
    step = max(1, min(PARTS, values.shape[1] // max(k, 1)))
    least = np.partition(values[:, ::step], -k, axis=1)[:, -k]
    found = np.empty((len(values), k), np.int64)
    for at, row in enumerate(values):
        may_be = np.flatnonzero(row >= least[at])
        found[at] = may_be[np.argsort(-row[may_be], kind="stable")[:k]]
    return found


def neighbour_graph(
    space: Space, has: IndexVector, n_neighbors: int, *, progress: Progress = no_progress
) -> tuple[npt.NDArray[np.int32], FloatMatrix]:
    """Nearest neighbours as UMAP takes them: exact up to `EXACT_UP_TO` films, beyond them by nearest-neighbour descent.

    Args:
        space: The vectors.
        has: item_index of the films that have one.
        n_neighbors: How many, the film itself among them.
        progress: Told how many films are done.

    Returns:
        (len(has), n_neighbors) places in `has`, a film itself first, and their distances: 1 - cosine, or Euclidean.
    """
    vectors = normalise(space.vectors) if space.metric == "cosine" else space.vectors
    if len(has) > EXACT_UP_TO:
        rows = has[_searched(vectors[has], space.metric, n_neighbors, progress)]
    else:
        rows = np.hstack([has[:, None], nearest(space, has, n_neighbors - 1, progress=progress)])
    distances = np.zeros(rows.shape, np.float32)
    batch = rows_at_a_time(n_neighbors * vectors.shape[1])
    for start in range(0, len(has), batch):
        part = slice(start, start + batch)
        own, near = vectors[has[part]], vectors[rows[part]]
        if space.metric == "cosine":
            distances[part] = np.maximum(1 - np.einsum("nd,nkd->nk", own, near), 0)
        else:
            distances[part] = np.linalg.norm(own[:, None] - near, axis=2)
    distances[:, :1] = 0
    return np.searchsorted(has, rows).astype(np.int32), distances


def _searched(vectors: FloatMatrix, metric: str, n_neighbors: int, progress: Progress) -> IndexVector:
    """(n, n_neighbors) places, the film itself first: neighbours of neighbours, until hardly any nearer one turns up.

    Source: Dong, Moses, Li (2011), "Efficient k-nearest neighbor graph construction for generic similarity measures"; by
    pynndescent, which UMAP uses.
    """
    progress(0, 0, f"searching for the nearest of {len(vectors):,} films")
    from pynndescent import NNDescent

    found = NNDescent(
        vectors,
        metric="euclidean",  # of vectors of length 1 it orders as the cosine does
        n_neighbors=n_neighbors + 1,
        random_state=0,
        low_memory=True,
    ).neighbor_graph[0]
    is_itself = (
        found == np.arange(len(found))[:, None]
    )  # not always among them: films may have the same vector
    others = np.take_along_axis(found, np.argsort(is_itself, axis=1, kind="stable"), axis=1)
    return np.hstack([np.arange(len(found))[:, None], others[:, : n_neighbors - 1]]).astype(np.int64)


def share_found(space: Space, has: IndexVector, places: npt.NDArray[np.int32], seed: int) -> float:
    """Share of the true `STORED` neighbours that a graph holds, over `CHECKED` films drawn at random; 1 = it is exact.

    Args:
        space: The vectors.
        has: item_index of the films that have one.
        places: Of `neighbour_graph`.
        seed: Draws the films.
    """
    k = min(STORED, places.shape[1] - 1)
    if len(has) <= EXACT_UP_TO or k < 1:
        return 1.0
    drawn = np.random.default_rng(seed).choice(len(has), CHECKED, replace=False)
    true = nearest(space, has[drawn], k)
    return float((has[places[drawn, 1 : k + 1]][:, :, None] == true[:, None, :]).any(axis=2).mean())


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
