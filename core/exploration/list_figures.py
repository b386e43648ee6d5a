"""One list of films in figures: how well known its films are, how varied, from when, and of which genres."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from core.evaluation.metrics.beyond_accuracy import diversity, novelty
from core.exploration.rating_statistics import long_tail, user_counts
from core.serving import Atlas
from core.types import IndexVector

UNKNOWN = "unknown"
"""What films without a year, or without a genre, are counted as."""


@dataclass(frozen=True)
class ListPopularity:
    """How well known some films are; NaN where there is no film.

    Attributes:
        tail_share: Share of them in the long tail, see `core.exploration.rating_statistics.long_tail`.
        median_ratings: Half of them have fewer ratings than this.
    """

    tail_share: float
    median_ratings: float


def popularity(atlas: Atlas, items: IndexVector) -> ListPopularity | None:
    """How well known films are.

    Args:
        atlas: The films and their ratings.
        items: (n,) item_index.

    Returns:
        None where the dataset has no ratings.
    """
    if not len(atlas.interactions):
        return None
    if not len(items):
        return ListPopularity(nan, nan)
    return ListPopularity(float(long_tail(atlas.counts)[items].mean()), float(np.median(atlas.counts[items])))


@dataclass(frozen=True)
class ListFigures:
    """What a list is made of.

    Attributes:
        n_films: How many films it has.
        novelty: Mean of -log2 of the share of people who rated a film, in bits; NaN without ratings or films. See
            `core.evaluation.metrics.beyond_accuracy.novelty`.
        variety: Mean of 1 - cosine over all pairs of films in one embedding, the same for every list: 0 = all alike. NaN
            for fewer than two films with a vector. See `core.evaluation.metrics.beyond_accuracy.diversity`.
        decades: Share of the films of each decade ("1990s"), oldest first, unknown last; they add up to 1.
        genres: Share of each genre, largest first; a film counts in equal parts for each of its genres, so that they add
            up to 1.
    """

    n_films: int
    novelty: float
    variety: float
    decades: Mapping[str, float]
    genres: Mapping[str, float]


def list_figures(atlas: Atlas, items: IndexVector, space: str) -> ListFigures:
    """What a list is made of.

    Args:
        atlas: The films and their ratings.
        items: (n,) item_index, in any order.
        space: The embedding in which films are compared.

    Raises:
        NotBuiltError: There is no such embedding.
    """
    n = len(items)
    if not n:
        return ListFigures(0, nan, nan, {}, {})
    row = np.asarray(items, np.int64)[None, :]
    people = int((user_counts(atlas.interactions) > 0).sum())
    bits = float(novelty(row, atlas.counts, people, [n])[0, 0]) if people else nan
    # of this list's vectors alone: an embedding has many more rows
    vectors = np.asarray(atlas.space(space).vectors[row[0]], np.float32)
    spread = float(diversity(np.arange(n)[None, :], vectors, [n])[0, 0])
    return ListFigures(n, bits, spread, _decades(atlas, row[0]), _genres(atlas, row[0]))


def _decades(atlas: Atlas, items: IndexVector) -> dict[str, float]:
    years = [atlas.catalog.film(int(item)).year for item in items]
    counts = Counter(UNKNOWN if year is None else f"{year // 10 * 10}s" for year in years)
    return {
        name: counts[name] / len(items) for name in sorted(counts, key=lambda name: (name == UNKNOWN, name))
    }


def _genres(atlas: Atlas, items: IndexVector) -> dict[str, float]:
    shares: Counter[str] = Counter()
    for item in items:
        own = atlas.catalog.film(int(item)).genres or (UNKNOWN,)
        for genre in own:
            shares[genre] += 1 / len(own) / len(items)  # type: ignore[assignment]
    return dict(sorted(shares.items(), key=lambda pair: (-pair[1], pair[0])))


def figures_of(atlas: Atlas, items: Sequence[int], space: str) -> ListFigures:
    """`list_figures` of item_index in any sequence."""
    return list_figures(atlas, np.array(items, np.int64), space)
