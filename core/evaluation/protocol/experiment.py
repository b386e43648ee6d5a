"""Running an evaluation: tune where wanted, measure every method, and say what was done."""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core import recommenders
from core.compute.progress import KEPT, Clock, Stages
from core.domain import Dataset
from core.embeddings import Space
from core.errors import AtlasError, CannotFitError, DatasetError, InvalidQueryError
from core.evaluation.protocol.explaining import explain
from core.evaluation.protocol.given_lists import ListsFile
from core.evaluation.protocol.runner import Factory, evaluate_all
from core.evaluation.protocol.tuning import search_space, tune
from core.evaluation.results.report import report
from core.evaluation.results.result import EvaluationResult
from core.evaluation.results.runs import catalog_digest, digest_of, run_key, space_digest
from core.evaluation.splits import Split
from core.evaluation.task import Settings
from core.recommenders import Ability, Recommender
from core.storage.artifacts import make_writable, write_atomically

MOST_TRIALS = 1000
"""More trials a method are refused: a slip of the finger would run for days."""


@dataclass(frozen=True)
class Experiment:
    """What is asked of the methods.

    Attributes:
        methods: Registered names.
        ks: Cut-offs of the lists.
        relevant: Lowest rating that counts as liked; None = 0.8 of the scale's top.
        seed: Decides everything random.
        n_trials: Sets of hyper-parameters tried for each method on a part of train; 0 = the defaults.
        lists: Lists that other systems made, measured among the methods.
    """

    methods: tuple[str, ...]
    ks: tuple[int, ...] = (10, 20)
    relevant: float | None = None
    seed: int = 0
    n_trials: int = 0
    lists: tuple[ListsFile, ...] = ()

    def __post_init__(self) -> None:
        names = [lists.name for lists in self.lists]
        if doubled := [name for name in names if names.count(name) > 1]:
            raise InvalidQueryError(
                f"Two files of lists are called {doubled[0]}.", hint="Name them: --lists NAME=FILE"
            )
        if not 0 <= self.n_trials <= MOST_TRIALS:
            raise InvalidQueryError(
                f"{self.n_trials} trials were asked for.", hint=f"Choose from 1 to {MOST_TRIALS:,}."
            )
        if self.seed < 0:
            raise InvalidQueryError(f"The seed is {self.seed}.", hint="Choose 0 or more.")
        Settings(self.ks)


@dataclass(frozen=True, eq=False)
class Material:
    """What an experiment is done on.

    Attributes:
        dataset: What the splits were made of.
        splits: One, all folds, or one for each number of given ratings.
        spaces: Embeddings that methods may use; none of them has seen a held-out rating.
        unused: Embedding -> why methods may not use it.
        notes: What a reader of the figures should know, plain sentences.
        folder: Where finished runs are kept.
        others: Why an embedding that is in neither is not there; "" = it was not built.
    """

    dataset: Dataset
    splits: tuple[Split, ...]
    spaces: Mapping[str, Space]
    unused: Mapping[str, str]
    notes: tuple[str, ...]
    folder: Path
    others: str = ""


def parse_methods(text: str) -> tuple[str, ...]:
    """ "ease,ials" as names, "all" = every method.

    Raises:
        UnknownNameError: No method has this name.
        InvalidQueryError: There is no name at all.
    """
    wanted = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if "all" in wanted:
        return tuple(recommenders.names())
    if not wanted:
        raise InvalidQueryError("Which methods?", hint="For example --methods popularity,ease, or all.")
    for name in wanted:
        recommenders.method_class(name)
    return wanted


def run_experiment(
    experiment: Experiment,
    material: Material,
    stages: Stages,
    on_results: Callable[[Sequence[EvaluationResult]], None] = lambda results: None,
) -> dict[str, Any]:
    """Do it: results, slices and everything about them as plain values, see `report`.

    A method that cannot be fitted is in the results with its reason. What was finished before an
    interruption is not done again. `on_results` is told what was answered, one result a split.

    Raises:
        CannotFitError: No method at all could be fitted.
        InvalidQueryError: A setting is out of its bounds.
        BuildError: Nothing can be kept in the material's folder.
    """
    make_writable(material.folder)
    # among films that nobody has rated, many methods cannot tell one from another: the catalogue's order must not
    ties = "random" if any(split.candidates is not None for split in material.splits) else "index"
    settings = Settings(
        experiment.ks, experiment.relevant, judge=_judge(material.spaces), seed=experiment.seed, ties=ties
    )
    groups = _by_train(material.splits)
    tunable = [name for name in experiment.methods if _is_tunable(name, material.spaces)]
    tunable = tunable if experiment.n_trials else []
    stages.of = stages.number + len(groups) * (1 + len(tunable)) + 1
    results: list[EvaluationResult] = []
    tuned: list[dict[str, dict[str, Any]]] = []
    for group in groups:
        found = {name: _tuned(name, group[0], experiment, material, stages) for name in tunable}
        tuned.append(found)
        clock = stages.begin("Measuring the methods")
        methods = {
            name: partial(
                _announced, partial(_make, name, found.get(name, {}), tuple(material.spaces)), clock
            )
            for name in experiment.methods
        } | {lists.name: lists.method for lists in experiment.lists}
        results += evaluate_all(
            material.dataset, material.spaces, methods, group,
            settings=settings, folder=material.folder, progress=clock,
        )  # fmt: skip
    on_results(results)
    value = report(results, stages.begin("Intervals, tests and slices"))
    explain(value, experiment, material, tuned)
    return value


def _judge(opened: Mapping[str, Space]) -> str:
    """The embedding that compares the first film with the liked ones, "" where there is none."""
    return "minilm" if "minilm" in opened else next(iter(opened), "")


def _by_train(splits: Sequence[Split]) -> list[list[Split]]:
    """Splits that share their train part, and so their fit and their tuning."""
    groups: dict[int, list[Split]] = {}
    for split in splits:
        groups.setdefault(id(split.train), []).append(split)
    return list(groups.values())


def _make(name: str, tuned: Mapping[str, Any], built: Sequence[str]) -> Recommender:
    """A method with the parameters that tuning found, else with its defaults."""
    return recommenders.create_for(name, built, **tuned.get("params", {}))


def _is_tunable(name: str, opened: Mapping[str, Space]) -> bool:
    """Whether a method has anything to tune, and the embedding that it needs is there."""
    needed = recommenders.create_for(name, list(opened)).needs()
    return set(needed) <= set(opened) and bool(search_space(recommenders.method_class(name), opened))


def _announced(make: Factory, clock: Clock) -> Recommender:
    """Say which method is at work before it is: a fit may take long."""
    method = make()
    clock.say(f"{method.label}: fitting")
    return method


def _tuned(
    name: str, split: Split, experiment: Experiment, material: Material, stages: Stages
) -> dict[str, Any]:
    """What tuning on the train part found: params, metric, validation figure, trials; or an error.

    Only the train part is handed on. The answer is kept, so that an interrupted run goes on with the next
    method.
    """
    cls = recommenders.method_class(name)
    clock = stages.begin(f"Tuning {cls.label}")
    predicts = Ability.RATINGS in cls.abilities and split.train.is_explicit
    metric = "rmse" if predicts else f"ndcg@{min(experiment.ks)}"
    path = material.folder / f"tuned-{_tuning_digest(name, split, experiment, material)}.json"
    if kept := _kept_params(path, cls):
        clock(experiment.n_trials, experiment.n_trials, KEPT)
        return kept
    try:
        best = tune(
            name,
            replace(material.dataset, interactions=split.train),
            material.spaces,
            n_trials=experiment.n_trials,
            metric=metric,
            rng=np.random.default_rng([experiment.seed, zlib.crc32(name.encode())]),
            relevant=experiment.relevant,
            progress=clock,
        )
    except (CannotFitError, DatasetError) as error:
        return {"error": str(error)}
    found = {
        "params": asdict(best.params),
        "metric": best.metric,
        "validation": best.value,
        "validation_of_best": best.best,
        "validation_of_defaults": best.trials[0].value,
        "trials": len(best.trials),
    }
    material.folder.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(found, indent=1).encode())
    return found


def _tuning_digest(name: str, split: Split, experiment: Experiment, material: Material) -> str:
    """Stands for everything that decides what tuning finds."""
    from importlib import metadata

    question = {
        "catalog": catalog_digest(material.dataset.catalog),
        "split": split.fingerprint,
        "relevant": experiment.relevant,
        "k": min(experiment.ks),
        "seed": experiment.seed,
        "trials": experiment.n_trials,
        "spaces": {space: space_digest(opened) for space, opened in material.spaces.items()},
        "optuna": metadata.version("optuna"),
    }
    method = recommenders.create_for(name, list(material.spaces))
    return digest_of(run_key(method, material.spaces, question))


def _kept_params(path: Path, cls: type[Recommender]) -> dict[str, Any] | None:
    """What an earlier tuning found; None where there is none, or it fits this method no longer."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        cls(cls.Params(**found["params"]))
    except (OSError, ValueError, KeyError, TypeError, AtlasError):
        return None
    return found


def validate_report(value: Mapping[str, Any]) -> None:
    """Refuse a report in which no method has a result.

    Raises:
        CannotFitError: With the first method's reason.
    """
    errors = {name: one["error"] for name, one in value["results"].items() if "error" in one}
    if len(errors) == len(value["results"]):
        name, reason = next(iter(errors.items()))
        raise CannotFitError(f"None of the methods could be fitted. {name}: {reason}")
