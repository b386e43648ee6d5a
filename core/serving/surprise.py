"""A film that was not to be expected, and fits all the same."""

from dataclasses import replace

import numpy as np

from core.domain import Question, Recommendation
from core.serving.atlas import Atlas
from core.serving.recommendation import recommend

DEPTH = 60
"""A surprise is among this many films that fit best."""
HALF = 15
"""A film this many places further down is drawn half as often."""


def surprise(atlas: Atlas, question: Question, seed: int) -> Recommendation | None:
    """One film from further down a longer list, with what the method says for it.

    Places behind the first `question.k` are drawn at random, nearer ones more often; with one seed it is the same film.

    Args:
        atlas: The films.
        question: What is asked.
        seed: Another one, another film.

    Returns:
        None where nothing is left behind the first k.

    Raises:
        As `recommend`.
    """
    longer = recommend(atlas, replace(question, k=max(DEPTH, question.k + HALF)))
    behind = longer.items[question.k :]
    if not behind:
        return None
    odds = 0.5 ** (np.arange(len(behind)) / HALF)
    return behind[int(np.random.default_rng(seed).choice(len(behind), p=odds / odds.sum()))]
