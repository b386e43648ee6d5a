"""Films and people that are alike."""

from dataclasses import dataclass

import numpy as np

from core.domain import Profile, Question
from core.errors import InvalidQueryError
from core.recommenders.collaborative.user_vectors import UserVectors
from core.serving.atlas import Atlas
from core.serving.profiles import make_profile
from core.serving.retrieval import nearest_users
from core.types import FloatVector, IndexVector


def neighbours(atlas: Atlas, space_name: str, item: int, k: int = 10) -> tuple[IndexVector, FloatVector]:
    """A film's true nearest neighbours in the full space (not on the map), from the table.

    Returns:
        item_index and distance, nearest first; empty where the film has no vector in this space.
    """
    space = atlas.space(space_name)
    if not space.has_vector[item]:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    return atlas.table.search(
        space_name, np.asarray(space.vectors[item]), k, metric=space.metric, excluded=[item]
    )


@dataclass(frozen=True)
class SimilarUser:
    """Somebody of the dataset who is like a profile.

    Attributes:
        user_index, user_id: Who.
        similarity: Cosine similarity of the two users' vectors, above 0.
        n_ratings: How many films they rated.
        mean_rating: Their mean rating.
    """

    user_index: int
    user_id: str
    similarity: float
    n_ratings: int
    mean_rating: float


def similar_users(atlas: Atlas, who: int | Profile, k: int = 10) -> tuple[SimilarUser, ...]:
    """The people most like a user (by user_index) or a profile, from the table of people, nearest first.

    Returns:
        At most k, without the one who asks; fewer where fewer have a similarity above 0, none for a profile
        without a like that has a vector.

    Raises:
        InvalidQueryError: There is no such user, or k is below 1.
        CannotFitError, NotBuiltError: The dataset has no ratings, or the table is not built.
    """
    if k < 1:
        raise InvalidQueryError(f"{k} people were asked for.", hint="Ask for 1 or more.")
    profile = who if isinstance(who, Profile) else make_profile(atlas, Question(user=who))
    method = atlas.methods.fitted(UserVectors.name)
    assert isinstance(method, UserVectors)
    users, similarities = nearest_users(atlas, method, profile, k)
    inter = atlas.interactions
    ratings = [inter.history(int(user))[1] for user in users]
    return tuple(
        SimilarUser(int(user), str(inter.user_ids[user]), float(near), len(own), float(own.mean()))
        for user, near, own in zip(users, similarities, ratings, strict=True)
    )
