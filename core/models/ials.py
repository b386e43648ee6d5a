"""iALS: films and people as factors, learned from who likes what."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.models.preference_matrix import liked_matrix, min_weight_param, times_param
from core.params import param
from core.types import FloatMatrix


@dataclass(frozen=True)
class IalsParams:
    """How the factors are learned."""

    dim: int = param(128, "Number of factors.", low=1, high=1024, search=(16, 256))
    alpha0: float = param(
        0.33, "Weight of every film that a person did not like.", low=1e-6, high=10, search=(0.05, 2)
    )
    reg: float = param(
        0.0, "Penalty on large factors; 0 = chosen by the dataset's size.", low=0, high=10, search=()
    )
    times: float = times_param()
    epochs: int = param(12, "Rounds of alternating least squares.", low=1, high=200, search=(5, 30))
    min_weight: float = min_weight_param()


def default_reg(liked: sparse.csr_matrix, alpha0: float) -> float:
    """A penalty that grows as the noise of the likes does.

    The part of the penalty that no rating adds to is reg * alpha0 * n, with n the geometric mean of people and films. It is
    2 s sqrt(alpha0 m / n), m the sum of the strengths and s their mean: the largest singular value of as many entries strewn
    by chance grows with sqrt(m / n). Where likes / n is below nine or so, it is 0.3 likes / n, so that little data is not
    smoothed away whole. Measured in bench/collaborative_rules.py.
    """
    side = float(np.sqrt(liked.shape[0] * liked.shape[1]))
    mass = float(liked.data.sum(dtype=np.float64))
    noise = 2 * mass / liked.nnz * float(np.sqrt(alpha0 * mass / side))
    base: float = min(noise, 0.3 * liked.nnz / side)
    return base / (alpha0 * side)


def learn_factors(
    dataset: Dataset, params: IalsParams, *, seed: int, progress: Progress = no_progress
) -> tuple[FloatMatrix, float]:
    """The films' factors, (n_items, dim) float32, zeros for films that nobody likes; and the penalty used.

    Raises:
        CannotFitError: There is nothing to learn from.
    """
    whole = liked_matrix(dataset, params.min_weight)
    # films that nobody likes would only add to everybody's penalty
    films = np.unique(whole.indices)
    liked = whole[:, films]
    reg = params.reg or params.times * default_reg(liked, params.alpha0)
    from irspack.recommenders.ials import IALSTrainer, LossType, SolverType

    trainer = IALSTrainer(
        liked,
        n_components=params.dim,
        alpha0=params.alpha0,
        reg=reg,
        nu=1.0,
        init_std=0.1,
        solver_type=SolverType.CG,
        max_cg_steps=3,
        ialspp_subspace_dimension=64,
        loss_type=LossType.IALSPP,
        random_seed=seed,
        n_threads=1,  # with more, sums are taken in the order in which threads end: no fit would equal the next
        prediction_time_max_cg_steps=5,
        prediction_time_ialspp_iteration=5,
    )
    for epoch in range(params.epochs):
        trainer.run_epoch()
        progress(epoch + 1, params.epochs)
    factors: FloatMatrix = np.zeros((whole.shape[1], params.dim), np.float32)
    factors[films] = trainer.core_trainer.item
    return factors, reg
