"""Films and people that are alike."""

from dataclasses import dataclass

import numpy as np

from core.domain import Profile, Question
from core.errors import CannotFitError, InvalidQueryError
from core.models.preference_matrix import liked_matrix
from core.recommenders.collaborative.user_vectors import UserVectors
from core.recommenders.ranking import top_k
from core.serving.atlas import Atlas
from core.serving.profiles import make_profile
from core.serving.retrieval import nearest_users
from core.types import FloatVector, IndexVector

BALANCE, SHRINKAGE = 0.25, 5.0
"""How far well known films are held back among those that the same people like (0.5 = as the cosine does), and what
pulls a likeness that few people vouch for towards 0. Chosen by reading the lists of ten films of ml-latest-small."""


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


def neighbours_by_ratings(
    atlas: Atlas, item: int, k: int = 10, *, least_people: int = 1
) -> tuple[IndexVector, FloatVector, IndexVector]:
    """The films that the same people like as a film, worked out for this one from all ratings.

    likeness(i, j) = x_i . x_j / (|x_i|^(2 BALANCE) |x_j|^(2 - 2 BALANCE) + SHRINKAGE), x the columns of strengths in
    [0, 1] that ratings from the middle of the scale on have (`core.models.preference_matrix`).

    Args:
        atlas: The dataset.
        item: item_index.
        k: How many films.
        least_people: At least so many people like both films, or the other one is left out.

    Returns:
        item_index and likeness, best first, ties by item_index, and how many people like both; fewer than k where
        fewer films share people who like them, none where nobody likes this one.

    Source: Aiolli (2013), "Efficient top-n recommendation for very large scale binary rated datasets", the asymmetric
        cosine.
    """
    nothing = np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.int64)
    try:
        liked = liked_matrix(atlas.dataset, 0.0)
    except CannotFitError:  # no ratings, or none that counts as liked
        return nothing
    at = np.flatnonzero(liked.indices == item)
    if not len(at):
        return nothing
    people = liked[np.searchsorted(liked.indptr, at, side="right") - 1]
    n_items = liked.shape[1]
    both = np.bincount(people.indices, minlength=n_items)
    products = people.T @ liked.data[at].astype(np.float64)
    squares = np.bincount(liked.indices, liked.data.astype(np.float64) ** 2, n_items)
    lengths = squares[item] ** BALANCE * squares ** (1 - BALANCE)
    likeness = (products / (lengths + SHRINKAGE)).astype(np.float32)
    likeness[both < max(least_people, 1)] = np.nan
    likeness[item] = np.nan
    best = top_k(likeness, k)
    return best, likeness[best], both[best].astype(np.int64)


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
