"""How long it takes to say how well each method would have known a visitor.

    python bench/known_you.py DATASET OUT.json [--ratings 200] [--people 10] [--seed 0]

People of a built dataset who have rated enough ask with so many of their ratings, drawn at random, all methods that are
built. The first one pays for opening the methods. Seconds on the wall and of the processor. The methods have learned from
these very people, so what comes out says nothing about methods, and is not kept.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.errors import TooFewFilmsError
from core.evaluation.own_history import acquaintances
from core.histories.strengths import strengths
from core.serving import Atlas


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset")
    parser.add_argument("out", type=Path)
    parser.add_argument("--ratings", type=int, default=200)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    atlas, rng = Atlas.open(options.dataset), np.random.default_rng(options.seed)
    low, high = atlas.interactions.scale
    people = np.flatnonzero(np.diff(atlas.interactions.ratings.indptr) >= options.ratings)
    wall, processor, n_methods = [], [], 0
    for person in rng.permutation(people)[: options.people].tolist():
        items, ratings = atlas.interactions.history(person)
        drawn = rng.permutation(len(items))[: options.ratings]
        weights = strengths((ratings[drawn].astype(np.float64) - low) / (high - low))
        began, began_cpu = time.perf_counter(), time.process_time()
        try:
            found = acquaintances(atlas, tuple(zip(items[drawn].tolist(), weights.tolist(), strict=True)))
        except TooFewFilmsError:
            continue
        wall.append(time.perf_counter() - began)
        processor.append(time.process_time() - began_cpu)
        n_methods = len(found.methods)
    value = {
        "dataset": str(atlas.about["label"]),
        "ratings": options.ratings,
        "people": len(wall),
        "methods": n_methods,
        "first_seconds": round(wall[0], 2),
        "first_processor_seconds": round(processor[0], 2),
        "seconds_median": round(float(np.median(wall[1:])), 2),
        "seconds_largest": round(max(wall[1:]), 2),
        "processor_seconds_median": round(float(np.median(processor[1:])), 2),
    }
    print(json.dumps(value, indent=1))
    options.out.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
