"""Linear models from liked films to liked films, in closed form: what EASE, EDLAE and the hybrid share."""

import numpy as np
from scipy import sparse
from scipy.linalg.lapack import spotrf, spotri

from core.errors import CannotFitError
from core.settings import fit_gb
from core.types import FloatMatrix, FloatVector

_BLOCK = 1024
"""Columns worked on at once where a whole copy of the matrix would be too much."""

_SAMPLE = 4_000_000
"""How many weights are looked at to find the bound above which they are kept."""

MOST_WEIGHTS = 4_000_000
"""Weights kept by default, 32 MB: a tenth of 6,300 films, 200 a film of 20,000; all of up to 4,000 films, 64 MB.

nDCG@10 with 200 weights a film and with all, on a dense and a sparse cut of the ratings that docs/decisions/0002-hybrid.md
names (1,682 and 9,742 films): 0.3175 and 0.3197; 0.3099 and 0.3106."""


def default_reg(diagonal: FloatVector) -> float:
    """A ridge penalty that grows with the root of a film's mean squared strength, from 50 to 500."""
    return float(np.clip(60 * np.sqrt(diagonal.mean()), 50, 500))


def closed_form(gram: FloatMatrix, penalty: FloatVector, keep: int) -> FloatMatrix | sparse.csr_matrix:
    """The weights, about `keep` of each film, given X'X and what is added to its diagonal.

    X'X is in Fortran order; its memory is taken over.

    Raises:
        CannotFitError: The matrix is not positive definite.
    """
    gram[np.diag_indices_from(gram)] += penalty
    # the inverse is symmetric: seen transposed it is in C order, which spares a sparse product a copy
    inverse = inverse_in_place(gram).T
    inverse /= -np.diagonal(inverse).copy()
    np.fill_diagonal(inverse, 0)
    return strongest(inverse, keep)


def validate_memory(label: str, n_items: int, limit_gb: float) -> None:
    """Refuse before anything is allocated; a parameter may ask for less than `core.settings.fit_gb` allows, not for more.

    Raises:
        CannotFitError: The fit would take more than the limit.
    """
    # the matrix itself, the sparse X'X that is built block by block, and LAPACK's and our own work space
    needed = n_items**2 * 4 * 1.5 / 1e9
    allowed = min(limit_gb, fit_gb())
    if needed > allowed:
        raise CannotFitError(
            f"{label} needs about {needed:.2g} GB for {n_items:,} rated films; {allowed:.2g} GB are allowed.",
            hint="Use iALS or item-KNN instead, or raise memory_gb, and MOVIE_ATLAS_FIT_GB where that is lower.",
        )


def gram_matrix(liked: sparse.csr_matrix) -> FloatMatrix:
    """X'X as a dense float32 array in Fortran order, which LAPACK can work on without a copy."""
    n_items = liked.shape[1]
    gram = np.empty((n_items, n_items), np.float32)
    transposed = liked.T.tocsr()
    for start in range(0, n_items, _BLOCK):
        part = slice(start, start + _BLOCK)
        (transposed[part] @ liked).toarray(out=gram[part])
    return gram.T  # symmetric: filled by rows, seen by columns


def inverse_in_place(matrix: FloatMatrix) -> FloatMatrix:
    """Inverse of a symmetric positive definite Fortran-order float32 matrix, whose memory it takes over.

    Raises:
        CannotFitError: The matrix is not positive definite (the penalty is too small).
    """
    factor, failed = spotrf(matrix, lower=1, overwrite_a=1, clean=0)
    if not failed:
        factor, failed = spotri(factor, lower=1, overwrite_c=1)
    if failed:
        raise CannotFitError("The films' matrix could not be inverted.", hint="Choose a larger reg.")
    # LAPACK fills the lower half only: mirror it block by block, without a second matrix
    for start in range(0, len(factor), _BLOCK):
        stop = min(start + _BLOCK, len(factor))
        block = factor[start:stop, start:stop]
        block[:] = np.tril(block) + np.tril(block, -1).T
        factor[start:stop, stop:] = factor[stop:, start:stop].T
    inverse: FloatMatrix = factor
    return inverse


def kept(keep: int, n_items: int) -> int:
    """How many weights a film really keeps on average: all, where `keep` is a quarter of the films or more.

    CSR would spare at most half of the memory then, and a product with it takes four times as long.
    """
    return n_items if 4 * keep >= n_items else keep


def strongest(weights: FloatMatrix, keep: int) -> FloatMatrix | sparse.csr_matrix:
    """The weights furthest from 0, about `keep` of each film on average, as CSR.

    All of them, dense, where `kept` says so.
    One bound for all films: with the same number for each, five times as many are not yet as good.
    """
    n_items = len(weights)
    if kept(keep, n_items) == n_items:
        return weights
    # the bound is read off evenly spaced rows: sorting all weights would take longer than the fit
    sample = np.abs(weights[:: max(1, n_items**2 // _SAMPLE)]).ravel()
    place = round(len(sample) * (1 - keep / n_items))
    bound = np.partition(sample, place)[place]
    columns, data, counts = [], [], [np.zeros(1, np.int64)]
    for start in range(0, n_items, _BLOCK):
        block = weights[start : start + _BLOCK]
        chosen = np.abs(block) >= bound
        counts.append(chosen.sum(axis=1))
        data.append(block[chosen])
        columns.append((np.flatnonzero(chosen) % n_items).astype(np.int32))
    parts = np.concatenate(data), np.concatenate(columns), np.cumsum(np.concatenate(counts))
    return sparse.csr_matrix(parts, shape=weights.shape)
