"""How close the demo's simulated audience comes to real people: its shape, and the order of the methods.

Claim: on the demo as on MovieLens latest-small, nDCG@10 ranks random, content, popularity and the
collaborative methods in this order, worst first.

    MOVIE_DATA_DIR=... python bench/demo_order.py

Prints the two tables of data/demo/README.md; without MOVIE_DATA_DIR only the demo's columns. The first
run reads all films with MiniLM (half a minute for the demo, minutes for MovieLens); the vectors are kept.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import datasets
from core.datasets.wikipedia.enrich import enrich_with_wikipedia
from core.domain import Dataset, Interactions
from core.embeddings import Space, create
from core.evaluation.protocol.runner import evaluate, method_factories
from core.evaluation.splits import make_splits
from core.evaluation.task import Settings
from core.settings import home

METHODS = ("random", "content", "popularity", "item_knn", "ease", "ials")
SEEDS = (0, 1, 2)
MEASURED = Callable[[Interactions], str]


def gini(counts: npt.ArrayLike) -> float:
    """0 = all alike, 1 = one has everything."""
    values = np.sort(np.asarray(counts, float))
    n = len(values)
    return float((2 * np.arange(1, n + 1) - n - 1) @ values / (n * values.sum()))


def per_user(interactions: Interactions) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Mean and standard deviation of each user's ratings."""
    ratings = interactions.ratings
    counts = np.diff(ratings.indptr)
    users = np.repeat(np.arange(len(counts)), counts)
    means = np.bincount(users, ratings.data) / counts
    squares = np.bincount(users, ratings.data**2) / counts
    return means, np.sqrt(np.maximum(squares - means**2, 0))


def below(interactions: Interactions, bound: float) -> str:
    """Share of films with fewer ratings than `bound`."""
    return f"{(interactions.item_counts() < bound).mean():.1%}"


def spread(values: npt.NDArray[np.float64]) -> str:
    """Mean and standard deviation."""
    return f"{values.mean():.2f} ± {values.std():.2f}"


def users_counts(interactions: Interactions) -> npt.NDArray[np.int64]:
    """Ratings of each user."""
    return np.asarray(np.diff(interactions.ratings.indptr), np.int64)


def rated_means(interactions: Interactions) -> npt.NDArray[np.float64]:
    """Mean rating of each film with at least 20."""
    return interactions.item_means()[interactions.item_counts() >= 20]


def no_halves(interactions: Interactions) -> str:
    """Share of users who never give a half star."""
    users = np.repeat(np.arange(interactions.n_users), users_counts(interactions))
    return f"{(np.bincount(users, interactions.ratings.data % 1 != 0) == 0).mean():.0%}"


def one_day(interactions: Interactions) -> str:
    """Share of users whose ratings all fall within 24 hours."""
    assert interactions.timestamps is not None
    starts = interactions.ratings.indptr[:-1]
    first = np.minimum.reduceat(interactions.timestamps, starts)
    last = np.maximum.reduceat(interactions.timestamps, starts)
    return f"{(last - first < 86_400).mean():.0%}"


def share_of(star: float, interactions: Interactions) -> str:
    """Share of the ratings that are this one."""
    return f"{(interactions.ratings.data == star).mean():.1%}"


SHAPE: dict[str, MEASURED] = {
    "films": lambda x: f"{x.ratings.shape[1]:,}",
    "users": lambda x: f"{x.n_users:,}",
    "ratings": lambda x: f"{len(x):,}",
    "density": lambda x: f"{len(x) / x.ratings.shape[0] / x.ratings.shape[1]:.1%}",
    "ratings per user: least, median, mean, most": lambda x: ", ".join(
        f"{f(users_counts(x)):,.0f}" for f in (np.min, np.median, np.mean, np.max)
    ),
    "Gini of ratings per user": lambda x: f"{gini(users_counts(x)):.2f}",
    "ratings per film: median, mean, most": lambda x: ", ".join(
        f"{f(x.item_counts()):,.0f}" for f in (np.median, np.mean, np.max)
    ),
    "Gini of ratings per film": lambda x: f"{gini(x.item_counts()):.2f}",
    "films with fewer than 5 ratings": lambda x: below(x, 5),
    "films with less than half the mean number": lambda x: below(x, float(x.item_counts().mean()) / 2),
    "users who rated the best-known film": lambda x: f"{x.item_counts().max() / x.n_users:.0%}",
    "mean rating, its standard deviation": lambda x: spread(x.ratings.data.astype(float)),
    "mean rating of a user": lambda x: spread(per_user(x)[0]),
    "standard deviation within a user": lambda x: spread(per_user(x)[1]),
    "mean rating of a film (20 or more ratings)": lambda x: spread(rated_means(x)),
    "users who never give half stars": no_halves,
    "users who rate on one day only": one_day,
    **{f"share of {star:g}": partial(share_of, star) for star in np.arange(0.5, 5.5, 0.5)},
}


def same_films(real: Dataset, demo: Dataset) -> Interactions:
    """The real ratings of the films that the demo has too, by IMDb id."""
    ids = set(demo.catalog.items["imdb_id"]) - {""}
    keep = np.flatnonzero(real.catalog.items["imdb_id"].isin(ids))
    ratings = real.interactions.ratings[:, keep]
    users = pd.Series(np.repeat(real.interactions.user_ids, np.diff(ratings.indptr)))
    assert real.interactions.timestamps is not None
    stamps = real.interactions.ratings.astype(np.float64)
    stamps.data = real.interactions.timestamps.astype(np.float64)  # exact: far below 2**53
    times = stamps[:, keep].data.astype(np.int64)
    return Interactions.of(users, ratings.indices, ratings.data, len(keep), timestamps=times)


def minilm(dataset: Dataset) -> Space:
    """The films' MiniLM space."""
    encoder = create("minilm")
    vectors = encoder.encode_items(dataset, workdir=home() / "cache" / "vectors" / "minilm")
    return Space("minilm", vectors, encoder.stamp())


def order(dataset: Dataset) -> dict[str, str]:
    """nDCG@10 of each method: mean over random 80/20 splits."""
    space = {"minilm": minilm(dataset)}
    found: dict[str, list[float]] = {name: [] for name in METHODS}
    for seed in SEEDS:
        (split,) = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(seed))
        settings = Settings(metrics=("ndcg",), seed=seed)
        result = evaluate(dataset, space, method_factories(METHODS), split, settings=settings)
        if result.failed:
            raise SystemExit(json.dumps(result.failed, indent=1))
        for name, run in result.runs.items():
            values = run.values[:, list(run.columns).index("ndcg@10")]
            found[name].append(float(np.nanmean(values)))
    floor = np.mean(found["popularity"])
    return {name: f"{np.mean(v):.3f} ({np.mean(v) / floor:.2f})" for name, v in found.items()}


def table(first: str, columns: dict[str, dict[str, str]]) -> Iterator[str]:
    """Lines of a Markdown table; one dictionary a column."""
    yield f"| {first} | " + " | ".join(columns) + " |"
    yield "| --- |" + " ---: |" * len(columns)
    for name in next(iter(columns.values())):
        yield f"| {name} | " + " | ".join(column[name] for column in columns.values()) + " |"


def real_dataset() -> Dataset | None:
    """MovieLens latest-small with plots; None where MOVIE_DATA_DIR is not set."""
    folder = os.environ.get("MOVIE_DATA_DIR")
    if not folder:
        return None
    real = datasets.load("ml-latest-small", Path(folder) / "ml-latest-small")
    return enrich_with_wikipedia(real, Path(folder) / "wikipedia-movies")


def main() -> None:
    """Print both tables."""
    bundled = datasets.bundled_folder("demo")
    assert bundled is not None
    demo, real = datasets.load("demo", bundled), real_dataset()
    shapes = {"demo": demo.interactions}
    orders = {"demo": order(demo)}
    if real is not None:
        shapes |= {
            "ml-latest-small": real.interactions,
            "its films that the demo has": same_films(real, demo),
        }
        orders["ml-latest-small"] = order(real)
    shape = {name: {what: f(x) for what, f in SHAPE.items()} for name, x in shapes.items()}
    print("\n".join(table("", shape)), end="\n\n")
    print("\n".join(table("nDCG@10 (times popularity)", orders)))


if __name__ == "__main__":
    main()
