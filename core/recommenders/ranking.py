"""From scores to a list: leaving out what was seen, top-k, ties and diversity, written once for all methods.

Ties are broken by item_index, so the same scores always give the same list.
"""

from collections.abc import Sequence

import numpy as np

from core.embeddings.base import normalise
from core.errors import InvalidQueryError
from core.types import BoolVector, FloatMatrix, FloatVector, IndexVector

RANK_CONSTANT = 60
"""What is added to a rank in `fused`, so that the first place is not everything; the value of the source."""


def validate_k(k: int, n_items: int) -> int:
    """k, or n_items where k is larger.

    Raises:
        InvalidQueryError: k is below 1.
    """
    if k < 1:
        raise InvalidQueryError(f"{k} films were asked for.", hint="Ask for 1 or more.")
    return min(k, n_items)


def top_k(scores: FloatVector, k: int, *, allowed: BoolVector | None = None) -> IndexVector:
    """item_index of the k best, best first; films with a score of NaN or not allowed never appear.

    Args:
        scores: (n_items,) higher is better.
        k: At least 1; fewer come back where fewer can be scored.
        allowed: (n_items,) True = may appear.
    """
    usable = ~np.isnan(scores) if allowed is None else ~np.isnan(scores) & allowed
    candidates = np.flatnonzero(usable)
    if len(candidates) > k:
        # sorting the values alone is several times as quick as sorting places by them, which is left for the best few
        values = scores[candidates]
        candidates = candidates[values >= np.sort(values)[-k]]
    order = np.argsort(-scores[candidates], kind="stable")[:k]
    return candidates[order].astype(np.int64)


def top_k_rows(scores: FloatMatrix, k: int, *, ordered: FloatMatrix | None = None) -> IndexVector:
    """`top_k` for many profiles at once.

    Args:
        scores: (n_profiles, n_items); NaN or -inf = must not appear.
        k: At most n_items.
        ordered: Every row of `scores` in ascending order, without NaN, where that is known already.

    Returns:
        (n_profiles, k) int64 item_index, best first, -1 where a row has fewer than k.
    """
    values = np.where(np.isnan(scores), np.float32(-np.inf), scores) if ordered is None else scores
    if ordered is None:
        # a partial sort takes half the time, but ten times as long and more where most of a row is alike
        ordered = np.sort(values, axis=1)
    border = ordered[:, values.shape[1] - k, None]
    is_best = values >= border
    # where films tie at the border, the first of them in the catalogue's order are taken
    for row in np.flatnonzero(np.count_nonzero(is_best, axis=1) > k):
        tied = np.flatnonzero(values[row] == border[row])
        is_best[row, tied[k - np.count_nonzero(values[row] > border[row]) :]] = False
    part = np.nonzero(is_best)[1].reshape(len(values), k)
    best = np.take_along_axis(values, part, axis=1)
    order = np.argsort(-best, axis=1, kind="stable")
    ranked = np.take_along_axis(part, order, axis=1).astype(np.int64)
    ranked[np.isneginf(np.take_along_axis(best, order, axis=1))] = -1
    return ranked


def fused(rankings: Sequence[IndexVector], weights: Sequence[float]) -> tuple[IndexVector, FloatVector]:
    """Join rankings by reciprocal rank fusion: a film scores weight / (60 + rank), summed over the rankings it is in.

    Args:
        rankings: item_index each, best first.
        weights: How much each ranking counts.

    Returns:
        (n,) item_index of all films of all rankings, best first, ties by item_index, and their scores.

    Source: Cormack, Clarke, Büttcher (2009), "Reciprocal rank fusion outperforms Condorcet and individual rank
    learning methods".
    """
    scores: dict[int, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, item in enumerate(ranking.tolist(), start=1):
            scores[item] = scores.get(item, 0.0) + weight / (RANK_CONSTANT + rank)
    items = sorted(scores, key=lambda item: (-scores[item], item))
    return np.array(items, np.int64), np.array([scores[item] for item in items], np.float32)


def diversify(
    candidates: IndexVector, scores: FloatVector, vectors: FloatMatrix, k: int, diversity: float
) -> IndexVector:
    """Choose k of the candidates by maximal marginal relevance.

    Each step takes the film with the largest (1 - diversity) * relevance - diversity * (similarity to the nearest film
    already taken); relevance is the score scaled to [0, 1] over the candidates.

    Args:
        candidates: (n,) item_index, best first.
        scores: (n,) their scores.
        vectors: (n, dim) their vectors.
        k: How many to take.
        diversity: 0 = keep the order, 1 = as different from each other as can be.

    Returns:
        (min(k, n),) item_index in the order taken.

    Source: Carbonell, Goldstein (1998), "The use of MMR", equation 1.
    """
    if not 0 <= diversity <= 1:
        raise InvalidQueryError(f"The diversity is {diversity}.", hint="Choose a value from 0 to 1.")
    if diversity == 0 or len(candidates) <= 1:
        return candidates[:k]
    spread = float(scores.max() - scores.min())
    relevance = (scores - scores.min()) / spread if spread > 0 else np.ones_like(scores)
    unit = normalise(vectors)
    nearest = np.zeros(len(candidates), np.float32)
    free = np.ones(len(candidates), bool)
    taken: list[int] = []
    while len(taken) < min(k, len(candidates)):
        value = np.where(free, (1 - diversity) * relevance - diversity * nearest, -np.inf)
        best = int(value.argmax())
        taken.append(best)
        free[best] = False
        nearest = np.maximum(nearest, unit @ unit[best])
    return np.asarray(candidates[np.array(taken)], np.int64)
