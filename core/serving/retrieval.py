"""Candidates and their scores: from the table of films, the table of people, or a method's own scores."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.domain import Filters, Profile
from core.recommenders import Recommender, VectorRecommender
from core.recommenders.collaborative.user_vectors import UserVectors
from core.recommenders.ranking import fused, top_k
from core.serving.atlas import Atlas
from core.serving.fame import fame_of
from core.types import BoolVector, FloatVector, IndexVector

WEIGHT_OF_WORDS = 0.5
"""How much the films that have a question's very words count beside what a method makes of it."""
WEIGHT_OF_FAME = 0.3
"""How much it counts which of them are known best. Both were chosen on the films of bench/word_questions.toml that are
described by their plot."""


@dataclass(frozen=True, eq=False)
class Among:
    """Which films may be recommended, as typed filters and as a mask, and how many are wanted."""

    filters: Filters
    allowed: BoolVector
    n: int


_Found = tuple[IndexVector, FloatVector]
"""item_index of the best films, and their scores."""


def _from_movies(atlas: Atlas, method: Recommender, profile: Profile, among: Among) -> _Found:
    """The nearest films, from the table of films."""
    assert isinstance(method, VectorRecommender)
    query = method.query_vectors([profile])[0]
    if np.isnan(query).any():
        return np.empty(0, np.int64), np.empty(0, np.float32)
    items, distances = atlas.table.search(
        method.space_.name,
        query,
        among.n,
        metric=method.space_.metric,
        filters=among.filters,
        excluded=profile.excluded,
    )
    return items, method.score_of_distance(distances)


def _from_users(atlas: Atlas, method: Recommender, profile: Profile, among: Among) -> _Found:
    """The films that the most similar people of the table like; the table holds them as they were built."""
    assert isinstance(method, UserVectors)
    if not atlas.methods.is_as_built(method):
        return _from_scores(atlas, method, profile, among)
    users, similarities = nearest_users(atlas, method, profile, method.params.n_neighbors)
    scores = method.score_from_users(users, similarities)
    items = top_k(scores, among.n, allowed=among.allowed)
    return items, scores[items]


def _from_scores(atlas: Atlas, method: Recommender, profile: Profile, among: Among) -> _Found:
    """The best of the method's exact scores."""
    scores = method.score([profile])[0]
    items = top_k(scores, among.n, allowed=among.allowed)
    return items, scores[items]


SERVED: dict[str, Callable[[Atlas, Recommender, Profile, Among], _Found]] = {
    "movies": _from_movies,
    "users": _from_users,
    "": _from_scores,
}
"""Who answers for a method, by its `served_by`."""


def nearest_users(
    atlas: Atlas, method: UserVectors, profile: Profile, k: int
) -> tuple[IndexVector, FloatVector]:
    """user_index and cosine similarity above 0 of the k people most like a profile, itself left out; nearest first."""
    query = method.user_query(profile)
    if np.isnan(query).any():
        return np.empty(0, np.int64), np.empty(0, np.float32)
    own = [] if profile.user is None else [profile.user]
    users, distances = atlas.users.search(method.name, query, k, excluded=own)
    similarities = (1 - distances).astype(np.float32)
    return users[similarities > 0], similarities[similarities > 0]


def with_words(atlas: Atlas, items: IndexVector, profile: Profile, among: Among) -> _Found:
    """The method's ranking joined with that of the films in whose own text the words stand (BM25), the better known first.

    An embedding finds what is meant, and misses names and rare words that the index has; of films that fit alike, who
    describes one means the one that people know.
    """
    exact = atlas.table.matching_text(profile.text, among.n, filters=among.filters, excluded=profile.excluded)
    rankings, weights = [items, exact], [1.0, WEIGHT_OF_WORDS]
    if fame := fame_of(atlas):
        found = np.union1d(items, exact)
        rankings.append(found[np.lexsort((found, -fame.counts[found]))])
        weights.append(WEIGHT_OF_FAME)
    return fused(rankings, weights)
