"""Few likes: one to five liked films and nothing else, and what anybody would accept as an answer.

What is acceptable follows from facts (`core.evaluation.related_films`): the same saga, the same maker and kind, shared
rare keywords, and what people like together that no method has learned from. So it is a question of taste, and no
prediction of what somebody will watch: a famous film that has nothing to do with the likes is no answer.
"""

import numpy as np
from scipy import sparse

from core.domain import Catalog, Interactions
from core.domain.profile import rating_weights
from core.errors import DatasetError, InvalidQueryError
from core.evaluation.related_films import RELATIONS, liked_together
from core.evaluation.splits.kinds import split_kind, take
from core.evaluation.splits.split import Split
from core.types import BoolVector, IndexVector

LIKES = (1, 2, 3, 4, 5)
"""How many liked films are named, a split each."""
LEAST_RATINGS = 20
"""Ratings in the train part of a film that is asked with: people name films that are known."""
LEAST_ACCEPTABLE = 5
LIKED_FROM = 0.5
"""Weight from which a rating is a like: 4 of 5 stars."""


@split_kind(
    "A few likes",
    "A person names one to five films that they like, and nothing else. A good answer belongs with one of them by facts: "
    "saga, maker and kind, rare keywords, or liked by the same people. Methods learn from the other half of the people.",
    reads_films=True,
)
def few_likes(
    interactions: Interactions, *, rng: np.random.Generator, catalog: Catalog, questions: int = 600
) -> tuple[Split, ...]:
    """One split for each number of likes, with questions / 5 people each; methods learn from half of all people.

    The other half decides what is liked together, and asks: with likes of theirs that are drawn at random among the films
    with `LEAST_RATINGS`. Nobody is asked twice with the same number of likes. `test` holds the acceptable films at the top
    of the scale; they are no ratings.
    """
    if questions < len(LIKES):
        raise InvalidQueryError(
            f"{questions} questions with few likes were asked for.", hint=f"Ask {len(LIKES)} or more."
        )
    n_users, n_items = interactions.ratings.shape
    is_learned = np.zeros(n_users, bool)
    is_learned[rng.permutation(n_users)[: n_users // 2]] = True
    train = take(interactions, np.repeat(is_learned, np.diff(interactions.ratings.indptr)))
    if not len(train):
        raise DatasetError(
            "There are too few people for a test of few likes.", hint="Choose a dataset with more ratings."
        )
    liked = _liked(interactions, ~is_learned)
    related = _related(catalog, liked[~is_learned])
    counts = train.item_counts()
    known = counts >= LEAST_RATINGS
    made = []
    for n_likes in LIKES:
        asked: dict[int, tuple[IndexVector, IndexVector]] = {}
        for person in rng.permutation(np.flatnonzero(~is_learned)).tolist():
            own = liked.indices[liked.indptr[person] : liked.indptr[person + 1]]
            own = own[known[own]]
            if len(own) < n_likes:
                continue
            likes = np.sort(rng.choice(own, n_likes, replace=False)).astype(np.int64)
            acceptable = np.unique(related[likes].indices).astype(np.int64)
            acceptable = acceptable[~np.isin(acceptable, likes) & (counts[acceptable] > 0)]
            if len(acceptable) >= LEAST_ACCEPTABLE:
                asked[person] = likes, acceptable
            if len(asked) == questions // len(LIKES):
                break
        if not asked:
            raise DatasetError(
                f"Nobody has {n_likes} liked films with {LEAST_ACCEPTABLE} others that belong with them.",
                hint="Choose a dataset with more ratings.",
            )
        users = np.array(sorted(asked), np.int64)
        known_films, acceptable_films = (
            _matrix([asked[user][part] for user in users.tolist()], n_items, train.scale[1])
            for part in (0, 1)
        )
        made.append(
            Split(
                f"few_likes[n={n_likes}]", train, users, known_films, acceptable_films,
                sparse.csr_matrix((len(users), n_items), dtype=bool),
                options={"given": list(LIKES), "n": n_likes, "questions": questions},
                left_out={"people who are learned from": int(is_learned.sum()),
                          "people who were not asked": n_users - int(is_learned.sum()) - len(users)},
                tests_ratings=False,
            )
        )  # fmt: skip
    return tuple(made)


def _liked(interactions: Interactions, people: BoolVector) -> sparse.csr_matrix:
    """(n_users, n_items) bool CSR of what some people like; the rows of all others are empty."""
    ratings = interactions.ratings
    weights = rating_weights(ratings.data, interactions.scale, is_explicit=interactions.is_explicit)
    keep = (weights >= LIKED_FROM) & np.repeat(people, np.diff(ratings.indptr))
    return take(interactions, keep).ratings.astype(bool)


def _related(catalog: Catalog, liked: sparse.csr_matrix) -> sparse.csr_matrix:
    """(n_items, n_items) bool CSR, films that belong together by any of the relations."""
    related = liked_together(liked)
    for relation in RELATIONS.values():
        related = related + relation(catalog)
    return sparse.csr_matrix(related, dtype=bool)


def _matrix(rows: list[IndexVector], n_items: int, value: float) -> sparse.csr_matrix:
    """(len(rows), n_items) float32 CSR with one value at the items of each row."""
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    indices = np.concatenate(rows)
    return sparse.csr_matrix(
        (np.full(len(indices), value, np.float32), indices, indptr), shape=(len(rows), n_items)
    )
