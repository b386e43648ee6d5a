"""Choosing hyper-parameters on a validation part of the training data; the test part is never at hand."""

from collections.abc import Mapping
from dataclasses import Field, dataclass
from functools import partial
from typing import Any

import numpy as np

from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings import Space
from core.errors import CannotFitError, InvalidQueryError
from core.evaluation.metrics import metric_of
from core.evaluation.protocol.runner import evaluate
from core.evaluation.results.result import EvaluationResult
from core.evaluation.splits import make_splits
from core.evaluation.task import Settings
from core.params import is_logarithmic, param_fields
from core.recommenders import Recommender, method_class


@dataclass(frozen=True)
class Trial:
    """One set of hyper-parameters that was tried; `value` is None where the method declined."""

    params: dict[str, Any]
    value: float | None


@dataclass(frozen=True)
class Tuned:
    """The best hyper-parameters found.

    Attributes:
        params: Instance of the method's `Params`.
        value: Its figure on the validation part.
        metric: Which figure: "ndcg@10".
        trials: Everything tried, in order; the first is the method's defaults.
    """

    params: Any
    value: float
    metric: str
    trials: tuple[Trial, ...]


def tune(
    method: str | type[Recommender],
    train: Dataset,
    spaces: Mapping[str, Space],
    *,
    n_trials: int = 20,
    metric: str = "ndcg@10",
    rng: np.random.Generator,
    split: str = "random_holdout",
    relevant: float | None = None,
    progress: Progress = no_progress,
) -> Tuned:
    """Search the bounds and choices of a method's parameters with Optuna's TPE, its defaults first.

    A part of the train ratings is held out once and every trial is measured on it. Parameters without both
    bounds or choices, and those that are not searched (see `core.params.param`), stay as they are;
    `choices_from="spaces"` means the spaces given here.

    Args:
        method: Registered name, or the class.
        train: Dataset whose interactions are the train part alone.
        spaces: Built spaces by name; see `core.evaluation.protocol.runner.evaluate_all`.
        n_trials: How many settings are tried, the defaults included.
        metric: Figure to make best, with its cut-off: "ndcg@10", "rmse".
        rng: Draws the validation part and the seed of the search.
        split: How the validation part is held out; the first split of that kind is used.
        relevant: Lowest rating that counts as liked; None = 0.8 of the scale's top.
        progress: Told after every trial.

    Raises:
        InvalidQueryError: Fewer than one trial, or a figure that has no best.
        CannotFitError: The method declined every trial.
    """
    import optuna

    cls = method_class(method) if isinstance(method, str) else method
    wanted = metric_of(metric)
    if n_trials < 1 or wanted.higher_is_better is None:
        raise InvalidQueryError(f"{n_trials} trials for the best {wanted.label} make no search.")
    seed, held = int(rng.integers(2**31)), make_splits(split, train.interactions, rng=rng)[0]
    ks = (int(metric.partition("@")[2]),) if "@" in metric else (10,)
    settings = Settings(ks=ks, relevant=relevant, metrics=(wanted.name,), seed=seed)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    direction = "maximize" if wanted.higher_is_better else "minimize"
    study = optuna.create_study(direction=direction, sampler=optuna.samplers.TPESampler(seed=seed))
    space, tried = search_space(cls, spaces), list[Trial]()
    for number in range(n_trials):
        # the defaults come first as they are: some mean "chosen by size" and lie outside of what is searched
        trial = study.ask(space) if number else None
        params = {**_defaults(cls), **(trial.params if trial else {})}
        result = evaluate(
            train, spaces, {cls.name: partial(cls, cls.Params(**params))}, held, settings=settings
        )
        value = _value(result, metric)
        tried.append(Trial(params, value))
        if trial is not None:
            state = optuna.trial.TrialState.FAIL if value is None else optuna.trial.TrialState.COMPLETE
            study.tell(trial, value, state=state)
        progress(number + 1, n_trials, f"{cls.label}: trial {number + 1} of {n_trials}")
    done = [trial for trial in tried if trial.value is not None]
    if not done:
        raise CannotFitError(f"{cls.label} could not be fitted in any of {n_trials} trials.")
    sign = -1 if wanted.higher_is_better else 1
    best = min(done, key=lambda trial: sign * float(trial.value or 0))
    return Tuned(cls.Params(**best.params), float(best.value or 0), metric, tuple(tried))


def search_space(method: type[Recommender], spaces: Mapping[str, Space]) -> dict[str, Any]:
    """The Optuna distribution of every hyper-parameter that has something to choose from."""
    found = {spec.name: _distribution(spec, spaces) for spec in param_fields(method.Params)}
    return {name: distribution for name, distribution in found.items() if distribution is not None}


def _distribution(spec: Field[Any], spaces: Mapping[str, Space]) -> Any:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    meta, low, high = spec.metadata, spec.metadata.get("low"), spec.metadata.get("high")
    if (search := meta.get("search")) is not None:
        if not search:
            return None
        low, high = search
    choices = (
        tuple(sorted(spaces)) if meta.get("choices_from") == "spaces" else tuple(meta.get("choices", ()))
    )
    if isinstance(spec.default, bool):
        choices = (False, True)
    if choices:
        return CategoricalDistribution(choices)
    if low is None or high is None or low == high:
        return None
    log = is_logarithmic(low, high)
    if isinstance(spec.default, int):
        return IntDistribution(int(low), int(high), log=log)
    return FloatDistribution(float(low), float(high), log=log)


def _defaults(method: type[Recommender]) -> dict[str, Any]:
    return {spec.name: spec.default for spec in param_fields(method.Params)}


def _value(result: EvaluationResult, metric: str) -> float | None:
    rows = result.summary[(result.summary["users"] == "all") & (result.summary["metric"] == metric)]
    if rows.empty or not np.isfinite(rows["mean"].iloc[0]):
        return None
    return float(rows["mean"].iloc[0])
