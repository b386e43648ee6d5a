"""How many people know the films of a dataset, and how well known those of a list are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.domain import KnownBy
from core.recommenders.ranking import top_k
from core.serving.atlas import Atlas
from core.types import FloatVector, IndexVector

HEAD = 50
"""How many films count as the best known; fewer where there are fewer."""


@dataclass(frozen=True, eq=False)
class Fame:
    """How many people know each film.

    Attributes:
        counts: (n_items,) float32 people.
        unit: "ratings" of this dataset, or "votes" of the source.
    """

    counts: FloatVector
    unit: str

    @cached_property
    def head(self) -> IndexVector:
        """item_index of the `HEAD` films that most people know."""
        return top_k(self.counts, HEAD)

    def of(self, items: Sequence[int] | IndexVector) -> KnownBy | None:
        """How well known some films are; None where there is none."""
        if not len(items):
            return None
        chosen = np.asarray(items, np.int64)
        median = float(np.median(self.counts[chosen]))
        n_head = int(np.isin(chosen, self.head).sum())
        return KnownBy(median, n_head, len(chosen), len(self.head), self.unit)


def fame_of(atlas: Atlas) -> Fame | None:
    """Ratings of this dataset, else the source's votes; None where there are neither.

    A film without a number of votes counts as known by nobody.
    """
    counts, unit = atlas.counts.astype(np.float32), "ratings"
    if not counts.any():
        counts, unit = atlas.catalog.items["n_votes"].to_numpy(np.float32, na_value=0.0), "votes"
    if not counts.any():
        return None
    return Fame(counts, unit)
