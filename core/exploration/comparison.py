"""Several methods on one question: how far their lists agree, and how well known the films are that each names."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import combinations
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from core import recommenders
from core.domain import Answer, Question
from core.errors import AtlasError, InvalidQueryError, NotBuiltError, SameMethodError
from core.exploration.list_figures import ListPopularity, popularity
from core.exploration.rank_agreement import overlap_at_k, rank_biased_overlap
from core.recommenders import Ability
from core.recommenders.ranking import validate_k
from core.serving import Atlas, make_profile, recommend
from core.serving.choices import available_methods, default_method

FEWEST_METHODS, MOST_METHODS = 2, 4
"""How many lists can be read side by side."""

FIRST_SHOWN = 3
"""How many are compared before anybody has chosen."""

FIRST_METHODS = ("ease", "user_knn", "content", "triplet")
"""What stands beside the default method, the first that can be: what is liked together, and by whom; where nobody has
rated, what films are about. They share films and yet differ."""

FIRST_FOR_PEOPLE = ("user_knn", "popularity", "content")
"""The same for a long history, which the default method answers like EASE."""

_READS_TEXT: WeakKeyDictionary[Atlas, set[str]] = WeakKeyDictionary()
"""Spaces whose model for texts is loaded."""


class Mark(StrEnum):
    """How many of the compared methods name a film."""

    ALL = "all agree"
    SOME = "some agree"
    ONE = "only here"


@dataclass(frozen=True)
class Column:
    """One method's part of a comparison: its answer, or the error that kept it from answering.

    Attributes:
        question: What it was asked.
        label: Its name for people, with the parameters that tell it from another column of the same method.
        answer: None where there is an error.
        error: None where there is an answer.
        popularity: Of its films; None without an answer or without ratings.
    """

    question: Question
    label: str
    answer: Answer | None = None
    error: AtlasError | None = None
    popularity: ListPopularity | None = None

    @property
    def items(self) -> tuple[int, ...]:
        """item_index of the films named, best first."""
        return tuple(item.item_index for item in self.answer.items) if self.answer else ()

    @property
    def stand_in(self) -> str:
        """Label of the method that answered in this one's place, "" where it answered itself."""
        if self.answer is None or self.answer.fallback_for is None:
            return ""
        return recommenders.method_class(self.answer.method).label

    @property
    def is_compared(self) -> bool:
        """Whether the list is the method's own; where another method answered in its place, agreement means nothing."""
        return bool(self.items) and not self.stand_in


@dataclass(frozen=True)
class Pair:
    """How far two columns agree.

    Attributes:
        first, second: Numbers of the columns, first < second.
        common: Films that both name.
        longest: Length of the longer list.
        overlap: common / longest.
        rbo: Rank-biased overlap.
    """

    first: int
    second: int
    common: int
    longest: int
    overlap: float
    rbo: float


@dataclass(frozen=True)
class Comparison:
    """What several methods answered to one question.

    Attributes:
        columns: In the order asked.
        pairs: Every two of the columns that are compared.
        k: How many films each was asked for.
        catalog: All films' popularity, to hold the columns' against; None without ratings.
        known: Popularity of the films that the question names or the person rated; None without ratings or films.
    """

    columns: tuple[Column, ...]
    pairs: tuple[Pair, ...]
    k: int
    catalog: ListPopularity | None = None
    known: ListPopularity | None = None

    @property
    def compared(self) -> tuple[int, ...]:
        """Numbers of the columns whose lists are compared."""
        return tuple(number for number, column in enumerate(self.columns) if column.is_compared)

    @cached_property
    def ranks(self) -> Mapping[int, Mapping[int, int]]:
        """For every film of a compared column: its rank in each compared column that names it."""
        found: dict[int, dict[int, int]] = {}
        for number in self.compared:
            for rank, item in enumerate(self.columns[number].items, start=1):
                found.setdefault(item, {})[number] = rank
        return found

    @property
    def agreed(self) -> tuple[int, ...]:
        """item_index of the films that all compared columns name, by mean rank; empty for fewer than two columns."""
        n = len(self.compared)
        shared = [item for item, ranks in self.ranks.items() if len(ranks) == n >= FEWEST_METHODS]
        return tuple(sorted(shared, key=lambda item: (sum(self.ranks[item].values()), item)))

    def mark(self, item: int) -> Mark | None:
        """How many compared columns name a film; None where fewer than two are compared, or none names it."""
        n = len(self.ranks.get(item, ()))
        if len(self.compared) < FEWEST_METHODS or not n:
            return None
        return Mark.ALL if n == len(self.compared) else Mark.ONE if n == 1 else Mark.SOME

    def pair(self, first: int, second: int) -> Pair | None:
        """Two columns' agreement, in either order; None where one of them is not compared."""
        wanted = (min(first, second), max(first, second))
        return next((pair for pair in self.pairs if (pair.first, pair.second) == wanted), None)


def compare(atlas: Atlas, questions: Sequence[Question]) -> Comparison:
    """Ask several methods the same and hold their lists against each other.

    A method that cannot answer leaves its error in its own column. A list that another method gave in its place
    (`Answer.fallback_for`) is shown but not compared. Methods are opened before their time is taken.

    Args:
        atlas: The films.
        questions: 2 to 4, the same but for method and params.

    Raises:
        InvalidQueryError: Too few or too many, not the same question, one that no method could be asked, or a method
            twice with the same settings.
    """
    if not FEWEST_METHODS <= len(questions) <= MOST_METHODS:
        raise InvalidQueryError(
            f"{len(questions)} methods were to be compared.",
            hint=f"Choose {FEWEST_METHODS} to {MOST_METHODS}.",
        )
    asked = [replace(question, method="", params={}) for question in questions]
    if any(other != asked[0] for other in asked[1:]):
        raise InvalidQueryError("The methods were asked different things, so their lists cannot be compared.")
    _validate_different(atlas, questions)
    profile = make_profile(atlas, asked[0])
    atlas.filters.mask(asked[0].filters)
    k = validate_k(asked[0].k, len(atlas.catalog))
    columns = tuple(
        _column(atlas, question, label) for question, label in zip(questions, _labels(questions), strict=True)
    )
    compared = [number for number, column in enumerate(columns) if column.is_compared]
    return Comparison(
        columns,
        tuple(_pair(columns, first, second, k) for first, second in combinations(compared, 2)),
        k,
        popularity(atlas, np.arange(len(atlas.catalog))),
        popularity(atlas, profile.items) if len(profile.items) else None,
    )


def _validate_different(atlas: Atlas, questions: Sequence[Question]) -> None:
    """Refuse a method that would be held against itself: its list would agree with itself, which says nothing."""
    asked: list[tuple[str, Any]] = []
    for question in questions:
        try:
            method = recommenders.create_for(question.method, atlas.space_names, **question.params)
        except AtlasError:  # what is wrong with a method is said in its own column
            continue
        if (question.method, method.params) in asked:
            raise SameMethodError(
                f"{method.label} was chosen twice with the same settings, so there is nothing to compare.",
                hint="Choose another method, or give one of the two other settings.",
            )
        asked.append((question.method, method.params))


def _column(atlas: Atlas, question: Question, label: str) -> Column:
    try:
        _open(atlas, question)
        answer = recommend(atlas, question)
    except AtlasError as error:
        return Column(question, label, error=error)
    items = np.array([item.item_index for item in answer.items], np.int64)
    return Column(question, label, answer, popularity=popularity(atlas, items))


def _open(atlas: Atlas, question: Question) -> None:
    """Load what the first answer of all would have to wait for: the table, the method, the model that reads texts."""
    with suppress(NotBuiltError):
        _ = atlas.table
    method = atlas.methods.fitted(question.method, question.params)
    if not question.text or Ability.TEXT not in method.abilities:
        return
    read = _READS_TEXT.setdefault(atlas, set())
    for name in set(method.needs()) - read:
        if (space := atlas.space(name)).encode_texts is not None:
            space.encode_texts(["film"])
            read.add(name)


def _labels(questions: Sequence[Question]) -> list[str]:
    """Names for people; parameters stand behind the names of methods that are asked twice."""
    names = [question.method for question in questions]
    found = []
    for question in questions:
        label = recommenders.method_class(question.method).label
        if names.count(question.method) > 1:
            changed = ", ".join(
                f"{name.replace('_', ' ')} {value}" for name, value in question.params.items()
            )
            label = f"{label} ({changed or 'usual settings'})"
        found.append(label)
    return found


def _pair(columns: Sequence[Column], first: int, second: int, k: int) -> Pair:
    one, other = columns[first].items, columns[second].items
    return Pair(
        first,
        second,
        len(set(one) & set(other)),
        max(len(one), len(other)),
        overlap_at_k(one, other, k),
        rank_biased_overlap(one, other),
    )


def first_methods(atlas: Atlas, *, by_words: bool = False, of_person: bool = False) -> list[str]:
    """The three methods to compare before anybody has chosen; fewer where fewer are available.

    Args:
        atlas: The films.
        by_words: Whether words are all that is asked with: then all should read them.
        of_person: Whether somebody's long history is asked with.
    """
    available = [
        name
        for name in available_methods(atlas)
        if not by_words or Ability.TEXT in recommenders.method_class(name).abilities
    ]
    beside = FIRST_FOR_PEOPLE if of_person else FIRST_METHODS
    first = dict.fromkeys((default_method(atlas), *beside))
    chosen = [name for name in first if name in available]
    return [*chosen, *(name for name in available if name not in chosen)][:FIRST_SHOWN]
