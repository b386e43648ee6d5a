"""The few-likes question: one to three liked films and nothing else, and what anybody would accept as an answer.

What is acceptable follows from facts (`core.evaluation.related_films`): the same saga, the same maker and kind, shared
rare keywords, and what people like together that no method has learned from. Beside every acceptable film stands a
decoy, a film of the same fame that is related to none of the likes, so naming famous films is worth nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.domain import Dataset, Interactions, Profile
from core.domain.profile import rating_weights
from core.errors import DatasetError
from core.evaluation.related_films import RELATIONS, liked_together
from core.recommenders import Recommender
from core.recommenders.ranking import top_k
from core.types import IndexVector

DEPTH = 10
FAMOUS = 50
"""How many of the most rated films count as famous."""
LEAST_RATINGS = 20
"""Ratings in the train part of a film that is asked with: people name films that are known."""
LEAST_ACCEPTABLE = 5
MOST_LIKES = 3
LIKE_FAME = 0.05
"""A decoy has as many ratings as its film, but for this share of them and one more."""
LIKED_FROM = 0.5
"""Weight from which a rating is a like: 4 of 5 stars."""


@dataclass(frozen=True, eq=False)
class FewLikes:
    """One question.

    Attributes:
        likes: (1 to 3,) item_index.
        acceptable: (n,) item_index of the films that belong with one of the likes.
        decoys: (n,) for each of them a film of the same fame that belongs with none; -1 = there is none so famous.
    """

    likes: IndexVector
    acceptable: IndexVector
    decoys: IndexVector


@dataclass(frozen=True, eq=False)
class Bed:
    """The questions, and what methods may learn from.

    Attributes:
        dataset: The films with the ratings of half of the people; the others decide what is liked together.
        questions: Asked of every method alike.
        famous: item_index of the `FAMOUS` films with most ratings.
    """

    dataset: Dataset
    questions: tuple[FewLikes, ...]
    famous: IndexVector


@dataclass(frozen=True, eq=False)
class Answers:
    """What a method made of a bed, one value a question.

    Attributes:
        acceptable: Share of the first ten places, or of as many as there are acceptable films, held by those.
        famous: Share of the listed films that are among the most rated.
        over_decoys: Share of the acceptable films scored above their decoy, ties one half; naming famous films = 0.5.
    """

    acceptable: npt.NDArray[np.float64]
    famous: npt.NDArray[np.float64]
    over_decoys: npt.NDArray[np.float64]


def make_bed(dataset: Dataset, n_questions: int, rng: np.random.Generator) -> Bed:
    """Draw questions: of each, one to three films that one person of the other half likes.

    Raises:
        DatasetError: Nobody rated anything, or no question has enough acceptable films.
    """
    inter = dataset.interactions
    if inter.n_users < 2:
        raise DatasetError(f"{dataset.label} has too few people for a test of few likes.")
    order = rng.permutation(inter.n_users)
    learned, kept_out = np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])
    train = replace(dataset, interactions=_of_people(inter, learned))
    liked = _liked(inter, kept_out)
    related = liked_together(liked)
    for relation in RELATIONS.values():
        related = related + relation(dataset.catalog)
    related = sparse.csr_matrix(related, dtype=bool)
    counts = train.interactions.item_counts()
    known = counts >= LEAST_RATINGS
    questions: list[FewLikes] = []
    for attempt in range(50 * n_questions):
        if len(questions) == n_questions:
            break
        person = int(rng.integers(liked.shape[0]))
        own = liked.indices[liked.indptr[person] : liked.indptr[person + 1]]
        own = own[known[own]]
        n_likes = 1 + attempt % MOST_LIKES
        if len(own) < n_likes:
            continue
        likes = np.sort(rng.choice(own, n_likes, replace=False)).astype(np.int64)
        acceptable = np.unique(related[likes].indices).astype(np.int64)
        acceptable = acceptable[~np.isin(acceptable, likes) & (counts[acceptable] > 0)]
        if len(acceptable) >= LEAST_ACCEPTABLE:
            questions.append(FewLikes(likes, acceptable, _decoys(acceptable, likes, counts, rng)))
    if not questions:
        raise DatasetError(
            f"No few likes of {dataset.label} have {LEAST_ACCEPTABLE} films that belong with them."
        )
    famous = np.argsort(-counts, kind="stable")[:FAMOUS].astype(np.int64)
    return Bed(train, tuple(questions), famous)


def ask(method: Recommender, bed: Bed) -> Answers:
    """Ask a fitted method every question of a bed."""
    values = []
    for question in bed.questions:
        scores = method.score([Profile.of_likes(question.likes.tolist())])[0]
        allowed = np.ones(len(scores), bool)
        allowed[question.likes] = False
        listed = top_k(scores, DEPTH, allowed=allowed)
        ranked = np.where(np.isnan(scores), -np.inf, scores)
        with np.errstate(invalid="ignore"):  # neither can be scored: a tie
            above = np.nan_to_num(np.sign(ranked[question.acceptable] - ranked[question.decoys]))
        above = above[question.decoys >= 0]
        values.append(
            (
                np.isin(listed, question.acceptable).sum() / min(DEPTH, len(question.acceptable)),
                np.isin(listed, bed.famous).mean() if len(listed) else 0.0,
                float((above.mean() + 1) / 2) if len(above) else np.nan,
            )
        )
    acceptable, famous, over = np.array(values, np.float64).T
    return Answers(acceptable, famous, over)


def _of_people(inter: Interactions, people: IndexVector) -> Interactions:
    ratings = inter.ratings[people]
    return Interactions(ratings, inter.user_ids[people], None, inter.scale, inter.is_explicit)


def _liked(inter: Interactions, people: Sequence[int] | IndexVector) -> sparse.csr_matrix:
    ratings = inter.ratings[people]
    weights = rating_weights(ratings.data, inter.scale, is_explicit=inter.is_explicit)
    liked = sparse.csr_matrix((weights >= LIKED_FROM, ratings.indices, ratings.indptr), shape=ratings.shape)
    liked.eliminate_zeros()
    return liked


def _decoys(
    acceptable: IndexVector, likes: IndexVector, counts: IndexVector, rng: np.random.Generator
) -> IndexVector:
    """For each acceptable film an unrelated one with as many ratings, or nearly so; -1 where there is none."""
    free = counts > 0
    free[acceptable] = free[likes] = False
    jitter = rng.random(len(counts))
    found = np.full(len(acceptable), -1, np.int64)
    for place, item in enumerate(acceptable.tolist()):
        distance = np.where(free, np.abs(counts - counts[item]) + jitter, np.inf)
        nearest = int(distance.argmin())
        if distance[nearest] <= 1 + LIKE_FAME * counts[item]:
            found[place] = nearest
    return found
