"""Whether what the demo's simulated people like together is what real people like together.

Claim: over the films that the demo shares with MovieLens latest-small, the Spearman correlation of the two logarithms of
co-liking lift is at least 0.35. Beside it: what two halves of the same audience reach.

    MOVIE_DATA_DIR=... python bench/demo_audience.py [OUT.json]

A like is a rating of 4 stars or more. Compared are all pairs of the films, matched by IMDb id, with at least 15 likes in
both datasets. Log lift of a pair: log((both + 1) / (chance + 1)), where `both` people like both films and `chance` =
likes of one * likes of the other / people is what independence would give. The interval is a bootstrap over films: pairs
of a film drawn twice with itself are left out. `within_eras` is the same with the mean over two decades taken off. Only
these figures are written, nothing of the real ratings.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import datasets
from core.domain import Dataset

LIKED_FROM = 4.0
LEAST_LIKES = 15
SMOOTHING = 1.0
N_SAMPLES = 500
N_HALVINGS = 20
Floats = npt.NDArray[np.float64]


def liked_films(dataset: Dataset, items: npt.NDArray[np.int64]) -> Floats:
    """(n_users, n_items) 1 where a person likes a film."""
    return np.asarray(dataset.interactions.ratings[:, items].toarray() >= LIKED_FROM, np.float64)


def shared_films(one: Dataset, other: Dataset) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Row numbers of the films that both have, in the order of the first."""
    rows = {imdb_id: row for row, imdb_id in enumerate(other.catalog.items["imdb_id"]) if imdb_id}
    pairs = [(row, rows[i]) for row, i in enumerate(one.catalog.items["imdb_id"]) if i in rows]
    first, second = np.array(pairs, np.int64).T
    return first, second


def log_lift(liked: Floats) -> Floats:
    """(n_items, n_items) how much more often than by chance two films are liked by the same people."""
    likes = liked.sum(axis=0)
    chance = np.outer(likes, likes) / len(liked)
    return np.asarray(np.log((liked.T @ liked + SMOOTHING) / (chance + SMOOTHING)))


def agreement(one: Floats, other: Floats, films: npt.NDArray[np.int64] | None = None) -> float:
    """Spearman correlation over the pairs of different films; `films` = a bootstrap sample of them."""
    rows = np.arange(len(one)) if films is None else films
    first, second = np.triu_indices(len(rows), 1)
    first, second = rows[first], rows[second]
    differ = first != second
    first, second = first[differ], second[differ]
    return float(spearmanr(one[first, second], other[first, second])[0])


def within_eras(lift: Floats, years: npt.NDArray[np.int64]) -> Floats:
    """Log lift without its mean over all pairs of films of the same two decades."""
    _, decade = np.unique(years // 10, return_inverse=True)
    is_of = np.eye(decade.max() + 1)[decade]
    others = 1 - np.eye(len(lift))
    totals, pairs = is_of.T @ (lift * others) @ is_of, is_of.T @ others @ is_of
    return np.asarray(lift - (totals / np.maximum(pairs, 1))[np.ix_(decade, decade)])


def halves(liked: Floats, rng: np.random.Generator, years: npt.NDArray[np.int64] | None = None) -> float:
    """Mean agreement of two random halves of the people; within eras where the films' years are given."""
    found = []
    for _ in range(N_HALVINGS):
        order = rng.permutation(len(liked))
        half = len(liked) // 2
        one, other = log_lift(liked[order[:half]]), log_lift(liked[order[half:]])
        if years is not None:
            one, other = within_eras(one, years), within_eras(other, years)
        found.append(agreement(one, other))
    return float(np.mean(found))


def stepped_up(half: float) -> float:
    """What all people would agree with as many others, from what two halves do (Spearman and Brown, 1910)."""
    return 2 * half / (1 + half)


def measure(demo: Dataset, real: Dataset, seed: int = 0) -> dict[str, float | int | list[float]]:
    """Agreement with its 95 % interval, and the agreement of halves of either audience with itself."""
    rng = np.random.default_rng(seed)
    ours, theirs = shared_films(demo, real)
    invented, people = liked_films(demo, ours), liked_films(real, theirs)
    kept = (invented.sum(axis=0) >= LEAST_LIKES) & (people.sum(axis=0) >= LEAST_LIKES)
    invented, people = invented[:, kept], people[:, kept]
    ours_lift, their_lift = log_lift(invented), log_lift(people)
    years = demo.catalog.items["year"].to_numpy(np.int64)[ours[kept]]
    n = int(kept.sum())
    samples = [agreement(ours_lift, their_lift, rng.integers(n, size=n)) for _ in range(N_SAMPLES)]
    within = agreement(within_eras(ours_lift, years), within_eras(their_lift, years))
    real_halves, demo_halves = halves(people, rng), halves(invented, rng)
    return {
        "films": n,
        "pairs": n * (n - 1) // 2,
        "spearman": round(agreement(ours_lift, their_lift), 3),
        "interval": [round(float(x), 3) for x in np.percentile(samples, [2.5, 97.5])],
        "within_eras": round(within, 3),
        "within_eras_real_halves": round(halves(people, rng, years), 3),
        "real_halves": round(real_halves, 3),
        "real_halves_stepped_up": round(stepped_up(real_halves), 3),
        "demo_halves": round(demo_halves, 3),
        "demo_halves_stepped_up": round(stepped_up(demo_halves), 3),
    }


def main() -> None:
    """Print the figures, and write them where a file is named."""
    folder = os.environ.get("MOVIE_DATA_DIR")
    bundled = datasets.bundled_folder("demo")
    if not folder or bundled is None:
        raise SystemExit("Set MOVIE_DATA_DIR to the folder that holds ml-latest-small.")
    real = datasets.load("ml-latest-small", Path(folder) / "ml-latest-small")
    figures = measure(datasets.load("demo", bundled), real)
    text = json.dumps(figures, indent=1)
    print(text)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
