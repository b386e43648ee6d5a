"""Which of somebody's many films speak for another one: those that are alike, named by what they share with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

import numpy as np

from core.domain import Catalog, Film
from core.types import FloatVector, IndexVector

FEWEST_FILMS = 3
"""So many films make a group."""
LEAST_SHARE = 0.05
"""A group that carries less of what speaks for a film is not worth naming."""
LEAST_LIFT = 1.5
"""Nor one that carries hardly more than as many films of the history do on average."""
MOST_GROUPS = 2


@dataclass(frozen=True)
class Group:
    """Films of a history that share something with a recommended one.

    Attributes:
        words: What they are, as it follows "23 of your": "films by Michael Mann".
        places: Rows of the history, those that contribute most first.
        share: What they carry of all that speaks for the film.
    """

    words: str
    places: tuple[int, ...]
    share: float


def facts_of(film: Film) -> frozenset[str]:
    """What a group can share, in words: makers, players, subjects, one genre or two, a genre and a decade."""
    return frozenset(_facts(film))


def _facts(film: Film) -> Iterator[str]:
    yield from (f"films by {name}" for name in film.directors)
    yield from (f"films with {name}" for name in film.cast)
    yield from (f"films about {word}" for word in film.keywords)
    genres = sorted(film.genres)
    yield from (f"{genre} films" for genre in genres)
    yield from (f"{one} and {other} films" for one, other in combinations(genres, 2))
    if film.year is not None:
        yield from (f"{genre} films of the {film.year // 10 * 10}s" for genre in genres)


def history_facts(catalog: Catalog, history: IndexVector) -> Mapping[str, IndexVector]:
    """Rows of a history by what its films share; only what `FEWEST_FILMS` of them do."""
    rows: dict[str, list[int]] = {}
    for row, item in enumerate(history.tolist()):
        for fact in facts_of(catalog.film(item)):
            rows.setdefault(fact, []).append(row)
    return {fact: np.array(own, np.int64) for fact, own in rows.items() if len(own) >= FEWEST_FILMS}


def groups_of(film: Film, shared: Mapping[str, IndexVector], contributions: FloatVector) -> Sequence[Group]:
    """The groups of a history that speak for a film, strongest first, without a film in common.

    Of all that a film shares with the history, the one thing is taken whose films carry most beyond what as many of
    the films that speak for it carry on average: the largest share * log(lift), where lift = share / (films / all such
    films). Its films are set aside, and so on.

    Args:
        film: The recommended one.
        shared: See `history_facts`.
        contributions: (n_history,) what each film of the history adds to the score; below 0 = speaks against it.
    """
    for_it = np.maximum(np.asarray(contributions, np.float64), 0)
    total = float(for_it.sum())
    free = for_it > 0
    n_for_it = int(free.sum())
    facts = sorted(facts_of(film) & shared.keys())
    found: list[Group] = []
    while len(found) < MOST_GROUPS and total > 0:
        best: tuple[float, str, IndexVector, float] | None = None
        for fact in facts:
            rows = shared[fact][free[shared[fact]]]
            share = float(for_it[rows].sum()) / total
            lift = share * n_for_it / max(len(rows), 1)
            if len(rows) < FEWEST_FILMS or share < LEAST_SHARE or lift < LEAST_LIFT:
                continue
            value = share * log(lift)
            if best is None or value > best[0]:
                best = (value, fact, rows, share)
        if best is None:
            break
        _, fact, rows, share = best
        ordered = rows[np.argsort(-for_it[rows], kind="stable")]
        found.append(Group(fact, tuple(ordered.tolist()), share))
        free[rows] = False
    return sorted(found, key=lambda group: -group.share)
