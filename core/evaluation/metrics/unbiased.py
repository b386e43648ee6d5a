"""Accuracy as if fame had not decided what is known: rarely rated liked films weigh more.

Held-out ratings are not a fair sample of what people would like: a film that everybody has heard of is seen, rated and
held out more often. Each liked held-out film i therefore weighs one over the propensity of having been rated at all,

    w_i = 1 / p_i,   p_i = c (n_i + 1)^((GAMMA + 1) / 2),   n_i = ratings of the film in the train part,

and a user's figure is divided by the sum of these weights over the user's own liked held-out films (self-normalised), so
the constant c cancels. The added 1 keeps films without a rating in the train part finite.

GAMMA is how steeply exposure grows with fame, and cannot be measured on ratings alone. At -1 every film weighs the same:
the plain figures. At 1 a film weighs one over its ratings, which is right where those who saw a film like it as often as
everybody else would. People choose what they expect to like, so that is too much, and no weight is too little; 0, in the
middle, weighs by one over the square root, as Saito et al. (2020) do. bench/propensity.py measures other values: on
ml-latest-small one method stays the best from -1 to 1, and more others come within chance of it.

Source: Yang, Cui, Xuan, Wang, Belongie, Estrin (2018), "Unbiased offline recommender evaluation for missing-not-at-random
implicit feedback", the self-normalised estimator and the propensity as a power of the ratings; Schnabel et al. (2016),
"Recommendations as treatments"; the exponent: Saito et al. (2020), "Unbiased recommender learning from
missing-not-at-random implicit feedback".
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from core.evaluation.metrics.base import Metric, register
from core.evaluation.metrics.lists import Hits, Lists, Values, ratio
from core.types import IndexVector

GAMMA = 0.0
"""How steeply the chance of being known grows with fame: -1 = not at all, 1 = in proportion."""


def inverse_propensities(counts: IndexVector, gamma: float = GAMMA) -> Values:
    """(n_items,) weights of liked held-out films, 1 for a film without a rating and less for all others.

    Args:
        counts: (n_items,) ratings of each film in the train part.
        gamma: See the head of this file.
    """
    return np.asarray((counts + 1.0) ** (-(gamma + 1) / 2), np.float64)


def snips_recall(
    ranked: IndexVector, hits: Hits, relevant: sparse.csr_matrix, weights: Values, ks: Sequence[int]
) -> Values:
    """Share of the weight of the relevant films that was found in k places.

    Args:
        ranked: (n_users, depth) item_index, best first; -1 where a list has ended.
        hits: (n_users, depth) whether the film at each place is relevant.
        relevant: (n_users, n_items) CSR; stored = a liked held-out film.
        weights: (n_items,) above 0, see `inverse_propensities`.
        ks: Cut-offs, each at most `depth`.

    Returns:
        (n_users, len(ks)) float64 in [0, 1], NaN for users without a relevant film; with equal weights it is recall.

    Source: Yang et al. (2018), self-normalised estimator with c(rank) = [rank <= k].
    """
    found = np.where(hits, weights[ranked], 0).cumsum(1)[:, np.asarray(ks) - 1]
    return ratio(found, _per_user(relevant, weights[relevant.indices])[:, None])


def snips_ndcg(
    ranked: IndexVector, hits: Hits, relevant: sparse.csr_matrix, weights: Values, ks: Sequence[int]
) -> Values:
    """Weighted discounted gain of the list over that of the best list: the heaviest relevant films first.

    The self-normalised DCG is the sum of w_i / log2(rank_i + 1) over the relevant films among the first k, divided by the
    sum of w_i over all relevant films. That divisor is the same for the best list, so it cancels in the quotient.

    Args and returns: as in `snips_recall`; with equal weights it is nDCG.

    Source: Yang et al. (2018), self-normalised estimator with c(rank) = 1 / log2(rank + 1); Järvelin, Kekäläinen (2002)
        for the division by the best list.
    """
    columns = np.asarray(ks) - 1
    discounts = 1 / np.log2(np.arange(2, ranked.shape[1] + 2))
    gains = (np.where(hits, weights[ranked], 0) * discounts).cumsum(1)[:, columns]
    rows = np.repeat(np.arange(relevant.shape[0]), np.diff(relevant.indptr))
    own = weights[relevant.indices]
    heaviest = np.lexsort((-own, rows))
    place = np.arange(relevant.nnz) - relevant.indptr[rows]
    best = np.stack(
        [
            _per_user(relevant, np.where(place < k, own[heaviest] / np.log2(place + 2), 0))
            for k in map(int, ks)
        ],
        axis=1,
    )
    return ratio(gains, best)


def _per_user(relevant: sparse.csr_matrix, values: Values) -> Values:
    """(n_users,) sums of what belongs to the stored entries, row by row."""
    rows = np.repeat(np.arange(relevant.shape[0]), np.diff(relevant.indptr))
    return np.asarray(np.bincount(rows, weights=values, minlength=relevant.shape[0]), np.float64)


def _read(lists: Lists) -> tuple[IndexVector, Hits, sparse.csr_matrix, Values]:
    """What both read of lists."""
    return lists.ranked, lists.hits, lists.task.relevant, inverse_propensities(lists.task.counts)


_LETTERS = (
    rf"\qquad w_i = (n_i + 1)^{{-({GAMMA:g} + 1)/2}},\; n_i = \text{{ratings of film }} i;\;"
    r" R = \text{liked held-out films}"
)

register(
    Metric(
        "ndcg_snips",
        "nDCG, fame evened out",
        "nDCG in which a liked film weighs the more the rarer it is rated, against the head start of famous films "
        "(self-normalised inverse propensity).",
        True,
        formula=r"\frac{\sum_{i \in R,\, r_i \le k} w_i / \log_2(r_i + 1)}"
        r"{\max_{\text{lists}} \sum_{i \in R,\, r_i \le k} w_i / \log_2(r_i + 1)}"
        rf"{_LETTERS},\; r_i = \text{{its rank}}",
        of_lists=lambda lists, ks: snips_ndcg(*_read(lists), ks),
    )
)

register(
    Metric(
        "recall_snips",
        "Recall, fame evened out",
        "Recall in which a liked film weighs the more the rarer it is rated, against the head start of famous films "
        "(self-normalised inverse propensity).",
        True,
        formula=rf"\frac{{\sum_{{i \in R,\, i \text{{ listed}}}} w_i}}{{\sum_{{i \in R}} w_i}} {_LETTERS}",
        of_lists=lambda lists, ks: snips_recall(*_read(lists), ks),
    )
)
