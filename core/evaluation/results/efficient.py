"""Efficient methods: those that no other one beats on two axes at once, and the border that they make."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.evaluation.metrics import Values, metric_of
from core.evaluation.results.stored import COSTS
from core.types import BoolVector


def direction(axis: str) -> bool | None:
    """Whether more is better on an axis, a figure's column or one of `COSTS`; None = the nearer to 0 the better."""
    return False if axis in COSTS else metric_of(axis).higher_is_better


def shortfall(values: npt.ArrayLike, more_is_better: bool | None) -> Values:
    """(n,) float64 by which values can be compared, the lower the better; NaN stays NaN.

    Args:
        values: (n,) of one axis, in its own unit.
        more_is_better: See `direction`; None measures how far a value is from 0, the balanced one.
    """
    numbers = np.asarray(values, np.float64)
    if more_is_better is None:
        return np.abs(numbers)
    return -numbers if more_is_better else numbers


def efficient(x: Values, y: Values) -> BoolVector:
    """Which points are Pareto-efficient: no other is at least as good on both axes and better on one.

    Equal points do not beat each other, so both are efficient or neither is.

    Args:
        x: (n,) on one axis, the lower the better, see `shortfall`; NaN = unknown.
        y: (n,) on the other.

    Returns:
        (n,) bool. What is unknown on an axis is not efficient, and beats nothing.
    """
    as_good = (x[:, None] <= x) & (y[:, None] <= y)
    better = (x[:, None] < x) | (y[:, None] < y)
    return np.asarray(~(as_good & better).any(axis=0) & np.isfinite(x) & np.isfinite(y))


def frontier(frame: pd.DataFrame, column: str, other: str) -> pd.DataFrame:
    """The border of what is reached: a stepped line through the efficient points, beyond which no point lies.

    Args:
        frame: From `core.evaluation.results.tables.against`, of the same axes.
        column: On the vertical axis.
        other: On the horizontal axis.

    Returns:
        Columns x and y, the line's corners from left to right. Empty where there is no line: fewer than two different
        points are efficient, or an axis has no better direction and they lie on both sides of its 0.
    """
    points = frame.loc[frame["is_efficient"], ["x", "y"]].drop_duplicates().sort_values("x").to_numpy(float)
    ways = [_upwards(part, direction(axis)) for part, axis in zip(points.T, (other, column), strict=True)]
    if len(points) < 2 or None in ways:
        return pd.DataFrame({"x": [], "y": []}, dtype=float)
    corners = [points[0]]
    for here, there in pairwise(points):
        # until a point is reached on the horizontal axis, the one before it, on its worse side, is the best to be had
        corner = (here[0], there[1]) if ways[0] else (there[0], here[1])
        corners += [np.array(corner), there]
    return pd.DataFrame(np.array(corners), columns=["x", "y"])


def _upwards(values: Values, more_is_better: bool | None) -> bool | None:
    """Whether more is better among these values; None = they lie on both sides of a balanced 0."""
    if more_is_better is not None:
        return more_is_better
    if (values >= 0).all():
        return False
    return True if (values <= 0).all() else None
