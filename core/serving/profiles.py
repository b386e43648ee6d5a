"""From a question to a profile."""

from dataclasses import replace

import numpy as np

from core.domain import Profile, Question
from core.errors import InvalidQueryError
from core.serving.atlas import Atlas

LONGEST_TEXT = 2_000
"""Longer questions are refused: the models read some 250 word pieces."""


def make_profile(atlas: Atlas, question: Question) -> Profile:
    """The profile behind a question: a known user's ratings, the person's own history, and the likes and dislikes.

    What comes later overrules what comes before it.

    Raises:
        InvalidQueryError: The text is too long, the user is unknown, a film is liked and disliked at once, or the history
            names one twice or one that is not there.
    """
    if len(question.text) > LONGEST_TEXT:
        raise InvalidQueryError(
            f"The text has {len(question.text):,} characters.", hint=f"Use {LONGEST_TEXT:,} at most."
        )
    own = Profile.of_likes(question.likes, question.dislikes, text=question.text, seen=question.seen)
    if question.history:
        own = _beneath(_of_history(atlas, question.history), own)
    if question.user is None:
        return own
    if not 0 <= question.user < atlas.interactions.n_users:
        raise InvalidQueryError(f"There is no user number {question.user} in {atlas.about['label']}.")
    items, ratings = atlas.interactions.history(question.user)
    history = Profile.of_ratings(
        items, ratings, atlas.interactions.scale, is_explicit=atlas.interactions.is_explicit
    )
    return replace(_beneath(history, own), user=question.user)


def _beneath(lower: Profile, upper: Profile) -> Profile:
    """Both profiles as one; where both speak of a film, the upper one counts."""
    fresh = ~np.isin(lower.items, upper.items)
    items = np.concatenate([lower.items[fresh], upper.items])
    return replace(upper, items=items, weights=np.concatenate([lower.weights[fresh], upper.weights]))


def _of_history(atlas: Atlas, history: tuple[tuple[int, float], ...]) -> Profile:
    items = np.array([item for item, _ in history], np.int64)
    weights = np.array([weight for _, weight in history], np.float32)
    if not ((items >= 0) & (items < len(atlas.catalog))).all():
        raise InvalidQueryError(
            f"The history speaks of films that are not in {atlas.about['label']}.",
            hint="Match it to this dataset.",
        )
    if not (np.abs(weights) <= 1).all():  # NaN as well
        raise InvalidQueryError("The weights of a history go from -1 to 1.")
    return Profile(items, weights)
