"""Bayesian matrix factorisation of ratings with side information, sampled by Gibbs.

A rating is u . v + noise. The factors of people and films are normal around mean + features @ link, so what
is known besides the ratings sets where a factor starts: for people which films they rated at all (SVD++'s
idea), for films who rated them, their genres and year. Means, precisions and links are sampled too, so little
is left to tune.

Source: Simm et al. (2017), “Macau”, sections 2 and 3, over Salakhutdinov, Mnih (2008), “Bayesian
probabilistic matrix factorization”; the features of people from Koren (2008), equation 15.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.compute.progress import Progress, no_progress
from core.compute.threads import n_threads, one_blas_thread
from core.models.row_blocks import Map, RowBlocks, blocks_of, bounds
from core.types import FloatMatrix

Doubles = npt.NDArray[np.float64]
_MEAN_STRENGTH = 2.0
"""How many factors the prior's mean of 0 counts for."""
_CHUNK = 20_000
"""Small systems solved at once; bounds the memory."""
_SOLVER_STEPS = 20


@dataclass(frozen=True)
class Draw:
    """One sample of everything that predicts: S of them make the posterior.

    Attributes:
        items: (n_items, dim) the films' factors.
        mean, precision: (dim,) and (dim, dim) of the people's factors.
        link: (n_items, dim) what having rated a film adds to the mean of a person's factors.
        noise: Precision of a rating.
    """

    items: FloatMatrix
    mean: Doubles
    precision: Doubles
    link: FloatMatrix
    noise: float


class _Side:
    """The factors of all people, or of all films, and the normal distribution that they come from.

    Args:
        ratings: (n, n_other) float64 CSR, this side in rows.
        features: (n, n_features) float64 CSR.
        dim: Number of factors.
        rng: Where the factors begin.
        side_by_side: Does independent rows.
    """

    def __init__(
        self,
        ratings: sparse.csr_matrix,
        features: sparse.csr_matrix,
        dim: int,
        rng: np.random.Generator,
        side_by_side: Map,
    ) -> None:
        n_blocks, self._map = 2 * n_threads(), side_by_side
        self.features = RowBlocks(features, n_blocks, side_by_side)
        self.features_t = RowBlocks(features.T.tocsr(), n_blocks, side_by_side)
        is_rated = sparse.csr_matrix(
            (np.ones(ratings.nnz), ratings.indices, ratings.indptr), shape=ratings.shape
        )
        rows = bounds(ratings, max(n_blocks, -(-ratings.shape[0] // _CHUNK)))
        parts = [slice(first, last) for first, last in pairwise(rows)]
        self._rows = list(zip(parts, blocks_of(is_rated, rows), blocks_of(ratings, rows), strict=True))
        self.factors: Doubles = rng.normal(0, 0.1, (ratings.shape[0], dim))
        self.mean: Doubles = np.zeros(dim)
        self.precision: Doubles = np.eye(dim)
        self.link: Doubles = np.zeros((features.shape[1], dim))

    @property
    def expected(self) -> Doubles:
        """(n, dim) where the factors are expected before any rating is seen."""
        expected: Doubles = self.mean + self.features @ self.link
        return expected

    def draw_factors(self, other: Doubles, noise: float, rng: np.random.Generator) -> None:
        """All factors given the other side's."""
        products = pair_products(other)
        pull = self.expected @ self.precision
        chance = rng.normal(size=(*self.factors.shape, 1))

        def draw(block: tuple[slice, sparse.csr_matrix, sparse.csr_matrix]) -> None:
            rows, is_rated, ratings = block
            roots = np.linalg.cholesky(systems_of(is_rated @ products, noise, self.precision))
            targets = noise * (ratings @ other) + pull[rows]
            half = np.linalg.solve(roots, targets[:, :, None]) + chance[rows]
            self.factors[rows] = np.linalg.solve(np.swapaxes(roots, 1, 2), half)[..., 0]

        for _ in self._map(draw, self._rows):
            pass

    def draw_prior(self, rng: np.random.Generator) -> None:
        """Precision, mean and link given the factors."""
        n, dim = self.factors.shape
        residual = self.factors - self.features @ self.link
        mean = residual.mean(axis=0)
        scatter = np.eye(dim) + self.link.T @ self.link + (residual - mean).T @ (residual - mean)
        scatter += _MEAN_STRENGTH * n / (_MEAN_STRENGTH + n) * np.outer(mean, mean)
        freedom = dim + n + len(self.link)
        self.precision = _draw_wishart(freedom, np.linalg.inv(scatter), rng)
        root = np.linalg.cholesky(np.linalg.inv(self.precision))
        weight = _MEAN_STRENGTH + n
        self.mean = n * mean / weight + root @ rng.normal(size=dim) / np.sqrt(weight)
        noisy = self.factors - self.mean + rng.normal(size=(n, dim)) @ root.T
        target = self.features_t @ noisy + rng.normal(size=self.link.shape) @ root.T
        self.link = _solve_ridge(self.features, self.features_t, target, self.link)


def draw_posterior(
    ratings: sparse.csr_matrix,
    item_features: sparse.csr_matrix,
    *,
    dim: int,
    sweeps: int,
    n_draws: int,
    rng: np.random.Generator,
    progress: Progress = no_progress,
) -> list[Draw]:
    """Sample the posterior; the first fifth of the sweeps is thrown away, `n_draws` of the rest are kept.

    Args:
        ratings: (n_users, n_items) CSR, mean 0 and variance 1 over the stored entries.
        item_features: (n_items, n_features) CSR, what is known of the films besides ratings.
        dim: Number of factors.
        sweeps: Rounds of Gibbs sampling.
        n_draws: Models kept, spread evenly over the later sweeps.
        rng: All chance comes from here.
        progress: Told after every sweep.
    """
    values = ratings.astype(np.float64)
    turned = values.T.tocsr()
    shares = sparse.hstack([share_of_history(turned), item_features], format="csr")
    rows = np.repeat(np.arange(values.shape[0]), np.diff(values.indptr))
    noise, draws = 1.5, []
    kept = set(np.linspace(sweeps // 5, sweeps - 1, n_draws).round().astype(int).tolist())
    with one_blas_thread(), ThreadPoolExecutor(n_threads()) as threads:
        people = _Side(values, share_of_history(values), dim, rng, threads.map)
        films = _Side(turned, shares, dim, rng, threads.map)
        for sweep in range(sweeps):
            people.draw_factors(films.factors, noise, rng)
            people.draw_prior(rng)
            films.draw_factors(people.factors, noise, rng)
            films.draw_prior(rng)
            error = values.data - np.einsum("nd,nd->n", people.factors[rows], films.factors[values.indices])
            noise = float(rng.gamma(1 + len(error) / 2, 1 / (1 + error @ error / 2)))
            progress(sweep + 1, sweeps)
            if sweep in kept:
                parts = films.factors.astype(np.float32), people.mean, people.precision
                draws.append(Draw(*parts, people.link.astype(np.float32), noise))
    return draws


def fold_in(draws: Sequence[Draw], history: sparse.csr_matrix) -> list[Doubles]:
    """Expected factors of people given each draw and their ratings alone.

    Args:
        draws: From `draw_posterior`.
        history: (n_people, n_items) float64 CSR of standardised ratings; an empty row gives the average
            person.

    Returns:
        (n_people, dim) float64 for each draw.
    """
    # the films of these histories alone: for one person they are a handful of thousands
    films = np.flatnonzero(np.bincount(history.indices, minlength=history.shape[1]))
    ratings = history[:, films].astype(np.float32)
    shares = share_of_history(ratings).astype(np.float32)
    shape = ratings.shape
    is_rated = sparse.csr_matrix((np.ones_like(ratings.data), ratings.indices, ratings.indptr), shape=shape)
    folded: list[Doubles] = []
    for draw in draws:
        items = draw.items[films]
        expected = draw.mean + shares @ draw.link[films]
        targets = draw.noise * (ratings @ items) + expected @ draw.precision
        products = pair_products(items)
        parts = [slice(start, start + _CHUNK) for start in range(0, len(targets), _CHUNK)]
        solved = []
        for part in parts:
            system = systems_of(is_rated[part] @ products, draw.noise, draw.precision)
            solved.append(np.linalg.solve(system, targets[part, :, None])[..., 0])
        folded.append(np.concatenate([np.empty((0, items.shape[1])), *solved]))
    return folded


def share_of_history(ratings: sparse.csr_matrix) -> sparse.csr_matrix:
    """1 / sqrt(n) for each of the n entries of a row, float64 CSR."""
    counts = np.diff(ratings.indptr)
    data = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts)
    return sparse.csr_matrix((data, ratings.indices, ratings.indptr), shape=ratings.shape)


def pair_products(factors: Doubles | FloatMatrix) -> npt.NDArray[np.floating[Any]]:
    """(n, dim * (dim + 1) / 2) v v' of each row, its upper half."""
    upper = np.triu_indices(factors.shape[1])
    return np.asarray(factors[:, upper[0]] * factors[:, upper[1]])


def systems_of(sums: npt.NDArray[np.floating[Any]], noise: float, precision: Doubles) -> Doubles:
    """The sum precision + noise * (sum over rated of v v'), (n, dim, dim), given those sums of `pair_products`."""
    dim = len(precision)
    upper = np.triu_indices(dim)
    matrices = np.empty((len(sums), dim, dim))
    matrices[:, upper[0], upper[1]] = sums
    matrices[:, upper[1], upper[0]] = sums
    matrices *= noise
    matrices += precision
    return matrices


def _draw_wishart(freedom: int, scale: Doubles, rng: np.random.Generator) -> Doubles:
    """A matrix from the Wishart distribution, whose mean is freedom * scale, by Bartlett's decomposition."""
    dim = len(scale)
    lower = np.tril(rng.normal(size=(dim, dim)), -1)
    lower[np.diag_indices(dim)] = np.sqrt(rng.chisquare(freedom - np.arange(dim)))
    root = np.linalg.cholesky((scale + scale.T) / 2) @ lower
    drawn: Doubles = root @ root.T
    return drawn


def _solve_ridge(features: RowBlocks, features_t: RowBlocks, target: Doubles, start: Doubles) -> Doubles:
    """(F'F + I)^-1 target by conjugate gradients, all columns at once, from the last sweep's solution."""
    solution = start.copy()
    residual = target - features_t @ (features @ solution) - solution
    direction = residual.copy()
    size = (residual**2).sum(axis=0)
    enough = 1e-6 * (target**2).sum(axis=0)
    for _ in range(_SOLVER_STEPS):
        if np.all(size <= enough):
            break
        turned = features_t @ (features @ direction) + direction
        step = size / np.maximum((direction * turned).sum(axis=0), 1e-30)
        solution += step * direction
        residual -= step * turned
        before, size = size, (residual**2).sum(axis=0)
        direction = residual + size / np.maximum(before, 1e-30) * direction
    return solution
