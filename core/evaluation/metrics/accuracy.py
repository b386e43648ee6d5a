"""Accuracy: how high the held-out liked films stand in the list, and how close predicted ratings come.

List metrics read hits in ranked order, so one ranked matrix serves every cut-off:

- `hits`: (n_users, depth) bool, whether the film at rank 1, 2, … is relevant; False where a list has ended.
- `n_relevant`: (n_users,) how many relevant held-out films a user has.
- `ks`: the cut-offs, each at most `depth`.

They return (n_users, len(ks)) float64 with NaN for users without a relevant film.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.evaluation.metrics.base import Kind, Metric, register
from core.evaluation.metrics.lists import Hits, Lists, Values, ratio
from core.types import BoolVector, FloatMatrix, IndexVector


def precision(hits: Hits, n_relevant: IndexVector, ks: Sequence[int]) -> Values:
    """Share of the k places held by relevant films: hits / k, also where a list is shorter than k.

    Source: Herlocker et al. (2004), "Evaluating collaborative filtering recommender systems", section 4.1.
    """
    return _known(_upto(hits.cumsum(1), ks) / np.asarray(ks), n_relevant)


def recall(hits: Hits, n_relevant: IndexVector, ks: Sequence[int]) -> Values:
    """Share of the relevant films found in k places: hits / relevant (not divided by min(k, relevant)).

    Source: Herlocker et al. (2004), section 4.1.
    """
    return _known(_upto(hits.cumsum(1), ks) / np.maximum(n_relevant, 1)[:, None], n_relevant)


def hit_rate(hits: Hits, n_relevant: IndexVector, ks: Sequence[int]) -> Values:
    """1 where at least one of k places holds a relevant film, else 0.

    Source: Deshpande, Karypis (2004), "Item-based top-N recommendation algorithms", section 6.
    """
    return _known((_upto(hits.cumsum(1), ks) > 0).astype(np.float64), n_relevant)


def reciprocal_rank(hits: Hits, n_relevant: IndexVector, ks: Sequence[int]) -> Values:
    """1 / (rank of the first relevant film), 0 where none stands in the first k places; its mean is the MRR.

    Source: Voorhees (1999), "The TREC-8 question answering track report", section 3.
    """
    first = np.where(hits.any(axis=1), hits.argmax(axis=1), np.inf)
    return _known(np.where(first[:, None] < np.asarray(ks), 1 / (first[:, None] + 1), 0.0), n_relevant)


def average_precision(hits: Hits, n_relevant: IndexVector, ks: Sequence[int]) -> Values:
    """Mean precision at the ranks of the relevant films; its mean over users is the MAP.

    AP@k = (sum over ranks r <= k with a hit of precision@r) / min(k, relevant), so a perfect list scores 1.

    Source: Manning, Raghavan, Schütze (2008), "Introduction to Information Retrieval", equation 8.8, truncated at k.
    """
    return _known(_summed_precision(hits, ks) / _ideal_hits(n_relevant, ks), n_relevant)


def average_precision_of_all(hits: Hits, n_relevant: IndexVector, ks: Sequence[int]) -> Values:
    """The same divided by all relevant films, as trec_eval and ranx have it: more than k of them, and no list scores 1."""
    return _known(_summed_precision(hits, ks) / np.maximum(n_relevant, 1)[:, None], n_relevant)


def _summed_precision(hits: Hits, ks: Sequence[int]) -> Values:
    ranks = np.arange(1, hits.shape[1] + 1)
    return _upto(np.cumsum(hits * hits.cumsum(1) / ranks, axis=1), ks)


def ndcg(hits: Hits, n_relevant: IndexVector, ks: Sequence[int]) -> Values:
    """Discounted gain of the list over that of a perfect list.

    DCG@k = sum over ranks r <= k with a hit of 1 / log2(r + 1); nDCG@k = DCG@k / (DCG@k of a list that starts
    with min(k, relevant) hits). Gain is binary; ranks 1 and 2 weigh differently.

    Source: Järvelin, Kekäläinen (2002), "Cumulated gain-based evaluation of IR techniques", with log2(r + 1).
    """
    discounts = 1 / np.log2(np.arange(2, hits.shape[1] + 2))
    gains = _upto(np.cumsum(hits * discounts, axis=1), ks)
    return _known(gains / np.cumsum(discounts)[_ideal_hits(n_relevant, ks) - 1], n_relevant)


def auc(
    values: FloatMatrix, relevant: sparse.csr_matrix, n_hidden: IndexVector, ordered: FloatMatrix
) -> Values:
    """Probability that a relevant film is scored above another film that may be listed; ties count one half.

    AUC = (sum of the relevant films' mid-ranks, from below - R (R + 1) / 2) / (R * N), with R relevant and N
    other films.

    Args:
        values: (n_users, n_items) scores, -inf = cannot be scored (tied below all others) or must not be
            listed.
        relevant: (n_users, n_items) CSR; stored = relevant. Every relevant film may be listed.
        n_hidden: (n_users,) how many films must not be listed; their values must be -inf.
        ordered: (n_users, n_items) every row of `values` in ascending order.

    Returns:
        (n_users,) float64 in [0, 1], NaN where there is no relevant film or nothing else to compare with.

    Source: Mann, Whitney (1947); Rendle et al. (2009), "BPR", section 4.1.1.
    """
    out = np.full(len(values), np.nan)
    for row in np.flatnonzero(np.diff(relevant.indptr)):
        scores = values[row, relevant.indices[relevant.indptr[row] : relevant.indptr[row + 1]]]
        n_hits, n_candidates = len(scores), values.shape[1] - int(n_hidden[row])
        # hidden films fill the lowest places of the sorted row: they are no candidates
        below = np.maximum(np.searchsorted(ordered[row], scores, "left") - n_hidden[row], 0)
        upto = np.searchsorted(ordered[row], scores, "right") - n_hidden[row]
        if n_candidates > n_hits:
            wins = ((below + upto + 1) / 2).sum() - n_hits * (n_hits + 1) / 2
            out[row] = wins / (n_hits * (n_candidates - n_hits))
    return out


def rmse(errors: sparse.csr_matrix) -> Values:
    """Root of the mean squared difference between predicted and given rating, for each user.

    The figure for many users is sqrt(sum of all squared differences / number of ratings), as published
    figures are, not the mean of the users' values.

    Args:
        errors: (n_users, n_items) CSR of differences, NaN = not predicted (left out; their number is
            reported).

    Returns:
        (n_users,) float64, NaN for users without a predicted rating.

    Source: Herlocker et al. (2004), section 4.1.
    """
    return np.asarray(np.sqrt(_mean_of_rows(errors, errors.data.astype(np.float64) ** 2)))


def mae(errors: sparse.csr_matrix) -> Values:
    """Mean absolute difference between predicted and given rating, for each user; see `rmse` for the rest.

    Source: Herlocker et al. (2004), section 4.1.
    """
    return _mean_of_rows(errors, np.abs(errors.data.astype(np.float64)))


def _upto(running: npt.NDArray[Any], ks: Sequence[int]) -> Values:
    """Running sums at each cut-off."""
    return running[:, np.asarray(ks) - 1].astype(np.float64)


def _ideal_hits(n_relevant: IndexVector, ks: Sequence[int]) -> IndexVector:
    """(n_users, len(ks)) hits of a perfect list, at least 1 so that it can divide."""
    return np.asarray(np.maximum(np.minimum(n_relevant[:, None], np.asarray(ks)), 1), np.int64)


def _known(values: Values, n_relevant: IndexVector) -> Values:
    return np.where((n_relevant > 0)[:, None], values, np.nan)


def _mean_of_rows(matrix: sparse.csr_matrix, data: Values) -> Values:
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    there: BoolVector = ~np.isnan(data)
    sums = np.bincount(rows[there], weights=data[there], minlength=matrix.shape[0])
    counts = np.bincount(rows[there], minlength=matrix.shape[0])
    return ratio(sums, counts)


def _of_hits(
    function: Callable[[Hits, IndexVector, Sequence[int]], Values],
) -> Callable[[Lists, Sequence[int]], Values]:
    return lambda lists, ks: function(lists.hits, lists.task.n_relevant, ks)


_HITS = r"h_r = 1 \text{ where rank } r \text{ holds a liked film, else } 0"
_INF = float("inf")

register(
    Metric(
        "ndcg",
        "nDCG",
        "How near the top the films the user turned out to like stand, compared with a perfect list.",
        True,
        formula=r"\frac{\sum_{r=1}^{k} h_r / \log_2(r+1)}{\sum_{r=1}^{\min(k, R)} 1 / \log_2(r+1)}"
        rf"\qquad {_HITS};\; R = \text{{liked held-out films}}",
        of_lists=_of_hits(ndcg),
    )
)

register(
    Metric(
        "precision",
        "Precision",
        "Share of the list that the user turned out to like.",
        True,
        formula=rf"\frac{{1}}{{k}} \sum_{{r=1}}^{{k}} h_r \qquad {_HITS}",
        of_lists=_of_hits(precision),
    )
)

register(
    Metric(
        "recall",
        "Recall",
        "Share of the held-out liked films that the list found.",
        True,
        formula=rf"\frac{{1}}{{R}} \sum_{{r=1}}^{{k}} h_r \qquad {_HITS};\; R = \text{{liked held-out films}}",
        of_lists=_of_hits(recall),
    )
)

register(
    Metric(
        "map",
        "MAP",
        "Precision at each place where a liked film stands, averaged over the liked films that fit in the list.",
        True,
        formula=r"\frac{1}{\min(k, R)} \sum_{r=1}^{k} h_r \cdot \frac{h_1 + \dots + h_r}{r}"
        rf"\qquad {_HITS};\; R = \text{{liked held-out films}}",
        of_lists=_of_hits(average_precision),
    )
)

register(
    Metric(
        "map_all",
        "MAP over all liked",
        "Precision at each place where a liked film stands, averaged over all liked films: MAP as trec_eval has it.",
        True,
        formula=r"\frac{1}{R} \sum_{r=1}^{k} h_r \cdot \frac{h_1 + \dots + h_r}{r}"
        rf"\qquad {_HITS};\; R = \text{{liked held-out films}}",
        of_lists=_of_hits(average_precision_of_all),
    )
)

register(
    Metric(
        "mrr",
        "MRR",
        "One divided by the place of the first liked film; 0 where the list has none.",
        True,
        formula=r"\frac{1}{\text{rank of the first liked film}} \quad (0 \text{ where it is beyond } k)",
        of_lists=_of_hits(reciprocal_rank),
    )
)

register(
    Metric(
        "hit_rate",
        "Hit rate",
        "Share of the users who find at least one liked film in their list.",
        True,
        formula=rf"\max_{{r \le k}} h_r \qquad {_HITS}",
        of_lists=_of_hits(hit_rate),
    )
)

register(
    Metric(
        "auc",
        "AUC",
        "Chance that a liked held-out film is scored above another film, whatever its place.",
        True,
        formula=r"\frac{1}{R N} \sum_{i \text{ liked}} \sum_{j \text{ other}} "
        r"\left([s_i > s_j] + \tfrac12 [s_i = s_j]\right)"
        r"\qquad R \text{ liked, } N \text{ other films, } s = \text{score}",
        kind=Kind.SCORES,
        of_scores=lambda s: auc(s.values, s.relevant, s.n_hidden, s.ordered),
    )
)

register(
    Metric(
        "rmse",
        "RMSE",
        "Typical distance, in stars, between predicted and given rating; large misses weigh more.",
        False,
        bounds=(0, _INF),
        formula=r"\sqrt{\frac{1}{n} \sum (\hat r - r)^2} \qquad n \text{ held-out ratings of all users}",
        kind=Kind.RATINGS,
        of_errors=rmse,
        is_root=True,
    )
)

register(
    Metric(
        "mae",
        "MAE",
        "Mean distance, in stars, between predicted and given rating.",
        False,
        bounds=(0, _INF),
        formula=r"\frac{1}{n} \sum |\hat r - r| \qquad n \text{ held-out ratings of all users}",
        kind=Kind.RATINGS,
        of_errors=mae,
    )
)
