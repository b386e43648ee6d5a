"""What a map costs at a size: neighbours, UMAP's layout and k-means, seconds and growth of memory at the peak.

    python bench/maps_at_scale.py OUT.json [--sizes 62423 500000] [--dim 384]

Vectors are generated: k-means' own number of directions, and around each what is drawn at random. What they cost is what
films would; where they lie says nothing about films. The sizes run one after the other in one process, after a small one
that imports and compiles; only the search for neighbours beyond `EXACT_UP_TO` compiles in its own time. OUT.json is
written anew after every step, so that what a long run has measured is there when it is stopped.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.compute.memory import PeakMemory
from core.embeddings import Space, Stamp
from core.embeddings.base import normalise
from core.maps.clusters import SMALLEST, n_clusters_for
from core.maps.k_means import divide
from core.maps.neighbours import EXACT_UP_TO, neighbour_graph, share_found
from core.maps.projection import NEIGHBOURS, project

SIZES = (62_423, 500_000)
"""The films of MovieLens 25M, and a catalogue of eight times as many."""
WARM_UP = 2_000
SPREAD = 1.5
"""Length of what is drawn at random, times that of a direction."""

Made = TypeVar("Made")


def generated_space(n: int, dim: int, seed: int = 0) -> Space:
    """A space of n vectors of length 1."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((n_clusters_for(n), dim), np.float32)
    vectors = rng.standard_normal((n, dim), np.float32)
    vectors *= SPREAD
    vectors += centres[rng.integers(len(centres), size=n)]
    return Space("generated", normalise(vectors), Stamp("generated", str(seed), dim))


def measured(step: Callable[[], Made]) -> tuple[Made, dict[str, Any]]:
    """What a step gives, and what it took."""
    started = time.perf_counter()
    with PeakMemory() as memory:
        made = step()
    return made, {
        "seconds": round(time.perf_counter() - started, 1),
        "megabytes": round(memory.megabytes or 0),
    }


def measure(space: Space, keep: Callable[[str, dict[str, Any]], None]) -> None:
    """The three steps of one map, each told to `keep` as soon as it is done."""
    n = len(space.vectors)
    rows = np.arange(n)
    graph, took = measured(lambda: neighbour_graph(space, rows, NEIGHBOURS))
    found = share_found(space, rows, graph[0], 0)
    keep("neighbours", {**took, "exact": n <= EXACT_UP_TO, "share found": round(found, 4)})
    _, took = measured(lambda: project(space, graph=graph))
    keep("UMAP", took)
    k = n_clusters_for(n)
    (_, centres), took = measured(
        lambda: divide(space.vectors, k, smallest=min(SMALLEST, n // (2 * k)), seed=0)
    )
    keep("k-means", {**took, "groups": len(centres)})


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--dim", type=int, default=384)
    options = parser.parse_args()
    figures: dict[str, Any] = {
        "machine": {"cores": os.cpu_count(), "load before": round(os.getloadavg()[0], 1)},
        "dim": options.dim,
    }
    measure(generated_space(WARM_UP, options.dim), lambda *_: None)
    for size in options.sizes:
        of_size = figures.setdefault(str(size), {})

        def keep(
            step: str, took: dict[str, Any], size: int = size, of_size: dict[str, Any] = of_size
        ) -> None:
            of_size[step] = took
            print(f"{size:>9,} {step:12}", took, flush=True)
            options.out.write_text(json.dumps(figures, indent=1) + "\n")

        measure(generated_space(size, options.dim), keep)


if __name__ == "__main__":
    main()
