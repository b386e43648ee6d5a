"""Questions to begin a comparison with, found in the films at hand: ones on which methods agree in part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.domain import Question
from core.errors import AtlasError
from core.exploration.comparison import first_methods
from core.exploration.rating_statistics import user_counts
from core.models.preference_matrix import liked_matrix
from core.serving import Atlas, recommend
from core.serving.fame import fame_of
from core.text import words
from core.types import IndexVector

Square = npt.NDArray[np.float64]

WELL_KNOWN = 60
"""Questions are made of so many films, the best known of all."""
MOST_FILMS = 3
"""Films of one question at most."""
TRIED = 8
"""So many questions of either kind are asked, for the best of them."""
PERSON_RATINGS = (30, 100)
"""Fewest and most ratings of a person to begin with: enough to be known by, few enough to be read."""


@dataclass(frozen=True)
class StartingPoint:
    """A question to begin with, and what comes of it.

    Attributes:
        likes: item_index of two or three films, empty where it is a person.
        user: user_index, None where it is films.
        methods: Names of the methods it was tried with.
        agreed: How many films all of them name.
        shared: How many films more than one but not all of them name.
        single: How many films one of them names alone.
    """

    likes: tuple[int, ...]
    user: int | None
    methods: tuple[str, ...]
    agreed: int
    shared: int
    single: int


def best_known_film(atlas: Atlas) -> int:
    """item_index of the film that most people know: by ratings, or by the source's votes where nobody rated."""
    known = fame_of(atlas)
    return int(np.argmax(known.counts)) if known else 0


def starting_points(atlas: Atlas, *, n_films: int = 2, k: int = 10) -> list[StartingPoint]:
    """Questions on which the first methods neither agree nor go apart entirely: some of films, then one person's.

    Films are well known ones that go together, by who likes them or, where nobody has rated, by what they are about;
    people are those with 30 to 100 ratings. A few of each are asked, and those are kept on which the methods give most of
    both: films that all name, and films that one names alone. The same every time.

    Args:
        atlas: The films.
        n_films: How many questions of films.
        k: Length of the lists.

    Returns:
        The more telling ones first, films before the person; without a person where none has so many ratings. Fewer, or
        none, where fewer than two methods answer.
    """
    methods = first_methods(atlas)
    sets = _film_sets(atlas)
    tried = [found for likes in sets if (found := _tried(atlas, methods, k, likes=likes))]
    best: list[StartingPoint] = []
    # what belongs together makes the better question: a strange third film costs as much as a dull answer
    for one in sorted(tried, key=lambda one: _worth(one) * sets[one.likes], reverse=True):
        if len(best) < n_films and not any(set(one.likes) & set(other.likes) for other in best):
            best.append(one)
    methods = first_methods(atlas, of_person=True)
    people = [found for user in _people(atlas) if (found := _tried(atlas, methods, k, user=user))]
    return best + sorted(people, key=_worth, reverse=True)[:1]


def _worth(point: StartingPoint) -> int:
    """The rarer of what all share and of what only one has: 0 where either is missing."""
    return min(point.agreed, point.single)


def _tried(
    atlas: Atlas, methods: Sequence[str], k: int, *, likes: tuple[int, ...] = (), user: int | None = None
) -> StartingPoint | None:
    """What comes of a question; None where fewer than two methods have an answer of their own."""
    question = Question(likes=likes, user=user, k=k)
    lists = []
    for method in methods:
        try:
            answer = recommend(atlas, replace(question, method=method))
        except AtlasError:  # the page says it where the method is asked
            continue
        if answer.fallback_for is None and answer.items:
            lists.append([item.item_index for item in answer.items])
    if len(lists) < 2:
        return None
    _, counts = np.unique(np.concatenate(lists), return_counts=True)
    agreed, single = int((counts == len(lists)).sum()), int((counts == 1).sum())
    return StartingPoint(likes, user, tuple(methods), agreed, len(counts) - agreed - single, single)


def _film_sets(atlas: Atlas) -> dict[tuple[int, ...], float]:
    """Pairs and threes of well-known films that go together, and how well the two do that go together least.

    No two sets of one size share a film.
    """
    known = _well_known(atlas)
    alike = _likeness(atlas, known)
    first, second = np.triu_indices(len(known), 1)
    order = np.argsort(-alike[first, second], kind="stable")
    pairs = list(zip(first[order].tolist(), second[order].tolist(), strict=True))
    sets: dict[tuple[int, ...], float] = {}
    for size in range(2, MOST_FILMS + 1):
        free = np.ones(len(known), bool)
        for pair in pairs:
            together = list(pair)
            while free[together].all() and len(together) < size:
                nearest = np.where(free, alike[together].min(axis=0), -np.inf)
                together.append(int(np.argmax(nearest)))
            least = min(float(alike[one, other]) for one, other in combinations(together, 2))
            if free[together].all() and np.isfinite(least):
                free[together] = False
                sets[tuple(int(known[place]) for place in together)] = least
            if (~free).sum() >= size * (TRIED // (MOST_FILMS - 1)):
                break
    return sets


def _well_known(atlas: Atlas) -> IndexVector:
    """(n,) item_index of the best known films, by ratings, or by votes where nobody rated."""
    counts = atlas.counts
    if not len(atlas.interactions):
        counts = atlas.catalog.items["n_votes"].fillna(0).to_numpy(np.int64)
    return np.argsort(-counts, kind="stable")[:WELL_KNOWN].astype(np.int64)


def _likeness(atlas: Atlas, items: IndexVector) -> Square:
    """(n, n) float64 how well films go together; -inf for a film and itself, and for two of one maker or saga.

    The mean of two cosines: of who likes them, and of the first embedding; the other one alone where one is missing.
    """
    found = []
    if len(atlas.interactions):
        liked = sparse.csr_matrix(liked_matrix(atlas.dataset, 0.0)[:, items].T, dtype=np.float64)
        found.append((liked @ liked.T).toarray())
    if atlas.space_names:
        vectors = np.asarray(atlas.space(atlas.space_names[0]).vectors[items], np.float64)
        found.append(vectors @ vectors.T)
    alike = np.zeros((len(items), len(items)))
    for product in found:
        lengths = np.sqrt(np.maximum(np.diag(product), 1e-12))
        alike += product / np.outer(lengths, lengths) / len(found)
    films = [atlas.catalog.film(int(item)) for item in items]
    names = [{*film.directors, *words(film.title)} for film in films]
    for row, own in enumerate(names):
        alike[row, [not own.isdisjoint(other) for other in names]] = -np.inf
    np.fill_diagonal(alike, -np.inf)
    return alike


def _people(atlas: Atlas) -> list[int]:
    """user_index of a few people with 30 to 100 ratings, spread evenly over those counts."""
    if not len(atlas.interactions):
        return []
    counts = user_counts(atlas.interactions)
    fewest, most = PERSON_RATINGS
    fit = np.flatnonzero((counts >= fewest) & (counts <= most))
    fit = fit[np.argsort(counts[fit], kind="stable")]
    places = np.linspace(0, len(fit) - 1, min(TRIED, len(fit))).round().astype(np.int64)
    return [int(user) for user in fit[np.unique(places)]]


def starting_label(atlas: Atlas, point: StartingPoint) -> str:
    """What a starting point asks and what comes of it, in words."""
    if point.user is None:
        asks = " and ".join(atlas.titles.labels[item] for item in point.likes)
    else:
        n = len(atlas.interactions.history(point.user)[0])
        asks = f"Person {atlas.interactions.user_ids[point.user]}, who rated {n:,} films"
    return f"{asks}: all methods name {point.agreed}, {point.single} are named by one alone"
