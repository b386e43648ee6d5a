"""A sparse matrix in blocks of rows, multiplied side by side."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

Map: TypeAlias = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""What `ThreadPoolExecutor.map` does, and `map`."""

_FEWEST = 20_000
"""Entries of a block from which a thread of its own is worth it."""


class RowBlocks:
    """A CSR matrix whose product with a dense one is taken in blocks of rows with about as many entries each.

    The product is the same to the last bit, whatever the blocks.

    Args:
        matrix: (n, m) CSR.
        n: How many blocks there are at most.
        side_by_side: Does the blocks.
    """

    def __init__(self, matrix: sparse.csr_matrix, n: int, side_by_side: Map) -> None:
        self.shape: tuple[int, int] = matrix.shape
        self._map, self.blocks = side_by_side, blocks_of(matrix, bounds(matrix, n))

    def __matmul__(self, dense: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
        if len(self.blocks) == 1:
            return np.asarray(self.blocks[0] @ dense)
        return np.concatenate(list(self._map(lambda block: block @ dense, self.blocks)))


def bounds(matrix: sparse.csr_matrix, n: int) -> list[int]:
    """First row of every block, and one past the last: at most `n` blocks, none with too few entries to be worth it."""
    n = max(1, min(n, matrix.nnz // _FEWEST, matrix.shape[0]))
    wanted = matrix.nnz * np.arange(1, n) / n
    inner = np.searchsorted(matrix.indptr, wanted).tolist()
    return sorted({0, *inner, int(matrix.shape[0])})


def blocks_of(matrix: sparse.csr_matrix, rows: list[int]) -> list[sparse.csr_matrix]:
    """The rows from each of these to the next."""
    found = []
    for first, last in pairwise(rows):
        start, stop = int(matrix.indptr[first]), int(matrix.indptr[last])
        parts = matrix.data[start:stop], matrix.indices[start:stop], matrix.indptr[first : last + 1] - start
        found.append(sparse.csr_matrix(parts, shape=(last - first, matrix.shape[1]), copy=False))
    return found or [matrix]
