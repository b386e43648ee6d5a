"""How long SLIM and predicted ratings learn, and in how much memory, as ratings grow: where their bounds come from.

    python bench/fit_bounds.py OUT.json

The ratings are simulated: films by a long tail, people by another. Each fit runs in a process of its own; one that takes
longer than `PATIENCE` is ended and counts as that long at least.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.generated import places_of
from core import recommenders
from core.compute.memory import PeakMemory
from core.domain import Catalog, Dataset, Interactions
from core.recommenders.collaborative import predicted_rating, slim

SIZES = (
    ("slim", 4_000, 500_000),
    ("slim", 8_000, 500_000),
    ("slim", 8_000, 1_000_000),
    ("slim", 16_000, 1_000_000),
    ("slim", 16_000, 2_000_000),
    ("predicted_rating", 4_000, 500_000),
    ("predicted_rating", 8_000, 1_000_000),
    ("predicted_rating", 16_000, 2_000_000),
    ("predicted_rating", 16_000, 4_000_000),
)
"""Method, films, ratings."""
PATIENCE = 420.0


def simulated(n_items: int, n_ratings: int) -> Dataset:
    """Ratings by chance; about 140 for a person, as in MovieLens."""
    rng = np.random.default_rng(0)
    n_users = max(n_ratings // 140, 10)
    pairs = np.empty(0, np.int64)
    while len(pairs) < n_ratings:
        drawn = places_of(n_users, (n_ratings,), rng, 0.5) * n_items + places_of(n_items, (n_ratings,), rng)
        pairs = np.unique(np.concatenate([pairs, drawn]))
    pairs = rng.permutation(pairs)[:n_ratings]
    users, items = np.divmod(pairs, n_items)
    frame = pd.DataFrame({"item_id": range(n_items), "title": [f"Film {i}" for i in range(n_items)]})
    stars = rng.integers(1, 11, n_ratings).astype(np.float32) / 2
    interactions = Interactions.of(users, items, stars, n_items, scale=(0.5, 5.0))
    return Dataset("simulated", "Simulated", Catalog.of(frame), interactions, is_simulated=True)


def one_fit(name: str, n_items: int, n_ratings: int) -> dict[str, Any]:
    """Seconds and MB of one fit, in this process."""
    dataset = simulated(n_items, n_ratings)
    slim.MOST_WORK = predicted_rating.MOST_RATINGS = 10**18
    method = recommenders.create(name)
    with PeakMemory() as peak:
        started = time.perf_counter()
        method.fit(dataset, {}, rng=np.random.default_rng(0))
        spent = time.perf_counter() - started
    work = n_ratings * (n_items if name == "slim" else 1)
    return {"seconds": round(spent, 1), "MB": round(peak.megabytes or 0), "work": work}


def main() -> None:
    """Measure every size, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--one", nargs=3, metavar=("METHOD", "FILMS", "RATINGS"), help="one fit, in this process"
    )
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one_fit(given.one[0], int(given.one[1]), int(given.one[2]))))
        return
    rows = []
    for name, n_items, n_ratings in SIZES:
        row: dict[str, Any] = {"method": name, "films": n_items, "ratings": n_ratings}
        command = [sys.executable, __file__, str(given.out), "--one", name, str(n_items), str(n_ratings)]
        try:
            done = subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=PATIENCE
            )
            row |= json.loads(done.stdout.splitlines()[-1])
        except subprocess.TimeoutExpired:
            row["longer than s"] = PATIENCE
        rows.append(row)
        print(row, flush=True)
    figures = {
        "is_simulated": True,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "fits": rows,
    }
    given.out.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
