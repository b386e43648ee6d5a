"""RMSE of predicted ratings on the canonical folds u1..u5 of MovieLens 100K, beside published figures.

MOVIE_DATA_DIR=… python bench/rating_prediction.py [--json OUT]
"""

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import datasets, recommenders
from core.domain import Dataset, Interactions, Profile
from core.recommenders.collaborative.predicted_rating import PredictedRating
from core.types import FloatVector, IndexVector

METHOD = "predicted_rating"
PUBLISHED = {"SVD++ (Surprise)": 0.919, "KNNBaseline (Surprise)": 0.931, "SVD (Surprise)": 0.934}
"""RMSE on random fifths of the same ratings, from Surprise's README."""


def read_fold(path: Path, dataset: Dataset) -> pd.DataFrame:
    """user, item (item_index) and rating of one file."""
    frame = pd.read_csv(path, sep="\t", header=None, names=["user", "item", "rating", "time"])
    index_of = {item: index for index, item in enumerate(dataset.catalog.ids)}
    return frame.assign(item=[index_of[str(item)] for item in frame["item"]])


def measure(dataset: Dataset, train: pd.DataFrame, test: pd.DataFrame) -> dict[str, float]:
    """RMSE, seconds, and how well the spread says how far off a prediction is."""
    learned = Interactions.of(
        train["user"], train["item"], train["rating"], dataset.n_items, scale=(1.0, 5.0)
    )
    started = time.perf_counter()
    method = recommenders.create(METHOD).fit(
        replace(dataset, interactions=learned), {}, rng=np.random.default_rng(0)
    )
    fitted = time.perf_counter()
    rows = {user: row for row, user in enumerate(learned.user_ids)}
    users = sorted(set(test["user"]))
    nothing: tuple[IndexVector, FloatVector] = (np.empty(0, np.int64), np.empty(0, np.float32))
    known = {user: learned.history(rows[str(user)]) if str(user) in rows else nothing for user in users}
    profiles = [Profile.of_ratings(np.array(known[u][0]), known[u][1], learned.scale) for u in users]
    assert isinstance(method, PredictedRating)
    scores = method.score(profiles)
    scored = time.perf_counter()
    place = {user: row for row, user in enumerate(users)}
    errors = scores[[place[user] for user in test["user"]], test["item"]] - test["rating"].to_numpy()
    asked = test.assign(error=errors).groupby("user")
    spreads = [
        np.abs(part["error"]) / method.spread(profiles[place[u]], part["item"].tolist()) for u, part in asked
    ]
    z = np.concatenate(spreads)
    return {
        "rmse": float(np.sqrt(np.mean(errors**2))),
        "mae": float(np.mean(np.abs(errors))),
        "fit_seconds": fitted - started,
        "score_seconds": scored - fitted,
        "rms_error_over_spread": float(np.sqrt(np.mean(z**2))),
        "within_one_spread": float(np.mean(z <= 1)),
    }


def main() -> None:
    """Measure all five folds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    folder = Path(os.environ["MOVIE_DATA_DIR"]) / "ml-100k"
    dataset = datasets.load("ml-100k", folder)
    folds = []
    for number in range(1, 6):
        parts = (read_fold(folder / f"u{number}.{end}", dataset) for end in ("base", "test"))
        folds.append(measure(dataset, *parts))
        print(f"u{number}", {name: round(value, 4) for name, value in folds[-1].items()}, flush=True)
    mean = {name: float(np.mean([fold[name] for fold in folds])) for name in folds[0]}
    print("mean", {name: round(value, 4) for name, value in mean.items()})
    print("published", PUBLISHED)
    if options.json:
        about = {"python": platform.python_version(), "numpy": np.__version__, "machine": platform.machine()}
        found = {"method": METHOD, "folds": folds, "mean": mean, "published": PUBLISHED, "about": about}
        options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
