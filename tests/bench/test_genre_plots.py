"""docs/genres.md is what bench/genre_plots.py kept; no plot of a film that is asked for is learned from."""

import json

import numpy as np
import pytest

from bench import genre_plots
from core.genres.scores import score_genres

KNOWN = [("1", "Heat", 1995, "A thief plans a last robbery.", ("Crime",))]


def test_the_page_is_what_was_kept() -> None:
    found = json.loads(genre_plots.RESULTS.read_text("utf-8"))
    page = genre_plots.document(found)
    assert genre_plots.DOCUMENT.read_text("utf-8") == page, (
        "make it again: python bench/genre_plots.py render"
    )
    row = next(row for row in found["rows"] if (row["classifier"], row["seed"]) == ("both", 0))
    row["micro"] = 0.98765
    changed = set(genre_plots.document(found).splitlines()) - set(page.splitlines())
    assert any(line.startswith("| `both` |") and "0.988" in line for line in changed)


def test_draw_0_is_the_one_of_the_methods_page() -> None:
    rows = json.loads(genre_plots.RESULTS.read_text("utf-8"))["rows"]
    kept = json.loads((genre_plots.RESULTS.parent / "genre_classifier.json").read_text("utf-8"))["trials"]
    (now,) = [row for row in rows if (row["classifier"], row["others"], row["seed"]) == ("blend", "", 0)]
    (then,) = [t for t in kept if (t["dataset"], t["classifier"]) == ("tmdb-5000", "blend")]
    assert now["micro"] == pytest.approx(then["micro_f1"], abs=0.002)


@pytest.mark.parametrize(
    "film",
    [
        ("1", "Another", 2000, "Other.", ("War",)),
        ("2", "HEAT!", 1996, "Other.", ("War",)),
        ("2", "Another", 2000, "A thief plans a last robbery", ("War",)),
        ("2", "Another", 2000, "", ("War",)),
        ("2", "Another", 2000, "Other.", ()),
    ],
    ids=["id", "title and year", "plot", "no plot", "no genre"],
)
def test_what_is_a_known_film_or_teaches_nothing_is_left_out(film: genre_plots.Film) -> None:
    fine = ("3", "Heat", 1972, "A hustler goes home.", ("Drama",))
    assert genre_plots.unlike([film, fine, fine], KNOWN) == [fine]


def test_the_interval_is_around_the_micro_f1() -> None:
    rng = np.random.default_rng(0)
    actual = rng.random((300, 4)) < 0.3
    predicted = actual ^ (rng.random((300, 4)) < 0.1)
    low, high = genre_plots.interval(predicted, actual)
    micro = score_genres(predicted, actual, list("abcd")).micro_f1
    assert low < micro < high < low + 0.1
    assert genre_plots.interval(actual, actual) == (1.0, 1.0)
