"""An order for the rows of a picture in which alike ones stand together."""

import numpy as np
import numpy.typing as npt


def standing_together(distances: npt.NDArray[np.float64]) -> list[int]:
    """Rows so that alike ones stand together; the order is as it was where there is nothing to order.

    Hierarchical clustering by average linkage, its leaves turned so that neighbours are as alike as can be.

    Args:
        distances: (n, n) symmetric, finite; the diagonal is not looked at, and what is below 0 counts as 0.

    Source: Bar-Joseph, Gifford, Jaakkola (2001), "Fast optimal leaf ordering for hierarchical clustering".
    """
    if len(distances) < 3:
        return list(range(len(distances)))
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    pairs = squareform(np.maximum(distances, 0), checks=False)
    return [int(n) for n in leaves_list(linkage(pairs, "average", optimal_ordering=True))]
