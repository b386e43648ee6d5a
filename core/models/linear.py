"""Linear models from liked films to liked films, in closed form: what EASE, EDLAE and the hybrid share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from core.compute.cost import Cost, Size
from core.compute.progress import Progress, no_progress
from core.errors import CannotFitError
from core.models.evened import by_activity, held_back
from core.settings import fit_gb
from core.types import FloatMatrix, FloatVector, IndexVector

_BLOCK = 1024
"""Columns worked on at once where a whole copy of the matrix would be too much."""

_SAMPLE = 4_000_000
"""How many weights are looked at to find the bound above which they are kept."""

BYTES = 6
"""Of memory for each pair of films: the matrix itself, the sparse X'X that is built block by block, and work space."""

LEAST_LEARNED = 1_000
"""Films that a model learns from at least, where it cannot learn from all."""

MOST_LEARNED = 12_000
"""Films that a model learns from at most: time grows with the third power. From 25,819 of 62,423 films EASE took 472 s on 2
busy cores (bench/methods_at_scale.py); from 1,000 of 8,943 it answered as well as from all (bench/learned_from_less.py)."""

CUBED, COUNTING = 7e-12, 6e-9
"""Seconds for a film to the third power, and for a rating times the ratings of its person (bench/methods_at_scale.py)."""

MOST_WEIGHTS = 4_000_000
"""Weights kept by default, 32 MB: a tenth of 6,300 films, 200 a film of 20,000; all of up to 4,000 films, 64 MB.

nDCG@10 with 200 weights a film and with all, on a dense and a sparse cut of the ratings that docs/decisions/0002-hybrid.md
names (1,682 and 9,742 films): 0.3175 and 0.3197; 0.3099 and 0.3106."""


def default_reg(diagonal: FloatVector) -> float:
    """A ridge penalty that grows with the root of a film's mean squared strength, from 50 to 500."""
    return float(np.clip(60 * np.sqrt(diagonal.mean()), 50, 500))


@dataclass(frozen=True, eq=False)
class Others:
    """Films that are predicted from those that a model learns from.

    Attributes:
        n: How many.
        counted: (n_learned, block) float32 X'Y of some of them.
    """

    n: int
    counted: Callable[[slice], FloatMatrix]


def closed_form(
    gram: FloatMatrix,
    penalty: FloatVector,
    keep: int,
    others: Others | None = None,
    progress: Progress = no_progress,
    scale: FloatVector | None = None,
) -> FloatMatrix | sparse.csr_matrix:
    """The weights, about `keep` of each film, given X'X and what is added to its diagonal.

    X'X is in Fortran order; its memory is taken over. With `others`, further films are predicted from these by the same
    ridge regression: with P the inverse and y the likes of such a film, its weights are P X'y.

    Args:
        gram: (n, n) X'X.
        penalty: (n,) what is added to its diagonal.
        keep: Weights kept of each film, on average.
        others: X'Y of further films; None = there are none.
        progress: Told how many films are done, of these and the others.
        scale: (n + others,) what the weights to each film are multiplied by; None = by 1.

    Returns:
        (n, n + others) weights; dense only where all are kept and there are no others.

    Raises:
        CannotFitError: The matrix is not positive definite.
    """
    gram[np.diag_indices_from(gram)] += penalty
    n, total = len(gram), len(gram) + (others.n if others else 0)
    progress(0, total, "inverting")
    # the inverse is symmetric: seen transposed it is in C order, which spares a sparse product a copy
    inverse = inverse_in_place(gram).T
    diagonal = np.diagonal(inverse).copy()
    inverse /= -diagonal
    np.fill_diagonal(inverse, 0)
    if others is None:
        if scale is not None:
            inverse *= scale
        return strongest(inverse, keep)
    progress(n, total, "predicting the other films")
    scale = np.ones(total, np.float32) if scale is None else scale
    bound = bound_of(inverse, keep, scale[:n])
    parts = [above(inverse, bound, scale[:n])]
    for start in range(0, others.n, _BLOCK):
        counted = diagonal[:, None] * others.counted(slice(start, start + _BLOCK))
        parts.append(above(counted - inverse @ counted, bound, scale[n + start : n + start + _BLOCK]))
        progress(n + min(start + _BLOCK, others.n), total, "predicting the other films")
    return sparse.hstack(parts, format="csr")


def learned_films(label: str, counts: IndexVector, limit_gb: float) -> IndexVector:
    """Places of the films that a model learns from: all, or else those with most ratings, ascending; see `most_learned`.

    A parameter may ask for less than `core.settings.fit_gb` allows, not for more.

    Args:
        label: The method's.
        counts: (n_items,) ratings of each film.
        limit_gb: Largest memory in GB.

    Raises:
        CannotFitError: They would be fewer than `LEAST_LEARNED`.
    """
    n_items, allowed, most = len(counts), min(limit_gb, fit_gb()), most_learned(limit_gb)
    if n_items <= most:
        return np.arange(n_items)
    if most < LEAST_LEARNED:
        raise CannotFitError(
            f"{label} needs about {n_items**2 * BYTES / 1e9:.2g} GB for {n_items:,} rated films; {allowed:.2g} GB are "
            "allowed.",
            hint="Use iALS or item-KNN instead, or raise memory_gb, and MOVIE_ATLAS_FIT_GB where that is lower.",
        )
    return np.sort(np.argsort(-counts, kind="stable")[:most])


def most_learned(limit_gb: float) -> int:
    """How many films a model learns from: `MOST_LEARNED`, or what fits into so many GB and `core.settings.fit_gb`."""
    return min(int((min(limit_gb, fit_gb()) * 1e9 / BYTES) ** 0.5), MOST_LEARNED)


def cut(n_items: int, limit_gb: float) -> tuple[str, int] | tuple[()]:
    """Of how many films is learned, where there are more than fit; see `Recommender.cut`."""
    most = most_learned(limit_gb)
    return ("films", most) if n_items > most else ()


def cost(size: Size, limit_gb: float) -> Cost:
    """What `fit_linear` takes: counting common likes, the inverse, and the product for the other films."""
    films = min(size.n_items, most_learned(limit_gb))
    counting = COUNTING * size.n_ratings * size.history
    inverting = CUBED * films**2 * (films + 2 * (size.n_items - films))
    return Cost(counting + inverting, 1e-9 * BYTES * films**2)


def put_back(weights: sparse.csr_matrix, learned: IndexVector, n_items: int) -> sparse.csr_matrix:
    """Weights among all films, (n_items, n_items), from those of `closed_form` with others; these speak for no film."""
    columns = np.concatenate([learned, np.setdiff1d(np.arange(n_items), learned)])
    counts = np.zeros(n_items, np.int64)
    counts[learned] = np.diff(weights.indptr)
    indptr = np.concatenate([[0], np.cumsum(counts)])
    return sparse.csr_matrix((weights.data, columns[weights.indices], indptr), shape=(n_items, n_items))


def fit_linear(
    label: str,
    liked: sparse.csr_matrix,
    *,
    reg: float,
    dropout: float,
    keep: int,
    limit_gb: float,
    activity: float = 0.0,
    fame: float = 0.0,
    times: float = 1.0,
    progress: Progress = no_progress,
) -> tuple[FloatMatrix | sparse.csr_matrix, dict[str, float]]:
    """Weights between films from likes alone; where not all fit into memory, those with most likes predict the others.

    Args:
        label: The method's.
        liked: (n_users, n_items) float32 CSR of strengths.
        reg: Ridge penalty; 0 = `default_reg`.
        dropout: Share of the films that is blanked out; 0 = EASE, else EDLAE.
        keep: Weights kept of each film on average; 0 = `MOST_WEIGHTS` in all.
        limit_gb: Largest memory in GB.
        activity: See `core.models.evened.by_activity`.
        fame: See `core.models.evened.held_back`.
        times: What `default_reg` is multiplied by.
        progress: Told how far it is.

    Returns:
        (n_items, n_items) weights, and what was decided: `reg`, `keep`, and `films`, of how many was learned, where not of
        all.

    Raises:
        CannotFitError: Too little memory, or the matrix cannot be inverted.
    """
    n_items = liked.shape[1]
    learned = learned_films(label, np.diff(liked.tocsc().indptr), limit_gb)
    rest = np.setdiff1d(np.arange(n_items), learned)
    reg = reg or times * default_reg(squares(liked))
    liked = by_activity(liked, activity)
    scale = held_back(squares(liked), fame)
    head = liked[:, learned] if len(rest) else liked
    gram = gram_matrix(head)
    penalty = (reg + dropout / (1 - dropout) * np.diagonal(gram)).astype(np.float32)
    keep = keep or MOST_WEIGHTS // n_items
    decided: dict[str, float] = {"reg": reg, "keep": kept(keep, n_items)}
    if not len(rest):
        return closed_form(gram, penalty, keep, progress=progress, scale=scale), decided
    scale = None if scale is None else scale[np.concatenate([learned, rest])]
    across, columns = head.T.tocsr(), liked[:, rest].tocsc()
    others = Others(len(rest), lambda part: (across @ columns[:, part]).toarray())
    weights = put_back(closed_form(gram, penalty, keep, others, progress, scale), learned, n_items)
    return weights, decided | {"films": len(learned)}


def squares(liked: sparse.csr_matrix) -> FloatVector:
    """(n_items,) float32 X'X's diagonal."""
    doubles = liked.data.astype(np.float64)
    return np.bincount(liked.indices, doubles**2, liked.shape[1]).astype(np.float32)


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
    from scipy.linalg.lapack import spotrf, spotri  # whoever only lists methods need not load it

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
    return weights if kept(keep, len(weights)) == len(weights) else above(weights, bound_of(weights, keep))


def bound_of(weights: FloatMatrix, keep: int, scale: FloatVector | float = 1.0) -> float:
    """How far from 0 a square matrix' weights, times `scale`, are where about `keep` of each film are kept; 0 = all."""
    n_items = len(weights)
    if kept(keep, n_items) == n_items:
        return 0.0
    # the bound is read off evenly spaced rows: sorting all weights would take longer than the fit
    sample = np.abs(weights[:: max(1, n_items**2 // _SAMPLE)] * scale).ravel()
    place = round(len(sample) * (1 - keep / n_items))
    return float(np.partition(sample, place)[place])


def above(weights: FloatMatrix, bound: float, scale: FloatVector | float = 1.0) -> sparse.csr_matrix:
    """The weights, times `scale`, that are at least so far from 0, block by block."""
    columns, data, counts = [], [], [np.zeros(1, np.int64)]
    for start in range(0, len(weights), _BLOCK):
        block = weights[start : start + _BLOCK] * scale
        chosen = np.abs(block) >= bound
        counts.append(chosen.sum(axis=1))
        data.append(block[chosen])
        columns.append((np.flatnonzero(chosen) % weights.shape[1]).astype(np.int32))
    parts = np.concatenate(data), np.concatenate(columns), np.cumsum(np.concatenate(counts))
    return sparse.csr_matrix(parts, shape=weights.shape)
