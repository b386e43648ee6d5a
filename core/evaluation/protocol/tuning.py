"""Choosing hyper-parameters on validation parts of the training data; the test part is never at hand.

What wins on one validation part can lose on the test: by chance, since the best of many is partly the luckiest, and because
more is learned from in the end than while searching. So few that do well go on to further parts (successive halving), a
setting has to be clearly better than the defaults to replace them (the one-standard-error rule), and penalties are
searched as multiples of rules that move with the size of the data. bench/tuning_holds.py shows what this is worth.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field
from functools import partial
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings import Space
from core.errors import CannotFitError, InvalidQueryError
from core.evaluation.metrics import metric_of
from core.evaluation.protocol.runner import evaluate
from core.evaluation.splits import Split, make_splits
from core.evaluation.task import Settings
from core.params import is_logarithmic, param_fields
from core.recommenders import Recommender, method_class

HOLDOUTS = 3
"""Validation parts: every setting is measured on the first, a third of them on the second, a ninth on the third."""
KEPT = 3
"""One in so many goes on to the next validation part."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Trial:
    """One set of hyper-parameters that was tried.

    Attributes:
        params: All of them.
        value: The figure's mean over the validation parts that it was measured on; None = the method declined.
        n_holdouts: On how many parts.
    """

    params: dict[str, Any]
    value: float | None
    n_holdouts: int = 1


@dataclass(frozen=True)
class Tuned:
    """The hyper-parameters that were chosen.

    Attributes:
        params: Instance of the method's `Params`.
        value: Their figure, a mean over the validation parts.
        metric: Which figure: "ndcg@10".
        trials: Everything tried, in order; the first is the method's defaults.
        best: The best figure of those that went as far: what is given up for a choice that holds.
    """

    params: Any
    value: float
    metric: str
    trials: tuple[Trial, ...]
    best: float


@dataclass(eq=False)
class _Tried:
    """A setting while it is searched.

    Attributes:
        params: Of it.
        place: How far from the defaults it lies.
        values: Of every validation part each user's figures by user_index, NaN = none.
        declined: Whether the method declined one.
    """

    params: dict[str, Any]
    place: float
    values: list[Values] = field(default_factory=list)
    declined: bool = False

    def add(self, values: Values | None) -> None:
        """Take what it came to on one more part; None = the method declined."""
        self.declined = self.declined or values is None
        if values is not None:
            self.values.append(values)

    @property
    def mean(self) -> float:
        """Mean over users of each part, and then over parts."""
        return float(np.mean([np.nanmean(values) for values in self.values]))

    def trial(self) -> Trial:
        """What is told of it."""
        return Trial(self.params, None if self.declined else self.mean, len(self.values))


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

    Parts of the train ratings are held out, `HOLDOUTS` times by other draws. Every setting is measured on the first; the
    best third, and always the defaults, on the second, and the best of these on the third. Of those that went all the way
    and are within one standard error of the best, paired by person, the one nearest to the defaults is chosen.

    Parameters without both bounds or choices, and those that are not searched (see `core.params.param`), stay as they are;
    `choices_from="spaces"` means the spaces given here.

    Args:
        method: Registered name, or the class.
        train: Dataset whose interactions are the train part alone.
        spaces: Built spaces by name; see `core.evaluation.protocol.runner.evaluate_all`.
        n_trials: How many settings are tried, the defaults included; `n_fits` says how often is learned for that.
        metric: Figure to make best, with its cut-off: "ndcg@10", "rmse".
        rng: Draws the validation parts and the seed of the search.
        split: How they are held out; the first split of that kind is used.
        relevant: Lowest rating that counts as liked; None = 0.8 of the scale's top.
        progress: Told after every fit.

    Raises:
        InvalidQueryError: Fewer than one trial, or a figure that has no best.
        CannotFitError: The method declined every trial.
    """
    cls = method_class(method) if isinstance(method, str) else method
    wanted = metric_of(metric)
    if n_trials < 1 or wanted.higher_is_better is None:
        raise InvalidQueryError(f"{n_trials} trials for the best {wanted.label} make no search.")
    seed, held = int(rng.integers(2**31)), make_splits(split, train.interactions, rng=rng)[0]
    ks = (int(metric.partition("@")[2]),) if "@" in metric else (10,)
    settings = Settings(ks=ks, relevant=relevant, metrics=(wanted.name,), seed=seed)
    measure = partial(_measured, cls, train, spaces, settings, metric)
    sign, done = 1 if wanted.higher_is_better else -1, 0

    def tell(words: str) -> None:
        nonlocal done
        done += 1
        progress(done, n_fits(n_trials), f"{cls.label}: {words}")

    search = _Search(cls, spaces, sign, seed)
    tried = list[_Tried]()
    for number in range(1, n_trials + 1):
        tried.append(search.next())
        tried[-1].add(measure(tried[-1].params, held))
        search.learn(tried[-1])
        tell(f"trial {number} of {n_trials}")
    left = [one for one in tried if not one.declined]
    for holdout in range(1, HOLDOUTS):
        best_first = sorted(left, key=lambda one: -sign * one.mean)[: going_on(n_trials, holdout) - 1]
        left = [one for one in left if one in best_first or one is tried[0]]
        if len(left) < 2:
            break
        held = make_splits(split, train.interactions, rng=rng)[0]
        for number, one in enumerate(left, 1):
            one.add(measure(one.params, held))
            tell(f"part {holdout + 1} of {HOLDOUTS}, {number} of {len(left)}")
        left = [one for one in left if not one.declined]
    if not left:
        raise CannotFitError(f"{cls.label} could not be fitted in any of {n_trials} trials.")
    best = max(left, key=lambda one: sign * one.mean)
    chosen = min((one for one in left if _is_as_good(one, best, sign)), key=lambda one: one.place)
    trials = tuple(one.trial() for one in tried)
    return Tuned(cls.Params(**chosen.params), chosen.mean, metric, trials, best.mean)


def n_fits(n_trials: int) -> int:
    """How many times a method is learned for so many trials at most, the further validation parts included."""
    return n_trials + sum(going_on(n_trials, holdout) for holdout in range(1, HOLDOUTS))


def going_on(n_trials: int, holdout: int) -> int:
    """How many settings are measured on the second (1) and third (2) validation part, the defaults among them."""
    return min(n_trials, ceil(n_trials / KEPT**holdout) + 1) if n_trials > 1 else 0


class _Search:
    """Asks Optuna for settings, the defaults first as they are: some lie outside of what is searched."""

    def __init__(self, method: type[Recommender], spaces: Mapping[str, Space], sign: int, seed: int) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        direction = "maximize" if sign > 0 else "minimize"
        self._study = optuna.create_study(direction=direction, sampler=optuna.samplers.TPESampler(seed=seed))
        self._states = optuna.trial.TrialState
        self._space, self._defaults = search_space(method, spaces), _defaults(method)
        self._trial: Any = None
        self._began = False

    def next(self) -> _Tried:
        """The next setting."""
        self._trial = self._study.ask(self._space) if self._began else None
        self._began = True
        params = {**self._defaults, **(self._trial.params if self._trial else {})}
        return _Tried(params, _place(params, self._space, self._defaults))

    def learn(self, tried: _Tried) -> None:
        """Take what the last one came to."""
        if self._trial is not None:
            state = self._states.FAIL if tried.declined else self._states.COMPLETE
            self._study.tell(self._trial, None if tried.declined else tried.mean, state=state)


def _is_as_good(one: _Tried, best: _Tried, sign: int) -> bool:
    """Whether a setting's mean is within one standard error of the best one's, paired by person."""
    if one is best:
        return True
    parts = min(len(one.values), len(best.values))
    behind = np.concatenate([sign * (best.values[part] - one.values[part]) for part in range(parts)])
    behind = behind[np.isfinite(behind)]
    if len(behind) < 2:
        return False
    return bool(behind.mean() <= behind.std(ddof=1) / np.sqrt(len(behind)))


def _place(params: Mapping[str, Any], space: Mapping[str, Any], defaults: Mapping[str, Any]) -> float:
    """How far from the defaults a setting lies: 1 for another choice or the whole of a range, summed over parameters."""
    far = 0.0
    for name, distribution in space.items():
        value, default = params[name], defaults[name]
        if value == default:
            continue
        if not hasattr(distribution, "low"):
            far += 1
            continue
        low, high = float(distribution.low), float(distribution.high)
        inside = min(max(float(default), low), high)
        scale = np.log if distribution.log else np.asarray
        far += float(abs(scale(value) - scale(inside)) / (scale(high) - scale(low)))
    return far


def _measured(
    method: type[Recommender],
    train: Dataset,
    spaces: Mapping[str, Space],
    settings: Settings,
    metric: str,
    params: Mapping[str, Any],
    held: Split,
) -> Values | None:
    """(n_users,) each user's figure by user_index, NaN = none; None where the method declined or nothing was measured."""
    factory = {method.name: partial(method, method.Params(**params))}
    run = evaluate(train, spaces, factory, held, settings=settings).runs.get(method.name)
    if run is None or metric not in run.columns:
        return None
    values = np.full(train.interactions.n_users, np.nan)
    values[held.users] = run.column(metric)
    return values if np.isfinite(values).any() else None


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
