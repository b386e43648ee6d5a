"""The map: two coordinates for every film, and how faithful they are to the vectors."""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from core.compute.progress import Progress, no_progress
from core.embeddings import Space
from core.embeddings.base import normalise
from core.maps.neighbours import nearest
from core.types import FloatMatrix, IndexVector

VERSION = 4
"""Raised whenever the same vectors would get another map, or more would be kept of it."""

EXACT_UP_TO = 30_000
"""Up to so many films the neighbours that the map is made from are exact; UMAP's own search, which is approximate,
first compiles for up to two minutes."""


def project(space: Space, *, seed: int = 0, progress: Progress = no_progress) -> FloatMatrix:
    """UMAP coordinates of all films that have a vector.

    Returns:
        (n_items, 2) float32, centred and scaled so that 98 % of the films lie within [-1, 1]; NaN without a vector.
    """
    has = np.flatnonzero(space.has_vector)
    coordinates = np.full((len(space.vectors), 2), np.nan, np.float32)
    if len(has) < 8:  # too few for a neighbourhood graph: the first two principal components
        coordinates[has] = _principal(space.vectors[has])
        return _scaled(coordinates)
    progress(0, 1, "importing umap")
    import umap

    n_neighbors = min(20, len(has) - 1)
    graph: tuple[Any, ...] = (None, None, None)
    if len(has) <= EXACT_UP_TO:
        progress(0, 1, f"finding the neighbours of {len(has):,} films")
        graph = (*neighbour_graph(space, has, n_neighbors), None)
    progress(0, 1, f"placing {len(has):,} films")
    reducer = umap.UMAP(
        n_neighbors=n_neighbors,
        precomputed_knn=graph,
        min_dist=0.08,
        metric="cosine" if space.metric == "cosine" else "euclidean",
        init="pca" if len(has) < 40 else "spectral",
        random_state=seed,
        n_jobs=1,  # what umap does with a seed anyway; said so that it does not warn
    )
    with warnings.catch_warnings():  # that new films cannot be placed on the map later; none are
        warnings.filterwarnings("ignore", message=r"precomputed_knn\[2\]")
        coordinates[has] = reducer.fit_transform(space.vectors[has])
    progress(1, 1)
    return _scaled(coordinates)


def neighbour_graph(
    space: Space, has: IndexVector, n_neighbors: int, *, batch: int = 1024
) -> tuple[npt.NDArray[np.int32], FloatMatrix]:
    """Exact nearest neighbours as UMAP takes them.

    Returns:
        (len(has), n_neighbors) places in `has`, a film itself first, and their distances: 1 - cosine, or Euclidean.
    """
    rows = np.empty((len(has), n_neighbors), np.int64)
    rows[:, 0] = has
    for start in range(0, len(has), batch):
        part = slice(start, start + batch)
        rows[part, 1:] = nearest(space, has[part], n_neighbors - 1)
    distances = np.empty(rows.shape, np.float32)
    vectors = normalise(space.vectors) if space.metric == "cosine" else space.vectors
    for start in range(0, len(has), batch):
        part = slice(start, start + batch)
        own, near = vectors[has[part]], vectors[rows[part]]
        if space.metric == "cosine":
            distances[part] = np.maximum(1 - np.einsum("nd,nkd->nk", own, near), 0)
        else:
            distances[part] = np.linalg.norm(own[:, None] - near, axis=2)
    distances[:, 0] = 0
    return np.searchsorted(has, rows).astype(np.int32), distances


def _principal(vectors: FloatMatrix) -> FloatMatrix:
    centred = vectors - vectors.mean(0)
    left, singular, _ = np.linalg.svd(centred, full_matrices=False)
    flat: FloatMatrix = np.zeros((len(vectors), 2), np.float32)
    flat[:, : min(2, len(singular))] = (left * singular)[:, :2]
    return flat


def _scaled(coordinates: FloatMatrix) -> FloatMatrix:
    known = coordinates[~np.isnan(coordinates[:, 0])]
    if not len(known):
        return coordinates
    centre = np.median(known, axis=0)
    reach = float(np.quantile(np.abs(known - centre), 0.98)) or 1.0
    scaled: FloatMatrix = ((coordinates - centre) / reach).astype(np.float32)
    # a clump far outside would press everything else into a corner: what lies beyond 1.25 is drawn in, order kept
    radius = np.linalg.norm(scaled, axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn_in = np.where(radius > 1.25, scaled / radius * (1.25 + np.log1p(radius - 1.25) * 0.35), scaled)
    return drawn_in.astype(np.float32)
