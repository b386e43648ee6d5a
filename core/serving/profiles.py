"""From a question to a profile."""

import numpy as np

from core.domain import Profile, Question
from core.errors import InvalidQueryError
from core.serving.atlas import Atlas

LONGEST_TEXT = 2_000
"""Longer questions are refused: the models read some 250 word pieces."""


def make_profile(atlas: Atlas, question: Question) -> Profile:
    """The profile behind a question: a known user's ratings, then the likes and dislikes, which overrule them.

    Raises:
        InvalidQueryError: The text is too long, the user is unknown, or a film is liked and disliked at once.
    """
    if len(question.text) > LONGEST_TEXT:
        raise InvalidQueryError(
            f"The text has {len(question.text):,} characters.", hint=f"Use {LONGEST_TEXT:,} at most."
        )
    own = Profile.of_likes(question.likes, question.dislikes, text=question.text, seen=question.seen)
    if question.user is None:
        return own
    if not 0 <= question.user < atlas.interactions.n_users:
        raise InvalidQueryError(f"There is no user number {question.user} in {atlas.about['label']}.")
    items, ratings = atlas.interactions.history(question.user)
    history = Profile.of_ratings(
        items, ratings, atlas.interactions.scale, is_explicit=atlas.interactions.is_explicit
    )
    fresh = ~np.isin(history.items, own.items)
    return Profile(
        np.concatenate([history.items[fresh], own.items]),
        np.concatenate([history.weights[fresh], own.weights]),
        own.text,
        question.user,
        own.seen,
    )
