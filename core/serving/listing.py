"""From a method's best films to the list: how well known they should be, and how different from each other."""

import numpy as np
import numpy.typing as npt

from core.domain import Question
from core.errors import NotBuiltError
from core.recommenders import Recommender, VectorRecommender
from core.recommenders.fame import by_fame, candidates_for
from core.recommenders.ranking import diversify
from core.serving.atlas import Atlas
from core.serving.fame import Fame
from core.types import FloatVector, IndexVector

CANDIDATES_PER_K = 5
"""Diversity chooses among this many times k of the best films, 50 at least."""


def n_candidates(question: Question, k: int, *, by_words: bool = False) -> int:
    """How many of a method's best films a list of k is chosen from; more where it is joined with another ranking."""
    varied = _n_varied(k) if question.diversity or by_words else k
    return max(varied, candidates_for(k)) if question.fame else varied


def listed(
    atlas: Atlas,
    method: Recommender,
    found: tuple[IndexVector, FloatVector],
    question: Question,
    k: int,
    fame: Fame | None,
) -> IndexVector:
    """Places among the found films of those that are listed, first those that count most.

    Args:
        atlas: The films.
        method: Who found them.
        found: item_index of the best `n_candidates` films, best first, and their scores.
        question: Says how well known and how varied the list should be.
        k: How many to list.
        fame: How many people know each film; None = nobody knows, and the question's fame changes nothing.
    """
    items, scores = found
    places, values = np.arange(len(items)), np.asarray(scores, np.float64)
    if question.fame and fame is not None:
        places, values = by_fame(scores, fame.counts[items], question.fame, k)
    if question.diversity:
        places, values = places[: _n_varied(k)], values[: _n_varied(k)]
        places = _varied(atlas, method, items, places, values, k, question.diversity)
    return places[:k]


def _n_varied(k: int) -> int:
    return max(CANDIDATES_PER_K * k, 50)


def _varied(
    atlas: Atlas,
    method: Recommender,
    items: IndexVector,
    places: IndexVector,
    values: npt.NDArray[np.float64],
    k: int,
    diversity: float,
) -> IndexVector:
    """Maximal marginal relevance in the method's space, else in the first one built."""
    if not atlas.space_names:
        raise NotBuiltError(
            "Diversity needs an embedding, and none is built.", hint="Build one on the Data page."
        )
    space = method.space_ if isinstance(method, VectorRecommender) else atlas.space(atlas.space_names[0])
    return diversify(places, values.astype(np.float32), space.vectors[items[places]], k, diversity)
