"""The experiment: all methods learn from one train part, answer the same users, and are measured alike.

Methods never see the held-out part: they are fitted on the train interactions alone and asked with the known
ratings alone. Scores are worked on a batch of users at a time; no matrix of all users and items is ever made.
"""

import json
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.compute.fan_out import Workers, workers
from core.compute.memory import PeakMemory
from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings import Space
from core.errors import CannotFitError, MissingPackageError, ModelUnavailableError, NotBuiltError
from core.evaluation.metrics import METRICS, metric_of
from core.evaluation.protocol.measure import batches, measure
from core.evaluation.results.result import EvaluationResult
from core.evaluation.results.runs import (
    Run,
    RunFolder,
    catalog_digest,
    digest_of,
    params_of,
    run_key,
    space_digest,
)
from core.evaluation.results.stored import method_label, split_label
from core.evaluation.splits import Split
from core.evaluation.task import Settings, Task
from core.recommenders import Recommender, create

Factory = Callable[[], Recommender]


@dataclass
class _Steps:
    """Counts the steps of a whole evaluation and tells them to the caller."""

    progress: Progress
    total: int
    done: int = 0

    def step(self, note: str, count: int = 1) -> None:
        self.done += count
        self.progress(self.done, self.total, note)


@dataclass
class _Fitted:
    """A method that is fitted when it is first needed, and again only for another train part."""

    make: Factory
    spaces: Mapping[str, Space]
    seed: int
    method: Recommender | None = None
    train: object = None
    seconds: float = 0.0
    megabytes: float | None = None

    def on(self, task: Task) -> Recommender:
        """The method, fitted on the task's train part."""
        if self.method is None or self.train is not task.split.train:
            self.method = None  # the old model's memory is free before the new one is fitted
            method = self.make()
            rng = np.random.default_rng([self.seed, zlib.crc32(method.name.encode())])
            with PeakMemory() as peak:
                start = time.perf_counter()
                self.method = method.fit(task.dataset, self.spaces, rng=rng)
                self.seconds = time.perf_counter() - start
            self.megabytes, self.train = peak.megabytes, task.split.train
        return self.method


def method_factories(
    names: Iterable[str], params: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Factory]:
    """Factories of registered methods, by name.

    Args:
        names: Registered names.
        params: Method -> hyper-parameters that differ from their defaults.
    """
    return {name: partial(create, name, **(params or {}).get(name, {})) for name in names}


def evaluate(
    dataset: Dataset,
    spaces: Mapping[str, Space],
    methods: Mapping[str, Factory],
    split: Split,
    *,
    settings: Settings | None = None,
    folder: Path | None = None,
    progress: Progress = no_progress,
) -> EvaluationResult:
    """Measure methods on one split; `evaluate_all` with a single split."""
    results = evaluate_all(
        dataset, spaces, methods, [split], settings=settings, folder=folder, progress=progress
    )
    return results[0]


def evaluate_all(
    dataset: Dataset,
    spaces: Mapping[str, Space],
    methods: Mapping[str, Factory],
    splits: Sequence[Split],
    *,
    settings: Settings | None = None,
    folder: Path | None = None,
    progress: Progress = no_progress,
) -> tuple[EvaluationResult, ...]:
    """Measure methods on several splits; splits that share their train part share the fit.

    A method is fitted here; its batches of users are done by `core.compute.fan_out.workers`.

    Args:
        dataset: What the splits were made of; its interactions are not looked at, only those of the splits.
        spaces: Built spaces. They must not have been learned from held-out ratings.
        methods: Name in the results -> makes a method that is not fitted yet; see `method_factories`.
        splits: Each is measured on its own; the results keep their order.
        settings: What is measured; None = `Settings()`.
        folder: Where finished runs are kept and looked up, so that an interrupted evaluation goes on; None =
            nowhere.
        progress: Told after every fit and every batch of users.

    Returns:
        One result per split. A method that cannot be fitted on a split is in its `failed`, with the reason.

    Raises:
        NotBuiltError: The space that should judge is not there.
        InvalidQueryError: A setting is out of its bounds.
        MissingPackageError, ClusterError: See `core.compute.fan_out.workers`.
    """
    settings, helpers = settings or Settings(), workers()
    for name in settings.metrics:
        metric_of(name)
    if settings.judge and settings.judge not in spaces:
        raise NotBuiltError(f"The embedding {settings.judge} that should judge is not built.")
    judge = spaces[settings.judge] if settings.judge else None
    tasks = [Task.of(dataset, split, relevant=settings.relevant, judge=judge) for split in splits]
    results = [EvaluationResult(task, settings) for task in tasks]
    keys = [_task_key(task, settings, judge) for task in tasks]
    steps = _Steps(progress, len(methods) * sum(1 + len(batches(task)) for task in tasks))
    store = None if folder is None else RunFolder(folder)
    for label, make in methods.items():
        fitted = _Fitted(make, spaces, settings.seed)
        for result, about in zip(results, keys, strict=True):
            note = f"{method_label(label)}, {split_label(result.task.split.name)}"
            key = run_key(make(), spaces, about)
            run = store.load(key) if store else None
            if store:
                result.kept[label] = digest_of(key)
            if run is not None:
                steps.step(f"{note}: already there", 1 + len(batches(result.task)))
                result.runs[label] = run
                continue
            try:
                result.runs[label] = run = _run(fitted, result, steps, note, helpers)
            except (CannotFitError, NotBuiltError, ModelUnavailableError, ModuleNotFoundError) as caught:
                error = (
                    MissingPackageError(caught.name or "of that name")
                    if isinstance(caught, ModuleNotFoundError)
                    else caught
                )
                result.failed[label] = str(error)
                result.kept.pop(label, None)
                steps.step(f"{note}: {error.message}", 1 + len(batches(result.task)))
                continue
            if store:
                store.save(key, run)
    return tuple(results)


def _run(fitted: _Fitted, result: EvaluationResult, steps: _Steps, note: str, helpers: Workers) -> Run:
    """Fit where needed, score and measure."""
    task = result.task
    method = fitted.on(task)
    steps.step(f"{note}: learned")
    found = measure(
        method,
        task,
        result.settings,
        lambda done: steps.step(f"{note}: {done:,} of {task.n_users:,} users"),
        helpers,
    )
    seconds = {"fit": fitted.seconds, "score": found.score_seconds, "measure": found.measure_seconds}
    return Run(
        method.name,
        params_of(method),
        found.columns,
        found.values,
        found.ranked.astype(np.int32),
        found.n_predicted,
        {name: round(value, 4) for name, value in seconds.items()},
        {"fit": fitted.megabytes, "score": found.megabytes},
        found.n_tied,
        found.n_short,
        found.n_unpredicted,
        json.loads(json.dumps(method.decided_)),
    )


def _task_key(task: Task, settings: Settings, judge: Space | None) -> dict[str, Any]:
    """What decides a result beside the method, as plain JSON values."""
    return {
        "catalog": catalog_digest(task.dataset.catalog),
        "split": {"name": task.split.name, "fingerprint": task.split.fingerprint},
        "relevant_from": task.relevant_from,
        "ks": list(settings.ks),
        "metrics": list(settings.metrics or METRICS),
        "judge": None if judge is None else space_digest(judge),
        "seed": settings.seed,
        "ties": settings.ties,
    }
