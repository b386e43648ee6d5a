"""Choose the defaults of the collaborative methods by nDCG@10 on validation ratings.

On ML-100K and ml-latest-small, a test part (a fifth of everybody's ratings, seed 0) is set aside and never
looked at; a fifth of what is left is the validation part that the search sees. A film is relevant from a
rating of 4.

    MOVIE_DATA_DIR=… python bench/tune_collaborative.py --method item_knn --trials 40 [--set shrinkage=5 …]
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from core.evaluation.metrics.lists import hits_of

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import datasets, recommenders
from core.domain import Dataset, Profile
from core.evaluation.metrics import accuracy
from core.evaluation.splits import Split, make_splits
from core.recommenders.ranking import top_k_rows

NAMES = ("ml-100k", "ml-latest-small")
K, RELEVANT = 10, 4

Suggest = Callable[[optuna.Trial], dict[str, Any]]


def real(trial: optuna.Trial, name: str, low: float, high: float, log: bool = False) -> dict[str, Any]:
    """One real hyper-parameter."""
    return {name: trial.suggest_float(name, low, high, log=log)}


def whole(trial: optuna.Trial, name: str, low: int, high: int) -> dict[str, Any]:
    """One whole-numbered hyper-parameter, searched by its logarithm."""
    return {name: trial.suggest_int(name, low, high, log=True)}


SEARCH: dict[str, Suggest] = {
    "ease": lambda t: real(t, "reg", 50, 1000, True),
    "edlae": lambda t: real(t, "reg", 30, 1000, True) | real(t, "dropout", 0, 0.8),
    "item_knn": lambda t: (
        whole(t, "n_neighbors", 20, 400)
        | real(t, "shrinkage", 0.5, 50, True)
        | real(t, "balance", 0.1, 0.6)
        | real(t, "activity_penalty", 0, 1)
    ),
    "user_knn": lambda t: (
        whole(t, "n_neighbors", 20, 600)
        | real(t, "shrinkage", 0.1, 100, True)
        | real(t, "rarity", 0, 2)
        | real(t, "sharpness", 0.5, 4)
    ),
    "rp3beta": lambda t: real(t, "beta", 0, 1) | real(t, "alpha", 0.3, 2) | whole(t, "n_neighbors", 20, 1000),
    "slim": lambda t: real(t, "l1", 0.2, 5, True) | real(t, "l2", 40, 600, True),
    "ials": lambda t: whole(t, "dim", 16, 128) | real(t, "alpha0", 0.05, 2, True) | whole(t, "epochs", 5, 30),
}


def validation(name: str, folder: Path) -> tuple[Dataset, Split]:
    """A dataset that holds the training ratings alone, and the split of these."""
    dataset = datasets.load(name, folder / name)
    (outer,) = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(0))
    (inner,) = make_splits("random_holdout", outer.train, rng=np.random.default_rng(1))
    return replace(dataset, interactions=inner.train), inner


def ndcg(dataset: Dataset, split: Split, method: str, params: dict[str, Any]) -> float:
    """Mean nDCG@10 over the users with a relevant validation film."""
    fitted = recommenders.create(method, **params).fit(dataset, {}, rng=np.random.default_rng(0))
    profiles = []
    for row, user in enumerate(split.users):
        part = slice(split.known.indptr[row], split.known.indptr[row + 1])
        items, ratings = split.known.indices[part], split.known.data[part]
        profiles.append(Profile.of_ratings(items, ratings, dataset.interactions.scale, user=int(user)))
    scores = fitted.score(profiles)
    scores[split.known.nonzero()] = np.nan
    relevant = split.test.copy()
    relevant.data = (relevant.data >= RELEVANT).astype(np.float32)
    relevant.eliminate_zeros()
    hits = hits_of(top_k_rows(scores, K), relevant)
    return float(np.nanmean(accuracy.ndcg(hits, np.diff(relevant.indptr).astype(np.int64), [K])))


def main() -> None:
    """Search, and print the best few with their figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--method", required=True, choices=sorted(recommenders.names()))
    parser.add_argument("--trials", type=int, default=30, help="0 = the defaults alone")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="fixed hyper-parameters")
    parser.add_argument("--datasets", nargs="*", default=list(NAMES), choices=NAMES)
    options = parser.parse_args()
    fixed = {name: json.loads(value) for name, value in (pair.split("=") for pair in options.set)}
    folder = Path(os.environ["MOVIE_DATA_DIR"])
    parts = {name: validation(name, folder) for name in options.datasets}

    def measure(params: dict[str, Any]) -> dict[str, float]:
        return {name: round(ndcg(*part, options.method, params), 4) for name, part in parts.items()}

    started = time.perf_counter()
    print("defaults", fixed, measure(fixed), f"{time.perf_counter() - started:.1f} s", flush=True)

    def objective(trial: optuna.Trial) -> float:
        found = measure(SEARCH[options.method](trial) | fixed)
        trial.set_user_attr("ndcg", found)
        return float(np.mean(list(found.values())))

    if options.trials:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
        study.optimize(objective, n_trials=options.trials)
        for trial in sorted(study.trials, key=lambda t: -(t.value or 0))[:6]:
            shown = {k: round(v, 4) for k, v in trial.params.items()}
            print(f"{trial.value:.4f}", trial.user_attrs["ndcg"], shown)
        print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
