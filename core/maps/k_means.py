"""Dividing films into parts of which none is too small."""

import numpy as np

from core.types import FloatMatrix, IndexVector


def divide(
    vectors: FloatMatrix, k: int, *, smallest: int, seed: int, n_init: int = 4
) -> tuple[IndexVector, FloatMatrix]:
    """k-means; what then is smaller than `smallest` goes to the nearest of the other centres, the smallest first.

    Returns:
        Labels (n,) and centres (at most k, dim); parts are numbered by size, largest first.
    """
    from sklearn.cluster import KMeans

    fitted = KMeans(k, n_init=n_init, random_state=seed).fit(vectors)
    labels, centres = fitted.labels_.astype(np.int64), np.asarray(fitted.cluster_centers_)
    sizes = np.bincount(labels, minlength=k)
    kept = sizes > 0
    while kept.sum() > 1:
        least = int(np.argmin(np.where(kept, sizes, len(vectors) + 1)))
        if sizes[least] >= smallest:
            break
        kept[least] = False
        rows = np.flatnonzero(labels == least)
        others = np.flatnonzero(kept)
        far = (centres[others] ** 2).sum(1) - 2 * vectors[rows] @ centres[others].T
        labels[rows] = others[np.argmin(far, axis=1)]
        sizes = np.bincount(labels, minlength=k)
    order = np.argsort(-sizes, kind="stable")[: int(kept.sum())]
    number = np.full(k, -1, np.int64)
    number[order] = np.arange(len(order))
    return number[labels], np.asarray(centres[order], np.float32)
