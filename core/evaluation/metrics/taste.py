"""Taste: whether what is listed fits who asked, where fame is worth nothing."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from core.evaluation.metrics.base import Kind, Metric, register
from core.evaluation.metrics.lists import Hits, Values, ratio
from core.types import FloatMatrix, IndexVector


def acceptable(hits: Hits, n_relevant: IndexVector, ks: Sequence[int]) -> Values:
    """Share of the places that could hold a relevant film and do: hits / min(k, relevant).

    Args:
        hits: (n_users, depth) whether the film at each rank is relevant.
        n_relevant: (n_users,) relevant films; users without one get NaN.
        ks: Cut-offs, each at most `depth`.

    Source: precision and recall of Herlocker et al. (2004), section 4.1, whichever has the smaller divisor.
    """
    found = hits.cumsum(1)[:, np.asarray(ks) - 1]
    return ratio(found, np.minimum(n_relevant[:, None], np.asarray(ks)))


def over_decoys(values: FloatMatrix, relevant: sparse.csr_matrix, decoys: sparse.csr_matrix) -> Values:
    """Share of the relevant films scored above their decoy, a film of the same fame; ties count one half.

    Args:
        values: (n_users, n_items) scores, -inf = cannot be scored or must not be listed.
        relevant: (n_users, n_items) CSR; stored = relevant.
        decoys: (n_users, n_items) CSR with the same entries, see `core.evaluation.decoys`; -1 = none.

    Returns:
        (n_users,) float64 in [0, 1], NaN where no relevant film has a decoy.

    Source: Mann, Whitney (1947), with one opponent for each film, which is matched by its number of ratings.
    """
    rows = np.repeat(np.arange(relevant.shape[0]), np.diff(relevant.indptr))
    paired = decoys.data >= 0
    rows, items, others = rows[paired], relevant.indices[paired], decoys.data[paired]
    wanted, decoy = values[rows, items], values[rows, others]
    won = (wanted > decoy) + 0.5 * (wanted == decoy)
    n_users = relevant.shape[0]
    return ratio(np.bincount(rows, weights=won, minlength=n_users), np.bincount(rows, minlength=n_users))


register(
    Metric(
        "acceptable",
        "Acceptable films",
        "Share of the places that hold a film that fits: one that turned out to be liked or, asked with a few likes, that "
        "belongs with them. Where there are fewer than k of these, of as many places.",
        True,
        formula=r"\frac{|\text{fitting} \cap \text{listed}|}{\min(k, |\text{fitting}|)}",
        of_lists=lambda lists, ks: acceptable(lists.hits, lists.task.n_relevant, ks),
    )
)

register(
    Metric(
        "over_decoys",
        "Above equally famous films",
        "How often a film that fits is scored above one that is just as often rated and does not fit: 0.5 = fame or chance "
        "alone.",
        True,
        formula=r"\frac{1}{R} \sum_{i \text{ fits}} \left([s_i > s_{d(i)}] + \tfrac12 [s_i = s_{d(i)}]\right)"
        r"\qquad s = \text{score},\; d(i) = \text{a film with as many ratings as } i,\; R \text{ pairs}",
        kind=Kind.SCORES,
        of_scores=lambda scores: over_decoys(scores.values, scores.relevant, scores.decoys),
    )
)
