"""Scores written out as the sums that they are."""

from collections.abc import Sequence

import numpy as np

from core.domain import Addend, Profile, ScoreSum
from core.recommenders.base import AddsUp, Recommender

ROUNDING = 1e-4
"""A remainder that is smaller than this share of everything that was added is rounding, and nothing to speak of."""
REST = "Everything else"


def score_sum(method: Recommender, profile: Profile, item: int) -> ScoreSum | None:
    """What adds up to a film's score.

    Args:
        method: Fitted.
        profile: Who asks.
        item: item_index.

    Returns:
        None where the method's score is no sum, or it has none for this film.
    """
    if not isinstance(method, AddsUp):
        return None
    score = float(method.score([profile])[0, item])
    if not np.isfinite(score):
        return None
    addends = method.addends(profile, item)
    if score and not addends:  # in this space it is a distance
        return None
    return written_out(method.label, score, addends, method.sum_words)


def written_out(label: str, score: float, addends: Sequence[Addend], words: str) -> ScoreSum:
    """A sum with the largest addends first, and what they leave unsaid as one more.

    Args:
        label: Name of what has the score.
        score: What they add up to.
        addends: In any order; those of 0 are left out.
        words: What is added up.
    """
    found = [addend for addend in addends if addend.value]
    rest = score - sum(addend.value for addend in found)
    if abs(rest) > ROUNDING * max(sum(abs(addend.value) for addend in found), abs(score)):
        found.append(Addend(REST, rest))
    return ScoreSum(label, score, tuple(sorted(found, key=lambda addend: -abs(addend.value))), words)
