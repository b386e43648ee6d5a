"""How evenly a method serves the catalogue: all lists together, one figure."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.evaluation.metrics.base import Kind, Metric, register
from core.evaluation.metrics.lists import Values, ratio
from core.types import IndexVector


def coverage(ranked: IndexVector, n_listable: int, ks: Sequence[int]) -> tuple[Values, Values]:
    """Share of the films that stand in at least one user's list.

    Returns:
        (len(ks),) the coverage of all lists, and (n_users, len(ks)) the coverage without each user: the
        spread over users follows from it by the jackknife (resampling users with repetition would only ever
        lose films).

    Source: Ge, Delgado-Battenfeld, Jannach (2010), section 3.1, catalogue coverage.
    """
    whole, without = [], []
    for k in ks:
        counts = _list_counts(ranked[:, :k])
        alone = ((counts[ranked[:, :k]] == 1) & (ranked[:, :k] >= 0)).sum(1)
        whole.append((counts > 0).sum() / n_listable)
        without.append(((counts > 0).sum() - alone) / n_listable)
    return np.array(whole), np.stack(without, axis=1)


def gini(ranked: IndexVector, n_listable: int, ks: Sequence[int]) -> tuple[Values, Values]:
    """How unevenly places are shared out among the films: 0 = all equally often, near 1 = a few take all.

    G = sum over films in ascending order of (2 j - n - 1) c_j / (n * sum of c), j from 1 to n, c_j = times
    listed.

    Returns:
        (len(ks),) and (n_users, len(ks)) as in `coverage`; NaN where no film is listed.

    Source: Gini (1912); Shani, Gunawardana (2011), "Evaluating recommendation systems", section 8.3.3.
    """
    whole, without = [], []
    for k in ks:
        part = ranked[:, :k]
        counts = np.sort(_list_counts(part))[::-1][:n_listable][::-1]
        counts = np.concatenate([np.zeros(n_listable - len(counts), np.int64), counts])
        weighted, total = float(np.arange(1, n_listable + 1) @ counts), int(counts.sum())
        # taking a list away lowers the counts of its films by one: in sorted order each gives up the first
        # place
        # of its count, or the next where another film of the list has taken that
        value = np.sort(np.where(part >= 0, _list_counts(part)[part], -1), axis=1)
        place = np.arange(k) - _first_of_run(value)
        lost = np.where(value > 0, np.searchsorted(counts, value) + 1 + place, 0).sum(1)
        without.append(_gini(weighted - lost, total - (part >= 0).sum(1), n_listable))
        whole.append(_gini(np.array([weighted]), np.array([total]), n_listable)[0])
    return np.array(whole), np.stack(without, axis=1)


def _gini(weighted: Values, total: IndexVector, n: int) -> Values:
    return ratio(2 * weighted, total * n) - (n + 1) / n


def _first_of_run(ordered: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each entry of sorted rows, the column where its run of equal values starts."""
    starts = np.ones(ordered.shape, bool)
    starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    return np.maximum.accumulate(np.where(starts, np.arange(ordered.shape[1]), 0), axis=1)


def _list_counts(ranked: IndexVector) -> npt.NDArray[np.int64]:
    """How often each film is listed, (largest listed index + 1,), at least one long."""
    return np.bincount(ranked[ranked >= 0], minlength=1).astype(np.int64)


_LISTS = r"c_j = \text{times film } j \text{ is listed}"
_INF = float("inf")

register(
    Metric(
        "coverage",
        "Catalogue coverage",
        "Share of the films that are recommended to at least one user.",
        True,
        formula=rf"\frac{{|\{{j : c_j > 0\}}|}}{{\text{{films}}}} \qquad {_LISTS}",
        kind=Kind.CATALOG,
        of_catalog=coverage,
    )
)

register(
    Metric(
        "gini",
        "Gini",
        "How unevenly places are shared out among the films: 0 = equally, near 1 = a few films take all.",
        False,
        formula=rf"\frac{{\sum_{{j=1}}^{{n}} (2j - n - 1)\, c_j}}{{n \sum c_j}} \qquad {_LISTS} \text{{, ascending}}",
        kind=Kind.CATALOG,
        of_catalog=gini,
    )
)
