"""How far two embeddings agree on which films are alike: on every film, and all of them on the whole."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.exploration.rank_agreement import rank_biased_overlaps
from core.serving import Atlas

ENOUGH_RATINGS = 20
"""Of films that fewer people rated hardly anybody can say which of two embeddings is right."""


@dataclass(frozen=True, eq=False)
class EmbeddingAgreement:
    """How far two embeddings agree on the nearest films of every film.

    Attributes:
        first, second: Names of the two.
        jaccard: (n_items,) float64 share of the films that both name of those that either names; NaN = the film has no
            neighbours in one of them.
        rbo: (n_items,) float64 rank-biased overlap, see `core.exploration.rank_agreement`; NaN alike.
        k: How many nearest films are held against each other.
    """

    first: str
    second: str
    jaccard: npt.NDArray[np.float64]
    rbo: npt.NDArray[np.float64]
    k: int

    @property
    def n_items(self) -> int:
        """On how many films the two can be compared."""
        return int((~np.isnan(self.jaccard)).sum())


@dataclass(frozen=True)
class Disputed:
    """A film that two embeddings see differently.

    Attributes:
        item_index: The film.
        jaccard, rbo: How far they agree on it.
        first, second: item_index of its nearest films in each, nearest first.
    """

    item_index: int
    jaccard: float
    rbo: float
    first: tuple[int, ...]
    second: tuple[int, ...]


def embedding_agreement(atlas: Atlas, first: str, second: str) -> EmbeddingAgreement:
    """Hold two embeddings against each other, film by film, by the neighbours that are stored beside their maps.

    Raises:
        NotBuiltError: One of them is not built.
    """
    one, other = atlas.neighbours(first), atlas.neighbours(second)
    known = (one[:, 0] >= 0) & (other[:, 0] >= 0)
    rows = np.flatnonzero(known)
    common = ((one[rows, :, None] == other[rows, None, :]) & (one[rows] >= 0)[:, :, None]).sum((1, 2))
    either = (one[rows] >= 0).sum(1) + (other[rows] >= 0).sum(1) - common
    jaccard, rbo = np.full((2, len(one)), np.nan)
    jaccard[rows] = common / either
    rbo[rows] = rank_biased_overlaps(one[rows], other[rows])
    return EmbeddingAgreement(first, second, jaccard, rbo, one.shape[1])


def most_disputed(
    atlas: Atlas, found: EmbeddingAgreement, n: int = 20, *, least_ratings: int = ENOUGH_RATINGS
) -> list[Disputed]:
    """The films on which two embeddings agree least, by rank-biased overlap; of equal ones the most rated first.

    Args:
        atlas: The dataset.
        found: How far the two agree.
        n: How many films.
        least_ratings: Films that fewer people rated are left out; where nobody rated anything, none is.
    """
    counts = atlas.counts
    may = ~np.isnan(found.rbo) & ((counts >= least_ratings) | (not len(atlas.interactions)))
    rows = np.flatnonzero(may)
    order = rows[np.lexsort((rows, -counts[rows], np.round(found.rbo[rows], 9)))][:n]
    one, other = atlas.neighbours(found.first), atlas.neighbours(found.second)
    return [
        Disputed(
            int(item),
            float(found.jaccard[item]),
            float(found.rbo[item]),
            _named(one[item]),
            _named(other[item]),
        )
        for item in order
    ]


def agreement_table(atlas: Atlas) -> pd.DataFrame:
    """All pairs of embeddings of a dataset, those that agree most first.

    Returns:
        Columns `first`, `second`, `jaccard`, `rbo` (means over films; NaN = no film is in both) and `n_items`.
    """
    rows = []
    for first, second in combinations(atlas.space_names, 2):
        found = embedding_agreement(atlas, first, second)
        means = [float(np.nanmean(m)) if found.n_items else np.nan for m in (found.jaccard, found.rbo)]
        rows.append((first, second, *means, found.n_items))
    frame = pd.DataFrame(rows, columns=["first", "second", "jaccard", "rbo", "n_items"])
    return frame.sort_values("rbo", ascending=False, kind="stable", ignore_index=True)


def _named(row: npt.NDArray[np.int32]) -> tuple[int, ...]:
    return tuple(int(item) for item in row if item >= 0)
