"""The map: two coordinates for every film, and how faithful they are to the vectors."""

import warnings
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.compute.progress import Progress, no_progress
from core.embeddings import Space
from core.maps.neighbours import neighbour_graph
from core.types import FloatMatrix

VERSION = 4
"""Raised whenever the same vectors would get other coordinates, or other files beside them."""

NEIGHBOURS = 20
"""Films that each is drawn towards, itself among them."""

Graph: TypeAlias = tuple[npt.NDArray[np.int32], FloatMatrix]
"""What `neighbour_graph` gives."""


def project(
    space: Space,
    *,
    graph: Graph | None = None,
    start: FloatMatrix | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> FloatMatrix:
    """UMAP coordinates of all films that have a vector.

    Args:
        space: The vectors.
        graph: `neighbour_graph` of `NEIGHBOURS` films each, or of all where there are fewer; None = found here. Not
            left to UMAP, whose own search compiles for up to two minutes: the neighbours are stored anyway.
        start: (n_items, 2) where the films with a vector begin; None = by the graph's spectrum.
        seed: Decides everything random.
        progress: Told how far it is.

    Returns:
        (n_items, 2) float32, centred and scaled so that 98 % of the films lie within [-1, 1]; NaN without a vector.
    """
    has = np.flatnonzero(space.has_vector)
    coordinates = np.full((len(space.vectors), 2), np.nan, np.float32)
    if len(has) < 8:  # too few for a neighbourhood graph: the first two principal components
        coordinates[has] = _principal(space.vectors[has])
        return _scaled(coordinates)
    places, distances = graph or neighbour_graph(space, has, min(NEIGHBOURS, len(has)))
    init = start[has] if start is not None else "pca" if len(has) < 40 else "spectral"
    progress(0, 1, f"placing {len(has):,} films")
    coordinates[has] = _placed(space.vectors[has], space.metric, places, distances, init, seed)
    progress(1, 1)
    return _scaled(coordinates)


def _placed(
    vectors: FloatMatrix,
    metric: str,
    places: npt.NDArray[np.int32],
    distances: FloatMatrix,
    init: str | FloatMatrix,
    seed: int,
) -> FloatMatrix:
    """(n, 2) UMAP coordinates of points whose neighbours are known."""
    import umap

    reducer = umap.UMAP(
        n_neighbors=places.shape[1],
        precomputed_knn=(places, distances, None),
        min_dist=0.08,
        metric="cosine" if metric == "cosine" else "euclidean",
        init=init,
        random_state=seed,
        n_jobs=1,  # what umap does with a seed anyway; said so that it does not warn
    )
    with warnings.catch_warnings():  # that new films cannot be placed on the map later; none are
        warnings.filterwarnings("ignore", message=r"precomputed_knn\[2\]")
        placed: FloatMatrix = np.asarray(reducer.fit_transform(vectors), np.float32)
    return placed


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
