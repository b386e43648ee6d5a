"""Fisher's exact test, one-sided, for many counts at once."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]

_NO_LONGER_COUNTS = 1e-17


def at_least(found: npt.ArrayLike, has: npt.ArrayLike, n: npt.ArrayLike, total: npt.ArrayLike) -> Numbers:
    """The chance that of n films drawn from all, at least so many have something.

    That is the p-value of Fisher's exact test against "no more common among the n than among the rest".

    The smaller tail is added up from its largest term on, each from the one before it, until nothing more is added:
    `scipy.stats.hypergeom.sf` takes a millisecond for each count of thousands.

    Args:
        found: (m,) whole numbers: how many of the n have each thing.
        has: (m,) whole numbers: how many of all have it, at most `total`.
        n: (m,), or one for all: how many are drawn, at most `total`.
        total: (m,), or one for all: how many there are.

    Returns:
        (m,) float64.
    """
    found, has, n, total = np.broadcast_arrays(*(np.asarray(own, np.int64) for own in (found, has, n, total)))
    if not found.size:
        return np.empty(0)
    beyond = int(total.max()) + 1
    sides, side = np.unique(n * beyond + total, return_inverse=True)
    # most counts stand there many times: each is worked out once
    _, first, back = np.unique(
        (found * beyond + has) * len(sides) + side, return_index=True, return_inverse=True
    )
    return _tails(found[first], has[first], n[first], total[first])[back]


def _tails(found: Counts, has: Counts, n: Counts, total: Counts) -> Numbers:
    chances = np.where(found <= np.maximum(0, n + has - total), 1.0, 0.0)
    is_open = (chances == 0) & (found <= np.minimum(n, has))
    mode = (n + 1) * (has + 1) // (total + 2)
    up, down = is_open & (found > mode), is_open & (found <= mode)
    chances[up] = _added_up(found[up], has[up], n[up], total[up], 1)
    chances[down] = np.maximum(1 - _added_up(found[down] - 1, has[down], n[down], total[down], -1), 0)
    return np.minimum(chances, 1)


def _added_up(start: Counts, has: Counts, n: Counts, total: Counts, way: int) -> Numbers:
    """The chances of exactly `start` films and of all numbers above (way 1) or below it (way -1), together."""
    sums = np.exp(_log_choose(has, start) + _log_choose(total - has, n - start) - _log_choose(total, n))
    rows, term = np.arange(len(start)), sums.copy()
    parts = np.stack([start, has, n, total - has - n]).astype(np.float64)
    while len(rows):
        at, own, drawn, rest = parts
        if way > 0:
            term = term * (own - at) * (drawn - at) / ((at + 1) * (rest + at + 1))
        else:
            term = term * at * (rest + at) / ((own - at + 1) * (drawn - at + 1))
        sums[rows] += term
        parts[0] += way
        goes_on = term > _NO_LONGER_COUNTS * sums[rows]
        rows, term, parts = rows[goes_on], term[goes_on], parts[:, goes_on]
    return sums


def _log_choose(n: npt.ArrayLike, k: npt.ArrayLike) -> Numbers:
    from scipy.special import gammaln  # it takes as long to load as all else here

    of, chosen = np.asarray(n, np.float64), np.asarray(k, np.float64)
    ways: Numbers = gammaln(of + 1) - gammaln(chosen + 1) - gammaln(of - chosen + 1)
    return ways
