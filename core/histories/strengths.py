"""From ratings to how much somebody likes a film, on their own scale."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.types import FloatVector

Doubles = npt.NDArray[np.float64]

PRIOR = 5.0
"""Ratings that the scale itself counts for: somebody with one rating has no scale of their own yet."""
MIDDLE, SPREAD = 0.5, 0.25
"""Mean and standard deviation that the scale itself stands for: its ends lie two of them from its middle."""


def among_own(levels: Sequence[float] | Doubles) -> Doubles:
    """Where each rating stands among one person's: their mean 0, two standard deviations above it 1.

    Mean and spread are drawn to the scale's by `PRIOR` ratings.

    Args:
        levels: (n,) all of their ratings, each a share of its scale from 0 to 1.

    Returns:
        (n,) float64 in [-1, 1].
    """
    given = np.asarray(levels, np.float64)
    n = len(given)
    mean = (given.sum() + PRIOR * MIDDLE) / (n + PRIOR)
    variance = (((given - mean) ** 2).sum() + PRIOR * SPREAD**2) / (n + PRIOR)
    result: Doubles = np.clip((given - mean) / (2 * np.sqrt(variance)), -1, 1)
    return result


def strengths(levels: Sequence[float] | Doubles) -> FloatVector:
    """How much each rating says for a film, from -1 to 1.

    The mean of two views: where it stands on the scale (its middle 0, its ends -1 and 1), and where among the person's
    own (`among_own`). So the fives of somebody who gives fours and fives alone stand out, and their fours are still no
    dislike.

    Args:
        levels: (n,) all of one person's ratings, each a share of its scale from 0 to 1.

    Returns:
        (n,) float32 in [-1, 1].
    """
    on_scale = (np.asarray(levels, np.float64) - MIDDLE) / (2 * SPREAD)
    result: FloatVector = ((on_scale + among_own(levels)) / 2).astype(np.float32)
    return result
