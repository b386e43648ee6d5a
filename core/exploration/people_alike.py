"""Who of a dataset agrees with a person: likeness over the films that both rated."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.domain import Interactions

SHRINKAGE = 10.0
"""Films in common by which a likeness is pulled towards nothing: two films prove little."""

Values = npt.NDArray[np.float64]


def people_alike(interactions: Interactions, user: int, k: int = 10) -> pd.DataFrame:
    """The people whose ratings go most with a person's, worked out for this one from all ratings.

    likeness = c n / (n + SHRINKAGE), with n the films that both rated and c the correlation of their stars for these. Where
    there are no stars, c is the cosine, n over the root of the product of how many each chose.

    Returns:
        `user_index`, `likeness`, `agreement` (c) and `n_common`, most alike first, ties by user_index. Only likenesses above
        0, so fewer than k where fewer have one; whoever gave all films in common the same stars has none.

    Source: Resnick et al. (1994), "GroupLens", for the correlation; Koren (2008), "Factorization meets the neighborhood",
        equation 3, for the shrinkage.
    """
    n, agreement = _agreement(interactions, user)
    likeness = agreement * n / (n + SHRINKAGE)
    likeness[user] = np.nan
    there = np.flatnonzero(likeness > 0)
    best = there[np.lexsort((there, -likeness[there]))][:k]
    return pd.DataFrame(
        {
            "user_index": best,
            "likeness": likeness[best],
            "agreement": agreement[best],
            "n_common": n[best].astype(np.int64),
        }
    )


def correlation(one: npt.ArrayLike, other: npt.ArrayLike) -> float:
    """Pearson's correlation of two people's stars for the same films; NaN where either's are all the same, or one film."""
    a, b = np.asarray(one, np.float64), np.asarray(other, np.float64)
    n = np.array([len(a)], np.float64)
    return float(_pearson(n, *(np.array([part]) for part in (a.sum(), b.sum(), a @ a, b @ b, a @ b)))[0])


def _agreement(interactions: Interactions, user: int) -> tuple[Values, Values]:
    """(n_users,) films in common with a person, and c of `people_alike`, NaN where it is not defined."""
    matrix = interactions.ratings
    items, ratings = interactions.history(user)
    is_own = np.zeros(matrix.shape[1], bool)
    is_own[items] = True
    at = np.flatnonzero(is_own[matrix.indices])
    rows = np.repeat(np.arange(interactions.n_users), np.diff(matrix.indptr))[at]

    def total(values: Values) -> Values:
        found: Values = np.bincount(rows, values, interactions.n_users).astype(np.float64)
        return found

    n = np.bincount(rows, minlength=interactions.n_users).astype(np.float64)
    if not interactions.is_explicit:
        chosen = np.diff(matrix.indptr).astype(np.float64)
        return n, np.divide(n, np.sqrt(chosen * len(items)), out=np.full(len(n), np.nan), where=n > 0)
    middle = sum(interactions.scale) / 2  # small numbers, so that sums of squares lose no digits
    stars = np.zeros(matrix.shape[1])
    stars[items] = ratings - middle
    a, b = stars[matrix.indices[at]], matrix.data[at].astype(np.float64) - middle
    return n, _pearson(n, total(a), total(b), total(a * a), total(b * b), total(a * b))


def _pearson(n: Values, a: Values, b: Values, aa: Values, bb: Values, ab: Values) -> Values:
    """Correlations from counts, sums, sums of squares and of products; NaN where one side does not vary."""
    with np.errstate(invalid="ignore", divide="ignore"):
        varies_a, varies_b = aa - a * a / n, bb - b * b / n
        found = (ab - a * b / n) / np.sqrt(varies_a * varies_b)
    least = 1e-9 * np.maximum(n, 1)
    return np.where((varies_a > least) & (varies_b > least), np.clip(found, -1, 1), np.nan)
