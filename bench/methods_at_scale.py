"""What every method costs on a built dataset: seconds and memory of a fit, and of an answer.

    python bench/methods_at_scale.py HOME DATASET OUT.json [--method NAME ...] [--patience 1800] [--generated] [--as-built]

Each method is fitted in a process of its own, on films, ratings and embeddings of HOME's workspace; one that takes longer
than the patience is ended and said to take longer. With `--as-built` nothing is fitted: what the build learned answers.
Answers are scores of every film for one person of the dataset. The figures are what `Recommender.cost` goes by.
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

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core import recommenders
from core.compute.memory import PeakMemory
from core.domain import Profile
from core.errors import CannotFitError, NotBuiltError
from core.serving import Atlas

N_ANSWERS = 200


def one_method(name: str, home: Path, dataset: str, *, as_built: bool = False) -> dict[str, Any]:
    """A fit, or opening what was learned, and some answers, in this process."""
    atlas = Atlas.open(dataset, home)
    spaces = {space: atlas.space(space) for space in atlas.space_names}
    method, data = recommenders.create_for(name, list(spaces)), atlas.dataset
    rng = np.random.default_rng(0)
    with PeakMemory() as peak:
        started = time.perf_counter()
        try:
            if as_built:
                method = atlas.methods.fitted(name)
            else:
                method.fit(data, spaces, rng=np.random.default_rng(0))
        except (CannotFitError, NotBuiltError) as error:
            return {"method": name, "declined": str(error)}
        spent = time.perf_counter() - started
    ratings = data.interactions.ratings
    people = rng.permutation(np.flatnonzero(np.diff(ratings.indptr) >= 5))[:N_ANSWERS]
    times = []
    for user in people.tolist():
        own = ratings[[user]]
        profile = Profile.of_ratings(own.indices, own.data, data.interactions.scale, user=user)
        started = time.perf_counter()
        method.score([profile])
        times.append((time.perf_counter() - started) * 1000)
    what = "open" if as_built else "fit"
    figures = {"method": name, f"{what}_seconds": round(spent, 2), f"{what}_mb": round(peak.megabytes or 0)}
    if times:
        p50, p95 = np.percentile(times[5:], [50, 95])
        figures |= {"answer_p50_ms": round(float(p50), 2), "answer_p95_ms": round(float(p95), 2)}
    return figures | ({"decided": method.decided_} if method.decided_ else {})


def main() -> None:
    """Measure every method, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("dataset")
    parser.add_argument("out", type=Path)
    parser.add_argument("--method", action="append", default=[])
    parser.add_argument("--patience", type=float, default=1800.0, help="seconds")
    parser.add_argument(
        "--generated", action="store_true", help="the ratings are those of bench/generated.py"
    )
    parser.add_argument("--as-built", action="store_true", help="nothing is fitted")
    parser.add_argument("--one", help="one method, in this process")
    given = parser.parse_args()
    if given.one:
        print(
            json.dumps(
                one_method(given.one, given.home, given.dataset, as_built=given.as_built), default=float
            )
        )
        return
    about = Atlas.open(given.dataset, given.home).about
    rows = []
    for name in given.method or recommenders.names():
        command = [sys.executable, __file__, *map(str, (given.home, given.dataset, given.out)), "--one", name]
        command += ["--as-built"] if given.as_built else []
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=given.patience)
            rows.append(json.loads(done.stdout.splitlines()[-1]))
        except subprocess.TimeoutExpired:
            rows.append({"method": name, "longer_than_s": given.patience})
        except subprocess.CalledProcessError as error:
            rows.append({"method": name, "failed": (error.stderr.splitlines() or ["killed"])[-1]})
        print(rows[-1], flush=True)
        figures = {
            **{key: about[key] for key in ("n_items", "n_users", "n_ratings")},
            "is_simulated": about["is_simulated"] or given.generated,
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "methods": rows,
        }
        given.out.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
