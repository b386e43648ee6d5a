"""Seconds that fitting EASE takes, beside LAPACK's potrf and potri alone on a matrix of the same size.

    python bench/ease_fit.py [--items 9742] [--users 2000] [--json OUT]

The ratings are simulated (popularity falls like 1 / rank); the figure to keep is the ratio, at most 1.5.
"""

import argparse
import json
import platform
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.linalg.lapack import spotrf, spotri
from threadpoolctl import threadpool_info

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import recommenders
from core.domain import Catalog, Dataset, Interactions

PER_USER = 80


def simulated(n_users: int, n_items: int) -> Dataset:
    """Ratings by chance, popular films more often; every film is rated by somebody at least."""
    rng = np.random.default_rng(0)
    chances = 1 / np.arange(1, n_items + 1)
    picks = [rng.choice(n_items, PER_USER, replace=False, p=chances / chances.sum()) for _ in range(n_users)]
    picks = [np.union1d(pick, np.arange(user, n_items, n_users)) for user, pick in enumerate(picks)]
    users = np.repeat(np.arange(n_users), [len(pick) for pick in picks])
    items = np.concatenate(picks)
    frame = pd.DataFrame({"item_id": range(n_items), "title": [f"Film {i}" for i in range(n_items)]})
    ratings = rng.integers(1, 6, len(items)).astype(np.float32)
    interactions = Interactions.of(users, items, ratings, n_items, scale=(1.0, 5.0))
    return Dataset("simulated", "Simulated", Catalog.of(frame), interactions, is_simulated=True)


def lapack_seconds(n_items: int) -> float:
    """How long potrf and potri take on a positive definite Fortran-order float32 matrix, in place."""
    rng = np.random.default_rng(0)
    matrix = np.asfortranarray(rng.random((n_items, n_items), np.float32))
    matrix[np.diag_indices(n_items)] += n_items
    started = time.perf_counter()
    factor, failed = spotrf(matrix, lower=1, overwrite_a=1, clean=0)
    _, failed_too = spotri(factor, lower=1, overwrite_c=1)
    seconds = time.perf_counter() - started
    assert failed == failed_too == 0
    return seconds


def main() -> None:
    """Measure both, alternately, and keep the best of three."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=9742)
    parser.add_argument("--users", type=int, default=2000)
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    dataset = simulated(options.users, options.items)
    fits, alone = [], []
    for _ in range(3):
        started = time.perf_counter()
        recommenders.create("ease").fit(dataset, {}, rng=np.random.default_rng(0))
        fits.append(time.perf_counter() - started)
        alone.append(lapack_seconds(options.items))
    found = {
        "items": options.items,
        "interactions": len(dataset.interactions),
        "is_simulated": True,
        "fit_seconds": round(min(fits), 3),
        "lapack_seconds": round(min(alone), 3),
        "ratio": round(min(fits) / min(alone), 3),
        "peak_memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "threads": max(pool["num_threads"] for pool in threadpool_info()),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    print(json.dumps(found, indent=1))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
