"""How sure a figure is, and which of two methods is really better."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import InvalidQueryError
from core.evaluation.metrics import Values
from core.evaluation.metrics.lists import ratio

LEVEL = 0.95
"""Share of intervals that should hold the true mean."""
_EXACT_UPTO = 14
_CHUNK_ENTRIES = 1 << 21


@dataclass(frozen=True, eq=False)
class PairedTest:
    """Every pair of methods compared on the same users.

    Attributes:
        pairs: A row for each pair: a, b, difference (mean of a - b), p, p_holm, n_users.
        better_than: Method -> methods it is significantly better than, after correction.
    """

    pairs: pd.DataFrame
    better_than: dict[str, tuple[str, ...]]


def bootstrap_means(
    values: Values, rng: np.random.Generator, *, n_samples: int = 1000, counts: Values | None = None
) -> npt.NDArray[np.float64]:
    """Means of resamples of the users, drawn with repetition; users with NaN are left out of a column's mean.

    A generator in the same state draws the same users, whatever the columns: so methods share their
    resamples.

    Args:
        values: (n_users, n_columns), one value per user and metric.
        rng: Draws the users.
        n_samples: Number of resamples.
        counts: (n_users, n_columns) how many observations each user's value is the mean of; None = users
            weigh alike.

    Returns:
        (n_samples, n_columns), NaN where a resample has no value at all.

    Source: Efron, Tibshirani (1993), "An Introduction to the Bootstrap", chapter 6.
    """
    n_users = len(values)
    there = np.isfinite(values)
    each = there.astype(np.float64) if counts is None else np.where(there, counts, 0.0)
    stacked = np.hstack([np.where(there, values * each, 0.0), each])
    out = np.empty((n_samples, stacked.shape[1]))
    size = max(1, _CHUNK_ENTRIES // max(n_users, 1))
    for start in range(0, n_samples, size):
        drawn = [rng.integers(0, n_users, n_users) for _ in range(min(size, n_samples - start))]
        weights = np.stack([np.bincount(users, minlength=n_users) for users in drawn]).astype(np.float64)
        out[start : start + len(drawn)] = weights @ stacked
    sums, totals = np.hsplit(out, 2)
    return ratio(sums, totals)


def percentile_interval(samples: npt.NDArray[np.float64], level: float = LEVEL) -> tuple[Values, Values]:
    """The middle `level` of the resampled figures, column by column: (n_columns,) low and high.

    Source: Efron, Tibshirani (1993), section 13.3.
    """
    low, high = np.full(samples.shape[1], np.nan), np.full(samples.shape[1], np.nan)
    known = np.isfinite(samples).any(axis=0)
    if known.any():
        tail = (1 - level) / 2
        low[known], high[known] = np.nanquantile(samples[:, known], (tail, 1 - tail), axis=0)
    return low, high


def jackknife_interval(whole: Values, without: Values, level: float = LEVEL) -> tuple[Values, Values]:
    """Normal interval from the figures without each user, where resampling would bias (coverage, Gini).

    Args:
        whole: (n_columns,) the figures of all users.
        without: (n_users, n_columns) the figures when one user is taken away.
        level: Share of such intervals that hold the true figure, in (0, 1).

    Source: Efron, Tibshirani (1993), equation 11.5.
    """
    from scipy.special import ndtri  # it takes as long to load as all else here

    n = len(without)
    error = np.sqrt((n - 1) / n * ((without - without.mean(0)) ** 2).sum(0))
    width = float(ndtri((1 + level) / 2)) * error
    return whole - width, whole + width


def permutation_test(
    differences: Values, rng: np.random.Generator, *, n_permutations: int = 10_000
) -> Values:
    """Two-sided paired permutation test: could these differences as well have had the other sign?

    p = (1 + permutations with a mean at least as far from 0) / (1 + permutations). With 14 users or fewer all
    2^n signs are tried and p is exact. Columns share their signs, so correlated pairs are tested on the same
    permutations.

    Args:
        differences: (n_users, n_pairs) value of one method minus the other's; NaN = this user is left out.
        rng: Draws the signs.
        n_permutations: How many are drawn where they cannot all be tried.

    Returns:
        (n_pairs,) p in (0, 1]; 1 where no user is left.

    Source: Fisher (1935), "The Design of Experiments", section 21; Phipson, Smyth (2010) for the added 1.
    """
    if n_permutations < 1:
        raise InvalidQueryError(
            f"{n_permutations} permutations were asked for.", hint="Choose 1,000 or more."
        )
    filled = np.nan_to_num(differences)
    filled = filled[filled.any(axis=1)]
    # a mean that differs from the observed one by rounding alone is as far from 0 as it
    bound = np.abs(filled.sum(0)) * (1 - 1e-9) - 1e-12
    if len(filled) <= _EXACT_UPTO:
        codes = np.arange(2 ** len(filled))[:, None] >> np.arange(len(filled)) & 1
        return np.asarray((np.abs((1.0 - 2.0 * codes) @ filled) >= bound).mean(0))
    extreme = np.ones(differences.shape[1])
    size = max(1, _CHUNK_ENTRIES // len(filled))
    for start in range(0, n_permutations, size):
        shape = (min(size, n_permutations - start), len(filled))
        signs = rng.integers(0, 2, shape, dtype=np.int8).astype(np.float64) * 2 - 1
        extreme += (np.abs(signs @ filled) >= bound).sum(0)
    return extreme / (n_permutations + 1)


def holm(p_values: npt.ArrayLike) -> Values:
    """p-values corrected so that the chance of a single false claim among all of them stays below alpha.

    The i-th smallest of m is multiplied by m - i + 1, never below the one before it, never above 1.

    Source: Holm (1979), "A simple sequentially rejective multiple test procedure".
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p, kind="stable")
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return corrected


def compare(
    values: Mapping[str, Values],
    rng: np.random.Generator,
    *,
    higher_is_better: bool = True,
    alpha: float = 1 - LEVEL,
    n_permutations: int = 10_000,
) -> PairedTest:
    """Test every pair of methods on the users that both have a value for.

    Args:
        values: Method -> (n_users,) its values, users in the same order for all, NaN = no value.
        rng: Draws the permutations.
        higher_is_better: Whether the method with the higher mean is the better one.
        alpha: Chance of one or more false claims that is accepted for the whole table.
        n_permutations: See `permutation_test`.

    Raises:
        InvalidQueryError: The methods' values are not of the same users.
    """
    if len({len(v) for v in values.values()}) > 1:
        raise InvalidQueryError("Methods evaluated on different users cannot be compared.")
    names = list(combinations(values, 2))
    better: dict[str, list[str]] = {name: [] for name in values}
    columns = ["a", "b", "difference", "p", "p_holm", "n_users"]
    if not names:
        return PairedTest(pd.DataFrame(columns=columns), dict.fromkeys(values, ()))
    differences = np.stack([values[a] - values[b] for a, b in names], axis=1)
    n_users = np.isfinite(differences).sum(0)
    sums = np.nansum(differences, axis=0)
    means = ratio(sums, n_users)
    p = permutation_test(differences, rng, n_permutations=n_permutations)
    corrected = holm(p)
    for (a, b), mean, value in zip(names, means, corrected, strict=True):
        if value < alpha and mean != 0:
            winner, loser = (a, b) if (mean > 0) == higher_is_better else (b, a)
            better[winner].append(loser)
    first, second = zip(*names, strict=True)
    rows = zip(first, second, means, p, corrected, n_users, strict=True)
    return PairedTest(pd.DataFrame(rows, columns=columns), {name: tuple(b) for name, b in better.items()})
