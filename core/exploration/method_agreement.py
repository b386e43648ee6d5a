"""All methods on one question: which of them give nearly the same list, and which stand alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from core import recommenders
from core.compute.progress import Progress, no_progress
from core.domain import Question
from core.errors import AtlasError
from core.exploration.alike_order import standing_together
from core.exploration.rank_agreement import overlap_at_k, rank_biased_overlap
from core.serving import Atlas, recommend
from core.serving.choices import available_methods

Square = npt.NDArray[np.float64]
"""(n, n) float64, a row and a column for each method."""

NOT_LEARNED = "The build has not learned it, and learning it now would keep you waiting."
NOTHING = "No film is left that it could name."


@dataclass(frozen=True, eq=False)
class MethodAgreement:
    """How far all methods agree on one question; those that agree stand together.

    Attributes:
        methods: Names of the n methods that answered themselves, in the order of rows and columns.
        labels: Their names for people.
        lists: item_index of the films that each named, best first.
        overlap: (n, n) float64, share of films in common among the first k, see `overlap_at_k`.
        rbo: (n, n) float64, rank-biased overlap.
        silent: Label of every method that gave no list of its own -> why, in a plain sentence.
        k: How many films each was asked for.
    """

    methods: tuple[str, ...]
    labels: tuple[str, ...]
    lists: tuple[tuple[int, ...], ...]
    overlap: Square
    rbo: Square
    silent: Mapping[str, str]
    k: int


def agreement_of_all(
    atlas: Atlas, question: Question, k: int = 10, progress: Progress = no_progress
) -> MethodAgreement:
    """Ask every method that the build has learned, as it is set by default, and hold their lists against each other.

    Methods are ordered by hierarchical clustering (average linkage on 1 - RBO), neighbours as alike as can be.

    Args:
        atlas: The films.
        question: What is asked; its method and parameters do not count.
        k: How many films of each.
        progress: Told before every method.

    Raises:
        InvalidQueryError: No method could be asked this.
    """
    refused = dict(atlas.about.get("cannot_fit", {}))
    can = available_methods(atlas)
    silent = {
        recommenders.method_class(name).label: str(why)
        for name, why in refused.items()
        if name in recommenders.names()
    }
    found: dict[str, tuple[int, ...]] = {}
    for done, name in enumerate(can):
        label = recommenders.method_class(name).label
        progress(done, len(can), label)
        items, why = _asked(atlas, replace(question, method=name, params={}, k=k))
        if why:
            silent[label] = why
        else:
            found[name] = items
    progress(len(can), len(can))
    names, lists = list(found), list(found.values())
    overlap = _matrix(lists, lambda one, other: overlap_at_k(one, other, k))
    rbo = _matrix(lists, rank_biased_overlap)
    order = standing_together(1 - rbo)
    return MethodAgreement(
        tuple(names[n] for n in order),
        tuple(recommenders.method_class(names[n]).label for n in order),
        tuple(lists[n] for n in order),
        overlap[np.ix_(order, order)],
        rbo[np.ix_(order, order)],
        silent,
        k,
    )


def _asked(atlas: Atlas, question: Question) -> tuple[tuple[int, ...], str]:
    """What one method names; or why it has no list of its own."""
    if not atlas.manifest.has_method(question.method):
        return (), NOT_LEARNED
    try:
        answer = recommend(atlas, question)
    except AtlasError as error:
        return (), error.message
    if answer.fallback_for is not None:
        return (), next(iter(answer.notes), NOTHING)
    items = tuple(item.item_index for item in answer.items)
    return items, "" if items else NOTHING


def _matrix(
    lists: Sequence[Sequence[int]], measure: Callable[[Sequence[int], Sequence[int]], float]
) -> Square:
    """(n, n) of a symmetric measure of two lists."""
    matrix = np.ones((len(lists), len(lists)))
    for first, second in combinations(range(len(lists)), 2):
        matrix[first, second] = matrix[second, first] = measure(lists[first], lists[second])
    return matrix
