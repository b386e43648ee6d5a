"""How far two embeddings agree on what lies near a film."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from core import embeddings
from core.exploration.rank_agreement import PERSISTENCE
from core.serving import Atlas

Neighbours = npt.NDArray[np.int32]
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FilmAgreement:
    """Agreement on every film.

    Attributes:
        jaccard: (n_items,) common nearest films as a share of all that either names; NaN without a vector in both.
        overlap: (n_items,) rank-biased overlap of the two lists of nearest films, likewise.
        k: Over how many nearest films.
    """

    jaccard: Shares
    overlap: Shares
    k: int


def film_agreement(atlas: Atlas, one: str, other: str) -> FilmAgreement:
    """Agreement of two embeddings on every film, from the neighbours that the build has kept.

    Raises:
        NotBuiltError: A map was made before they were kept.
    """
    first, second = atlas.neighbours(one), atlas.neighbours(other)
    return agreement_of(first, second)


def agreement_of(first: Neighbours, second: Neighbours, *, p: float = PERSISTENCE) -> FilmAgreement:
    """Agreement of two tables of nearest films.

    Args:
        first: (n_items, k) item_index, nearest first, each once in a row; -1 = none.
        second: Likewise.
        p: Persistence of rank-biased overlap.

    Source: Webber, Moffat, Zobel (2010), "A similarity measure for indefinite rankings", ACM TOIS 28(4), equation 30
        (RBO_ext of two lists of one length).
    """
    k = first.shape[1]
    same = (first[:, :, None] == second[:, None, :]) & (first >= 0)[:, :, None]
    common = np.stack([same[:, :depth, :depth].sum((1, 2)) for depth in range(1, k + 1)], axis=1).astype(
        float
    )
    lengths = (first >= 0).sum(1) + (second >= 0).sum(1)
    known = (first[:, 0] >= 0) & (second[:, 0] >= 0)
    depth = np.arange(1, k + 1)
    weighted = (common / depth * p**depth).sum(1)
    overlap = common[:, -1] / k * p**k + (1 - p) / p * weighted
    with np.errstate(invalid="ignore", divide="ignore"):
        jaccard = common[:, -1] / (lengths - common[:, -1])
    return FilmAgreement(np.where(known, jaccard, np.nan), np.where(known, overlap, np.nan), k)


def most_disputed(atlas: Atlas, one: str, other: str, n: int, *, least_ratings: int = 0) -> list[int]:
    """The films on which two embeddings agree least, the best known of equal ones first.

    Args:
        atlas: The films.
        one: An embedding.
        other: Another.
        n: How many.
        least_ratings: Films with fewer ratings are left out.
    """
    found = film_agreement(atlas, one, other)
    counts = atlas.counts
    allowed = np.flatnonzero(~np.isnan(found.overlap) & (counts >= least_ratings))
    order = np.lexsort((allowed, -counts[allowed], found.overlap[allowed], found.jaccard[allowed]))
    return [int(item) for item in allowed[order[:n]]]


def agreement_table(atlas: Atlas, spaces: Sequence[str]) -> pd.DataFrame:
    """Agreement of all pairs of embeddings: One, Other, Jaccard, Rank-biased overlap (means over films), Films."""
    rows = []
    for one, other in combinations(spaces, 2):
        found = film_agreement(atlas, one, other)
        known = ~np.isnan(found.jaccard)
        rows.append(
            {
                "One": embeddings.label_of(one),
                "Other": embeddings.label_of(other),
                "Jaccard": float(found.jaccard[known].mean()) if known.any() else np.nan,
                "Rank-biased overlap": float(found.overlap[known].mean()) if known.any() else np.nan,
                "Films": int(known.sum()),
            }
        )
    return pd.DataFrame(rows, columns=["One", "Other", "Jaccard", "Rank-biased overlap", "Films"])
