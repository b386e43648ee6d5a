"""How far two ranked lists agree."""

from collections.abc import Sequence
from math import log, nan
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.errors import InvalidQueryError

Ranked: TypeAlias = npt.NDArray[np.int32] | npt.NDArray[np.int64]
"""(n, k) a ranking a row: ids, best first; -1 = no more."""

PERSISTENCE = 0.9
"""The p of rank-biased overlap: the first ten ranks carry 86 % of its weight."""


def overlap_at_k(first: Sequence[int], second: Sequence[int], k: int) -> float:
    """Share of the films that two lists have in common among their first k, whatever the order.

    overlap@k = |A_k and B_k| / max(|A_k|, |B_k|): divided by k where both lists are full, so that two equal lists
    score 1 also where fewer than k films could be named.

    Returns:
        0 to 1; NaN where both lists are empty.

    Raises:
        InvalidQueryError: k is below 1.
    """
    if k < 1:
        raise InvalidQueryError(f"The overlap of the first {k} films was asked for.", hint="Use 1 or more.")
    one, other = set(first[:k]), set(second[:k])
    longest = max(len(one), len(other))
    return len(one & other) / longest if longest else nan


def rank_biased_overlap(first: Sequence[int], second: Sequence[int], p: float = PERSISTENCE) -> float:
    """How far two rankings agree, the top counting most, extrapolated beyond the ends of the lists.

    A reader who goes from each rank to the next with probability p sees, on average, this share of common films at
    the depth where they stop. What is not listed is assumed to agree as far as what is.

    Args:
        first: Ids without repetition, best first.
        second: Likewise; it may be longer or shorter.
        p: In (0, 1): the higher, the deeper the comparison reaches; see `weight_of_top`.

    Returns:
        0 (nothing in common) to 1 (the same ranking); 0 where one list is empty, NaN where both are.

    Raises:
        InvalidQueryError: p is not between 0 and 1, or an id stands twice in a list.

    Source: Webber, Moffat, Zobel (2010), "A similarity measure for indefinite rankings", ACM TOIS 28(4), RBO_ext for
        lists of uneven length, equation 32.
    """
    _validate_p(p)
    if len(set(first)) < len(first) or len(set(second)) < len(second):
        raise InvalidQueryError("A film stands twice in a list whose ranking was to be compared.")
    short, deep = sorted((len(first), len(second)))
    if not short:
        return 0.0 if deep else nan
    places = {item: rank for rank, item in enumerate(second, start=1)}
    met = [max(rank, places[item]) for rank, item in enumerate(first, start=1) if item in places]
    depth = np.arange(1, deep + 1)
    common = np.cumsum(np.bincount(met, minlength=deep + 1))[1:].astype(float)
    at_short, at_deep = common[short - 1], common[deep - 1]
    agreement = common / depth + np.where(depth > short, at_short * (depth - short) / (short * depth), 0)
    tail = ((at_deep - at_short) / deep + at_short / short) * p**deep
    return float(np.clip((1 - p) / p * (agreement @ p**depth) + tail, 0, 1))


def weight_of_top(depth: int, p: float = PERSISTENCE) -> float:
    """Share of rank-biased overlap's weight that the first `depth` ranks carry, 0 to 1.

    Source: Webber, Moffat, Zobel (2010), equation 21.
    """
    _validate_p(p)
    if depth < 1:
        return 0.0
    beyond = log(1 / (1 - p)) - sum(p**i / i for i in range(1, depth))
    return 1 - p ** (depth - 1) + (1 - p) / p * depth * beyond


def _validate_p(p: float) -> None:
    if not 0 < p < 1:
        raise InvalidQueryError(
            f"Rank-biased overlap was asked for with p = {p}.", hint="Use a p above 0 and below 1."
        )


def rank_biased_overlaps(first: Ranked, second: Ranked, p: float = PERSISTENCE) -> npt.NDArray[np.float64]:
    """`rank_biased_overlap` of many pairs of rankings at once.

    Args:
        first: (n, k) ids without repetition in a row, best first; -1 = no more.
        second: Likewise; k may be another.
        p: See `rank_biased_overlap`.

    Returns:
        (n,) 0 to 1; 0 where one of the two is empty, NaN where both are.

    Raises:
        InvalidQueryError: p is not between 0 and 1.
    """
    _validate_p(p)
    lengths = np.stack([(first >= 0).sum(1), (second >= 0).sum(1)])
    short, deep = lengths.min(0)[:, None], lengths.max(0)[:, None]
    depth = np.arange(1, max(first.shape[1], second.shape[1]) + 1)
    met = np.maximum(
        *np.ogrid[: first.shape[1], : second.shape[1]]
    )  # the depth at which two places are both seen
    is_same = (first[:, :, None] == second[:, None, :]) & (first >= 0)[:, :, None]
    common = np.cumsum([is_same[:, met == place].sum(1) for place in depth - 1], axis=0).T.astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        at_short = np.take_along_axis(common, np.maximum(short - 1, 0), axis=1)
        at_deep = np.take_along_axis(common, np.maximum(deep - 1, 0), axis=1)
        agreement = common / depth + np.where(depth > short, at_short * (depth - short) / (short * depth), 0)
        tail = ((at_deep - at_short) / deep + at_short / short) * p**deep
        found = (1 - p) / p * (np.where(depth <= deep, agreement * p**depth, 0)).sum(1) + tail[:, 0]
    return np.where(short[:, 0] > 0, np.clip(found, 0, 1), np.where(deep[:, 0] > 0, 0, nan))
