"""How people use the stars: the strict and the generous, those who use all steps and those who use two."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.domain import Interactions
from core.domain.profile import rating_weights
from core.exploration.rating_statistics import user_counts, user_means

LEAST_RATINGS = 20
"""Whoever rated fewer films is neither strict nor generous: the films may have been bad or good."""
STEPS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Round steps of means, of which the smallest that gives some twenty bars is taken."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ScaleFigures:
    """How far people's scales differ, over those with at least `LEAST_RATINGS` ratings.

    Attributes:
        n_people: How many these are.
        low, middle, high: Quartiles of their means.
        person_share: Which share of the variance of single ratings lies between people: 0 = all people have the same mean.
        nearly_all_liked: Share of these people of whose ratings 9 in 10 or more are from the middle of the scale on.
        middle_steps: How many steps of the scale the middle one of them uses.
    """

    n_people: int
    low: float
    middle: float
    high: float
    person_share: float
    nearly_all_liked: float
    middle_steps: float


def people_scales(interactions: Interactions) -> pd.DataFrame:
    """Everybody's scale.

    Returns:
        One row for each user_index: `n` ratings, their `mean`, `spread` (standard deviation, NaN below two ratings), `steps`
        (different ratings that they gave) and `liked` (share of their ratings from the middle of the scale on, which most
        methods read as likes); NaN for nobody's.
    """
    matrix = interactions.ratings
    n, means = user_counts(interactions), user_means(interactions)
    rows = np.repeat(np.arange(len(n)), n)
    away = matrix.data - means[rows]
    spread: Values = np.full(len(n), np.nan)
    np.divide(np.bincount(rows, away**2, len(n)), n - 1, out=spread, where=n > 1)
    levels, level = np.unique(matrix.data, return_inverse=True)
    used = np.unique(rows * np.int64(max(len(levels), 1)) + level)
    liked: Values = np.full(len(n), np.nan)
    is_liked = rating_weights(matrix.data, interactions.scale) >= 0
    np.divide(np.bincount(rows, is_liked, len(n)), n, out=liked, where=n > 0)
    steps = np.bincount(used // max(len(levels), 1), minlength=len(n)).astype(np.int64)
    return pd.DataFrame({"n": n, "mean": means, "spread": np.sqrt(spread), "steps": steps, "liked": liked})


def scale_figures(scales: pd.DataFrame, *, least: int = LEAST_RATINGS) -> ScaleFigures | None:
    """How far people's scales differ; None where fewer than two rated enough.

    The share of the variance is the intraclass correlation of a one-way analysis of variance: (B - W) / (B + (m - 1) W),
    B and W the mean squares between and within people, m the usual number of ratings of a person, corrected for its
    unevenness; never below 0.

    Args:
        scales: From `people_scales`.
        least: Least number of ratings.

    Source: Shrout, Fleiss (1979), "Intraclass correlations", ICC(1); m after Donner (1986).
    """
    own = scales[scales["n"] >= max(least, 2)]
    if len(own) < 2:
        return None
    n, mean = own["n"].to_numpy(np.float64), own["mean"].to_numpy(np.float64)
    whole = (n @ mean) / n.sum()
    between = (n @ (mean - whole) ** 2) / (len(n) - 1)
    within = ((n - 1) @ own["spread"].to_numpy(np.float64) ** 2) / (n.sum() - len(n))
    usual = (n.sum() - (n @ n) / n.sum()) / (len(n) - 1)
    total = between + (usual - 1) * within
    low, middle, high = np.percentile(mean, [25, 50, 75])
    return ScaleFigures(
        len(own),
        float(low),
        float(middle),
        float(high),
        float(max((between - within) / total, 0)) if total > 0 else 0.0,
        float((own["liked"] >= 0.9).mean()),
        float(own["steps"].median()),
    )


def strictest_first(scales: pd.DataFrame, *, least: int = LEAST_RATINGS) -> pd.DataFrame:
    """`people_scales` of those with enough ratings, the lowest mean first, ties by user_index, which is a column here."""
    own = scales[scales["n"] >= least]
    own = own.assign(user_index=own.index.to_numpy(np.int64))
    return own.sort_values(["mean", "user_index"], ignore_index=True)


def means_histogram(
    scales: pd.DataFrame, scale: tuple[float, float], *, least: int = LEAST_RATINGS
) -> pd.DataFrame:
    """How many people have which mean, in round steps of about a twentieth of the scale.

    Returns:
        `label` (where a step begins) and `n`, from the first step in which there is somebody to the last.
    """
    means = scales.loc[scales["n"] >= least, "mean"].to_numpy(np.float64)
    if not len(means):
        return pd.DataFrame({"label": [], "n": []})
    aim = (scale[1] - scale[0]) / 20
    step = next((one for one in STEPS if one >= aim - 1e-9), STEPS[-1])
    number = np.floor(means / step + 1e-6).astype(np.int64)
    first = int(number.min())
    n = np.bincount(number - first)
    return pd.DataFrame({"label": [f"{(first + at) * step:.4g}" for at in range(len(n))], "n": n})
