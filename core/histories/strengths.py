"""From ratings to how much somebody likes a film, on their own scale."""

from collections.abc import Sequence

import numpy as np

from core.types import FloatVector

PRIOR = 5.0
"""Ratings that the scale itself counts for: somebody with one rating has no scale of their own yet."""
MIDDLE, SPREAD = 0.5, 0.25
"""Mean and standard deviation that the scale itself stands for: its ends lie two of them from its middle."""


def strengths(levels: Sequence[float]) -> FloatVector:
    """How much each rating says for a film, from -1 to 1.

    The mean of two views: where the rating stands on the scale (its middle 0, its ends -1 and 1), and where it stands
    among the person's own (their mean 0, two standard deviations above it 1). So the fives of somebody who gives
    fours and fives alone stand out, and their fours are still no dislike. Mean and spread are drawn to the scale's by
    `PRIOR` ratings.

    Args:
        levels: (n,) all of one person's ratings, each a share of its scale from 0 to 1.

    Returns:
        (n,) float32 in [-1, 1].
    """
    given = np.asarray(levels, np.float64)
    n = len(given)
    if not n:
        return np.empty(0, np.float32)
    mean = (given.sum() + PRIOR * MIDDLE) / (n + PRIOR)
    variance = (((given - mean) ** 2).sum() + PRIOR * SPREAD**2) / (n + PRIOR)
    on_scale = (given - MIDDLE) / (2 * SPREAD)
    among_own = (given - mean) / (2 * np.sqrt(variance))
    result: FloatVector = ((on_scale + np.clip(among_own, -1, 1)) / 2).astype(np.float32)
    return result
