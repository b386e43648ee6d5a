"""Who rated what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from core.errors import DatasetError
from core.types import IndexVector


@dataclass(frozen=True, eq=False)
class Interactions:
    """Who rated what: a CSR matrix with one row a user, one column an item.

    Attributes:
        ratings: (n_users, n_items) float32 CSR, indices sorted; a stored value is a rating (never 0).
        user_ids: (n_users,) the source's user ids, as str.
        timestamps: (nnz,) int64 seconds since 1970, aligned with `ratings.data`; None where the source has none.
        scale: Lowest and highest rating that the source allows.
        is_explicit: False where every interaction is a bare "yes" (then all values are 1).
    """

    ratings: sparse.csr_matrix
    user_ids: npt.NDArray[np.object_]
    timestamps: npt.NDArray[np.int64] | None = None
    scale: tuple[float, float] = (0.5, 5.0)
    is_explicit: bool = True

    @classmethod
    def empty(cls, n_items: int) -> "Interactions":
        """No user, no rating."""
        return cls(sparse.csr_matrix((0, n_items), dtype=np.float32), np.empty(0, object))

    @classmethod
    def of(
        cls,
        user_ids: Sequence[object] | pd.Series | npt.NDArray[np.generic],
        item_index: npt.ArrayLike,
        ratings: npt.ArrayLike,
        n_items: int,
        *,
        timestamps: npt.ArrayLike | None = None,
        scale: tuple[float, float] = (0.5, 5.0),
        is_explicit: bool = True,
    ) -> "Interactions":
        """Build from parallel columns; users keep their order of first appearance.

        Raises:
            DatasetError: A user rated an item twice, or a rating is not a number or 0.
        """
        # factorised before they become text: thirty million text ids would take gigabytes
        codes, found = pd.factorize(pd.Series(user_ids))
        uniques = pd.Series(found).astype(str).to_numpy(object)
        columns = np.asarray(item_index, np.int64)
        values = np.asarray(ratings, np.float32)
        if not np.all(np.isfinite(values)) or np.any(values == 0):
            raise DatasetError("A rating that is 0 or not a number reached the rating matrix.")
        order = np.lexsort((columns, codes))
        codes, columns, values = codes[order], columns[order], values[order]
        if len(codes) > 1 and np.any((np.diff(codes) == 0) & (np.diff(columns) == 0)):
            raise DatasetError("A user rated one film twice.", hint="Keep the last rating of each pair.")
        indptr = np.zeros(len(uniques) + 1, np.int64)
        np.cumsum(np.bincount(codes, minlength=len(uniques)), out=indptr[1:])
        matrix = sparse.csr_matrix((values, columns, indptr), shape=(len(uniques), n_items))
        stamps = None if timestamps is None else np.asarray(timestamps, np.int64)[order]
        return cls(matrix, uniques, stamps, scale, is_explicit)

    def __len__(self) -> int:
        return int(self.ratings.nnz)

    @property
    def n_users(self) -> int:
        """Number of users."""
        return int(self.ratings.shape[0])

    def history(self, user_index: int) -> tuple[IndexVector, npt.NDArray[np.float32]]:
        """item_index and rating of what one user rated, both (n,)."""
        start, stop = self.ratings.indptr[user_index : user_index + 2]
        return self.ratings.indices[start:stop].astype(np.int64), self.ratings.data[start:stop]

    def drawn(self, most: int, rng: np.random.Generator) -> "Interactions":
        """Those of people drawn by chance, `most` ratings at most together; itself where there are no more.

        Everybody is as likely to be drawn, whole; the order of people stays. Nothing is drawn from `rng` where all stay.
        """
        if len(self) <= most:
            return self
        counts, order = np.diff(self.ratings.indptr), rng.permutation(self.n_users)
        people = np.sort(order[np.cumsum(counts[order]) <= most])
        stamps = None
        if self.timestamps is not None:
            is_kept = np.isin(np.repeat(np.arange(self.n_users), counts), people)
            stamps = self.timestamps[is_kept]
        return Interactions(self.ratings[people], self.user_ids[people], stamps, self.scale, self.is_explicit)

    def item_counts(self) -> npt.NDArray[np.int64]:
        """(n_items,) ratings per film."""
        return np.bincount(self.ratings.indices, minlength=self.ratings.shape[1]).astype(np.int64)

    def item_means(self) -> npt.NDArray[np.float64]:
        """(n_items,) mean rating per film, NaN where nobody rated it."""
        counts = self.item_counts()
        sums = np.bincount(self.ratings.indices, weights=self.ratings.data, minlength=self.ratings.shape[1])
        means: npt.NDArray[np.float64] = np.full(len(counts), np.nan)
        np.divide(sums, counts, out=means, where=counts > 0)
        return means
