"""What methods lose by the bounds they keep to on large datasets: from fewer films, neighbours, or ratings.

    python bench/learned_from_less.py FOLDER [--dataset ml-latest-small] [--out bench/results/learned_from_less.json]

A fifth of everybody's ratings is held out (seed 0). Each method is fitted on the rest, whole and then with its bound set
lower and lower: EASE and EDLAE learn from the most liked films alone and predict the others from these, SLIM's films look at
their neighbours alone, predicted ratings are learned from some people drawn by chance. nDCG@10 counts held-out ratings of 4
and more; of predicted ratings it is the root of the mean squared error, in stars. Beside it the seconds of the fit and the
difference to the whole fit, with a 95 % interval over people (paired, bootstrap). FOLDER holds the dataset's files.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import datasets, recommenders
from core.domain import Dataset, Profile
from core.domain.profile import rating_weights
from core.evaluation.metrics import accuracy
from core.evaluation.metrics.lists import hits_of
from core.evaluation.splits import Split, make_splits
from core.models import linear
from core.recommenders.collaborative import predicted_rating, slim
from core.recommenders.ranking import top_k_rows

ROOT = Path(__file__).resolve().parents[1]
LIKED, K, AT_ONCE = 4.0, 10, 64


def ndcg_of_people(method: recommenders.Recommender, train: Dataset, split: Split) -> np.ndarray:
    """(n_test,) nDCG@10, NaN for those who like none of their held-out films."""
    wanted = split.test.copy()
    wanted.data = (wanted.data >= LIKED).astype(np.float32)
    wanted.eliminate_zeros()
    found = np.full(len(split.users), np.nan)
    for start in range(0, len(split.users), AT_ONCE):
        rows = range(start, min(start + AT_ONCE, len(split.users)))
        own = [split.known[row] for row in rows]
        profiles = [
            Profile(one.indices.astype(np.int64), rating_weights(one.data, train.interactions.scale))
            for one in own
        ]
        scores = method.score(profiles)
        for row, one in enumerate(own):
            scores[row, one.indices] = np.nan
        ranked = top_k_rows(scores, K)
        part = wanted[start : start + len(own)]
        n_wanted = np.diff(part.indptr)
        values = accuracy.ndcg(hits_of(ranked, part), n_wanted, (K,))[:, 0]
        found[start : start + len(own)] = np.where(n_wanted > 0, values, np.nan)
    return found


def errors_of_people(method: recommenders.Recommender, train: Dataset, split: Split) -> np.ndarray:
    """(n_test,) mean squared error of each person's held-out ratings, in stars squared."""
    found = np.full(len(split.users), np.nan)
    for row, known in enumerate(split.known):
        profile = Profile.of_ratings(known.indices.astype(np.int64), known.data, train.interactions.scale)
        hidden = split.test[[row]]
        found[row] = np.mean((method.score([profile])[0, hidden.indices] - hidden.data) ** 2)
    return found


@dataclass(frozen=True)
class Bound:
    """A bound, and what is measured under it.

    Attributes:
        method: Whose.
        what: What there is less of.
        of: How much of it the whole fit has.
        low: Settings, None first: as much as there is.
        at: Context in which a setting holds.
        measure: Fitted method -> (n_test,) figure of every person.
        figure: Mean of it -> what is told.
    """

    method: str
    what: str
    of: int
    low: tuple[int | None, ...]
    at: Callable[[int | None], AbstractContextManager[object]]
    measure: Callable[[recommenders.Recommender, Dataset, Split], np.ndarray] = ndcg_of_people
    figure: str = "ndcg@10"


def bounds(train: Dataset) -> list[Bound]:
    """What is measured."""
    n_films, n_ratings = int((train.interactions.item_counts() > 0).sum()), len(train.interactions)

    def films(most: int | None) -> AbstractContextManager[object]:
        return patch.multiple(linear, MOST_LEARNED=most or n_films)

    def neighbors(most: int | None) -> AbstractContextManager[object]:
        return patch.multiple(slim, MOST_WORK=0 if most else 10**18, NEIGHBORS=most)

    def ratings(most: int | None) -> AbstractContextManager[object]:
        return patch.multiple(predicted_rating, MOST_RATINGS=most or n_ratings)

    fewer = tuple(n_ratings // part for part in (2, 4, 8))
    return [
        Bound("ease", "films", n_films, (None, 5000, 3000, 2000, 1000), films),
        Bound("edlae", "films", n_films, (None, 5000, 3000, 2000, 1000), films),
        Bound("slim", "neighbors", n_films, (None, 400, 200, 100, 50), neighbors),
        Bound("predicted_rating", "ratings", n_ratings, (None, *fewer), ratings, errors_of_people, "mse"),
    ]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dataset", default="ml-latest-small")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "learned_from_less.json")
    options = parser.parse_args()
    whole = datasets.load(options.dataset, options.folder)
    split = make_splits("random_holdout", whole.interactions, rng=np.random.default_rng(0))[0]
    train = replace(whole, interactions=split.train)
    rng, rows = np.random.default_rng(0), []
    for bound in bounds(train):
        of_all = np.empty(0)
        for most in bound.low:
            with bound.at(most):
                method, started = recommenders.create(bound.method), time.perf_counter()
                method.fit(train, {}, rng=np.random.default_rng(0))
            seconds, values = time.perf_counter() - started, bound.measure(method, train, split)
            of_all = values if most is None else of_all
            counted = np.isfinite(values)
            apart = (values - of_all)[counted]
            means = apart[rng.integers(len(apart), size=(2000, len(apart)))].mean(axis=1)
            low, high = np.quantile(means, (0.025, 0.975))
            rows.append(
                {
                    "method": bound.method,
                    bound.what: most or bound.of,
                    bound.figure: round(float(values[counted].mean()), 4),
                    "to_all": [round(float(x), 4) for x in (apart.mean(), low, high)],
                    "people": int(counted.sum()),
                    "fit_s": round(seconds, 2),
                }
            )
            print(rows[-1], flush=True)
    machine = {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
    about = {"dataset": options.dataset, "split": "random_holdout, seed 0", "liked_from": LIKED}
    options.out.write_text(
        json.dumps({"machine": machine, "about": about, "rows": rows}, indent=1) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
