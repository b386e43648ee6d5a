"""How long a full ranking evaluation takes at MovieLens 1M's size, after fitting.

Claim: under 2 seconds per method on 2 cores, scoring and all metrics included. Every method is fitted and measured, on
random vectors in the place of the embedding that it needs; the hybrid with one and without. The JSON names those for
which the claim does not hold.

    python bench/evaluation_speed.py OUT.json

The ratings are generated here: 6,040 users, 3,706 films, one million ratings with a long tail; so are the vectors, of
MiniLM's length.
Times are the best of the repeats, so that other work on the machine weighs less; its load is written beside
them.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.domain import Catalog, Dataset, Interactions
from core.embeddings import Space, Stamp
from core.evaluation.protocol.measure import measure
from core.evaluation.protocol.runner import evaluate, method_factories
from core.evaluation.results.runs import library_versions
from core.evaluation.splits import make_splits
from core.evaluation.task import Settings, Task
from core.recommenders import Recommender, create, names
from core.types import FloatMatrix

N_USERS, N_ITEMS, N_RATINGS = 6040, 3706, 1_000_000
DIM = 384
WITHOUT_EMBEDDING = "hybrid without an embedding"
GENRES = [f"genre {number}" for number in range(18)]


def generated_dataset(rng: np.random.Generator) -> Dataset:
    """Ratings of exactly the size above: activity and popularity follow a long tail."""
    activity = rng.lognormal(0, 1, N_USERS)
    popularity = rng.lognormal(0, 1.5, N_ITEMS)
    cells = np.empty(0, np.int64)
    while len(cells) < N_RATINGS:
        size = 2 * N_RATINGS
        users = rng.choice(N_USERS, size, p=activity / activity.sum())
        films = rng.choice(N_ITEMS, size, p=popularity / popularity.sum())
        cells = np.unique(np.concatenate([cells, users * N_ITEMS + films]))
    cells = rng.permutation(cells)[:N_RATINGS]
    ratings = rng.integers(1, 6, N_RATINGS)
    interactions = Interactions.of(cells // N_ITEMS, cells % N_ITEMS, ratings, N_ITEMS, scale=(1, 5))
    genres = [tuple(rng.choice(GENRES, rng.integers(1, 4), replace=False)) for _ in range(N_ITEMS)]
    names = [f"Film {number}" for number in range(N_ITEMS)]
    catalog = Catalog.of(pd.DataFrame({"item_id": names, "title": names, "genres": genres}))
    return Dataset("generated-1m", "Generated, ML-1M's size", catalog, interactions, is_simulated=True)


def generated_space(name: str, n_items: int, rng: np.random.Generator) -> Space:
    """Random vectors, of films and of texts."""

    def encode_texts(texts: Sequence[str]) -> FloatMatrix:
        return rng.normal(size=(len(texts), DIM)).astype(np.float32)

    vectors = rng.normal(size=(n_items, DIM)).astype(np.float32)
    return Space(name, vectors, Stamp("generated", "1", DIM), encode_texts=encode_texts)


def timed(method: Recommender, task: Task, settings: Settings) -> dict[str, float]:
    """Seconds of one evaluation after fitting: by the clock, and of processor time over all cores."""
    clock, processor = time.perf_counter(), time.process_time()
    found = measure(method, task, settings, lambda done: None)
    return {
        "after_fit_seconds": round(time.perf_counter() - clock, 3),
        "after_fit_processor_seconds": round(time.process_time() - processor, 3),
        "score_seconds": round(found.score_seconds, 3),
        "measure_seconds": round(found.measure_seconds, 3),
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="JSON file to write")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    dataset, settings = generated_dataset(np.random.default_rng(0)), Settings(ks=(10, 20))
    split = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(0))[0]
    methods = {name: create(name) for name in names()}
    needed = {space for method in methods.values() for space in method.needs()}
    spaces = {
        name: generated_space(name, dataset.n_items, np.random.default_rng(0)) for name in sorted(needed)
    }
    methods[WITHOUT_EMBEDDING] = create("hybrid")
    best: dict[str, dict[str, float]] = {}
    for name, method in methods.items():
        given = {} if name == WITHOUT_EMBEDDING else spaces
        method.fit(Task.of(dataset, split).dataset, given, rng=np.random.default_rng(0))
        # a fresh question each time, so that making the profiles is counted
        runs = [timed(method, Task.of(dataset, split), settings) for _ in range(options.repeats)]
        best[name] = min(runs, key=lambda run: run["after_fit_seconds"])
        print(name, best[name], flush=True)
    start = time.perf_counter()
    result = evaluate(dataset, {}, method_factories(("popularity", "ease")), split)
    evaluated = time.perf_counter()
    n_figures = len(result.summary)
    report = {
        "claim": "full ranking evaluation after fitting takes under 2 s per method",
        "holds_not_for": [name for name, times in best.items() if times["after_fit_seconds"] >= 2],
        "size": {
            "users": dataset.interactions.n_users,
            "items": dataset.n_items,
            "ratings": len(dataset.interactions),
        },
        "methods": best,
        "evaluate_with_fitting_seconds": round(evaluated - start, 3),
        "intervals_seconds": round(time.perf_counter() - evaluated, 3),
        "figures_with_intervals": n_figures,
        "machine": {
            "cores": os.cpu_count(),
            "load_average_before": round(load, 2),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
        "versions": library_versions(),
    }
    text = json.dumps(report, indent=2)
    print(text)
    options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
