"""Dividing films into parts of which none is too small."""

import numpy as np

from core.types import FloatMatrix, IndexVector

MOST_FITTED = 100_000
"""Of more films, centres are found on so many, evenly spaced, and all films go to the nearest."""

BLOCK = 2**24
"""Distances that are held at a time, 64 MB."""


def divide(
    vectors: FloatMatrix, k: int, *, smallest: int, seed: int, n_init: int = 4
) -> tuple[IndexVector, FloatMatrix]:
    """k-means; what then is smaller than `smallest` goes to the nearest of the other centres, the smallest first.

    Returns:
        Labels (n,) and centres (at most k, dim); parts are numbered by size, largest first.
    """
    from sklearn.cluster import KMeans

    n = len(vectors)
    some = vectors if n <= MOST_FITTED else vectors[np.arange(MOST_FITTED) * n // MOST_FITTED]
    fitted = KMeans(k, n_init=n_init, random_state=seed).fit(some)
    centres = np.asarray(fitted.cluster_centers_)
    labels = fitted.labels_.astype(np.int64) if some is vectors else _nearest(vectors, centres)
    sizes = np.bincount(labels, minlength=k)
    kept = sizes > 0
    while kept.sum() > 1:
        least = int(np.argmin(np.where(kept, sizes, len(vectors) + 1)))
        if sizes[least] >= smallest:
            break
        kept[least] = False
        rows = np.flatnonzero(labels == least)
        others = np.flatnonzero(kept)
        labels[rows] = others[_nearest(vectors[rows], centres[others])]
        sizes = np.bincount(labels, minlength=k)
    order = np.argsort(-sizes, kind="stable")[: int(kept.sum())]
    number = np.full(k, -1, np.int64)
    number[order] = np.arange(len(order))
    return number[labels], np.asarray(centres[order], np.float32)


def _nearest(vectors: FloatMatrix, centres: FloatMatrix) -> IndexVector:
    """(n,) number of each vector's nearest centre."""
    labels, batch = np.empty(len(vectors), np.int64), max(1, BLOCK // len(centres))
    for start in range(0, len(vectors), batch):
        part = slice(start, start + batch)
        far = (centres**2).sum(1) - 2 * vectors[part] @ centres.T
        labels[part] = np.argmin(far, axis=1)
    return labels
