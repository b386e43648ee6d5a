"""Fame: how much of a list everybody knows anyway."""

from collections.abc import Sequence

import numpy as np

from core.evaluation.metrics.base import Metric, register
from core.evaluation.metrics.lists import Values, ratio
from core.types import IndexVector

TOP_SHARE = 0.01
"""Share of all films that counts as the most rated; one film at least."""
TOP_FILMS = 50
"""As many of the most rated films anybody who goes to the cinema has heard of."""


def famous(ranked: IndexVector, counts: IndexVector, n_famous: int, ks: Sequence[int]) -> Values:
    """Share of the listed films that are among the `n_famous` most rated ones.

    Equally rated films count in the catalogue's order; a film that nobody rated is never famous.

    Args:
        ranked: (n_users, depth) item_index, best first; -1 where a list has ended.
        counts: (n_items,) ratings of each film in the train part.
        n_famous: How many films count as famous.
        ks: Cut-offs, each at most `depth`.

    Returns:
        (n_users, len(ks)) float64 in [0, 1], NaN for an empty list.

    Source: Abdollahpouri, Burke, Mobasher (2019), "Managing popularity bias in recommender systems with personalized
        re-ranking", share of the short head in a list; the head is drawn much narrower here.
    """
    is_famous = np.zeros(len(counts), bool)
    is_famous[np.argsort(-counts, kind="stable")[:n_famous]] = True
    is_famous &= counts > 0
    is_listed, columns = ranked >= 0, np.asarray(ks) - 1
    found = (is_listed & is_famous[ranked]).cumsum(1)[:, columns]
    return ratio(found, is_listed.cumsum(1)[:, columns])


def n_most_rated(n_items: int) -> int:
    """How many films `TOP_SHARE` of a catalogue are."""
    return max(1, round(TOP_SHARE * n_items))


_SHARE = r"\frac{|\text{listed} \cap F|}{|\text{listed}|} \qquad F = \text{the "

register(
    Metric(
        "famous",
        "Famous films",
        "Share of the list that is among the 1 % most rated films.",
        False,
        formula=_SHARE + r"} 1\,\% \text{ most rated films}",
        of_lists=lambda lists, ks: famous(
            lists.ranked, lists.task.counts, n_most_rated(len(lists.task.counts)), ks
        ),
    )
)

register(
    Metric(
        "famous50",
        "Among the 50 most rated",
        "Share of the list that is among the 50 most rated films, however large the catalogue is.",
        False,
        formula=_SHARE + r"50 most rated films}",
        of_lists=lambda lists, ks: famous(lists.ranked, lists.task.counts, TOP_FILMS, ks),
    )
)
