"""The product that asking a linear method comes down to: a few sparse rows times a large matrix, as a dense array."""

import numpy as np
from scipy import sparse

from core.types import FloatMatrix, IndexVector

_FEWEST_ROWS = 64
"""For fewer rows it takes longer to cut the matrix than to multiply it."""
_COLUMNS = 256
"""Columns multiplied at once: so much of some thousand rows stays in a core's cache, which halves the time."""


def dense_product(left: sparse.csr_matrix, right: FloatMatrix | sparse.csr_matrix) -> FloatMatrix:
    """The product left @ right as a dense array.

    Args:
        left: (n_rows, n) float32 CSR.
        right: (n, n_columns) float32, dense or CSR.
    """
    if sparse.issparse(right):
        return np.asarray((left @ right).toarray())
    if left.shape[0] < _FEWEST_ROWS:
        return np.asarray(left @ right)
    product = np.empty((left.shape[0], right.shape[1]), np.float32)
    for start in range(0, right.shape[1], _COLUMNS):
        part = slice(start, start + _COLUMNS)
        product[:, part] = left @ np.ascontiguousarray(right[:, part])
    return product


def with_unknown(
    known: FloatMatrix, rows: IndexVector, columns: IndexVector, shape: tuple[int, int]
) -> FloatMatrix:
    """An array of this shape that holds `known` in some ascending rows and columns, and NaN elsewhere.

    `known` itself where nothing is missing.
    """
    if known.shape == shape:
        return known
    whole = np.full(shape, np.nan, np.float32)
    whole[np.ix_(rows, columns)] = known
    return whole
