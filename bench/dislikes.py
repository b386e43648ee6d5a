"""What it takes to compare every film with all that somebody dislikes, as `taste` does, on generated vectors.

    python bench/dislikes.py OUT.json [--films 62423]

Vectors of 384 numbers around 300 centres; 20 likes, and 10, 100 or 900 dislikes. In turn: all cosines at once, the first
answer, and the next one for the same dislikes. Medians of milliseconds, and of processor time.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.domain import Profile
from core.embeddings import Space, Stamp
from core.embeddings.base import normalise
from core.recommenders.hybrid.unwanted import Unwanted
from core.types import FloatVector

N_DISLIKES = (10, 100, 900)
N_LIKES, DIM, RUNS = 20, 384, 7


def generated(n_films: int) -> Space:
    """Films around centres."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(300, DIM))
    vectors = (centres[rng.integers(300, size=n_films)] + 1.5 * rng.normal(size=(n_films, DIM))).astype(
        np.float32
    )
    return Space("generated", normalise(vectors), Stamp("generated", "1", DIM))


def at_once(space: Space, profile: Profile) -> FloatVector:
    """The greatest cosine of every film to any disliked one, all of them held at the same time."""
    products = normalise(space.vectors[profile.dislikes]) @ space.vectors.T
    return np.asarray(products.max(axis=0) / space.lengths, np.float32)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock, and of processor time."""
    wall, spent = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - spent) * 1000


def main() -> None:
    """Measure all of them and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--films", type=int, default=62_423)
    args = parser.parse_args()
    space, rng = generated(args.films), np.random.default_rng(1)
    space.lengths  # noqa: B018, known once and for all
    rows = []
    for n_dislikes in N_DISLIKES:
        found: dict[str, list[tuple[float, float]]] = {"all cosines at once": [], "first": [], "again": []}
        for _ in range(RUNS):
            films = rng.choice(args.films, N_LIKES + n_dislikes, replace=False).tolist()
            profile, unwanted = Profile.of_likes(films[:N_LIKES], films[N_LIKES:]), Unwanted(space)
            found["all cosines at once"].append(timed(lambda one=profile: at_once(space, one)))  # type: ignore[misc]
            for way in ("first", "again"):
                found[way].append(timed(lambda one=profile, own=unwanted: own.of(one)))  # type: ignore[misc]
        for way, times in found.items():
            wall, spent = (round(median(column), 1) for column in zip(*times, strict=True))
            rows.append({"dislikes": n_dislikes, "way": way, "ms": wall, "processor_ms": spent})
            print(rows[-1])
    args.out.write_text(json.dumps({"films": args.films, "dim": DIM, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
