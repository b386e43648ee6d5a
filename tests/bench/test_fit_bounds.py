"""The bounds are what was measured, and the bench measures what the methods look at."""

import json
from pathlib import Path

from bench import fit_bounds
from core.recommenders.collaborative import predicted_rating, slim

RESULTS = Path(__file__).resolve().parents[2] / "bench" / "results" / "fit_bounds.json"


def test_nothing_above_what_was_measured_is_learned_whole() -> None:
    rows = json.loads(RESULTS.read_text("utf-8"))["fits"]
    most = {
        name: max(row["work"] for row in rows if row["method"] == name)
        for name in ("slim", "predicted_rating")
    }
    assert most["slim"] >= slim.MOST_WORK
    assert most["predicted_rating"] >= predicted_rating.MOST_RATINGS


def test_ratings_are_as_many_as_asked_and_none_twice() -> None:
    dataset = fit_bounds.simulated(300, 4000)
    ratings = dataset.interactions.ratings
    assert (ratings.nnz, ratings.shape[1]) == (4000, 300)
    assert ratings.has_canonical_format
