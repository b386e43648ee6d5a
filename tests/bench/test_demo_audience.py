"""Co-liking is measured as stated, and the demo's audience comes as close to real people as its README says."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench import demo_audience
from core import datasets

KEPT = Path(demo_audience.__file__).parent / "results" / "demo_audience.json"


def test_log_lift_is_what_chance_would_not_give() -> None:
    liked = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]], float)
    found = demo_audience.log_lift(liked)
    assert found[0, 1] == pytest.approx(np.log((2 + 1) / (1 + 1)))
    assert found[0, 2] == pytest.approx(np.log((0 + 1) / (1 + 1)))


def test_agreement_goes_by_the_order_of_pairs() -> None:
    one = np.array([[9, 1, 2], [1, 9, 3], [2, 3, 9]], float)
    assert demo_audience.agreement(one, np.exp(one)) == pytest.approx(1)
    assert demo_audience.agreement(one, -one) == pytest.approx(-1)


def test_a_film_drawn_twice_is_not_compared_with_itself() -> None:
    one = np.array([[99, 1, 2], [1, 99, 3], [2, 3, 99]], float)
    other = np.array([[-99, 1, 2], [1, -99, 3], [2, 3, -99]], float)
    assert demo_audience.agreement(one, other, np.array([0, 0, 1, 2])) == pytest.approx(1)


def test_within_eras_nothing_is_left_of_the_eras() -> None:
    years = np.array([1950, 1955, 1991, 1999])
    era = (years[:, None] // 10 == years // 10).astype(float)
    np.testing.assert_allclose(demo_audience.within_eras(era, years)[~np.eye(4, dtype=bool)], 0, atol=1e-12)
    pair = np.zeros((4, 4))
    pair[0, 2] = pair[2, 0] = 1
    assert demo_audience.within_eras(pair, years)[0, 2] == pytest.approx(0.75)


def test_halves_of_people_with_one_taste_agree_and_of_chance_do_not() -> None:
    rng = np.random.default_rng(0)
    tastes = rng.random((600, 3))[:, rng.integers(3, size=40)]
    shared = (tastes > 0.6).astype(float)
    chance = (rng.random((600, 40)) > 0.6).astype(float)
    assert demo_audience.halves(shared, rng) > 0.6
    assert abs(demo_audience.halves(chance, rng)) < 0.1


@pytest.mark.slow
@pytest.mark.real_data
def test_the_kept_figures_are_those_of_the_shipped_ratings(movie_data_dir: Path) -> None:
    folder = datasets.bundled_folder("demo")
    assert folder is not None
    real = datasets.load("ml-latest-small", movie_data_dir / "ml-latest-small")
    found = demo_audience.measure(datasets.load("demo", folder), real)
    kept = json.loads(KEPT.read_text("utf-8"))
    assert found.pop("interval") == pytest.approx(kept.pop("interval"), abs=0.002)
    assert found == pytest.approx(kept, abs=0.002)
    assert found["spearman"] >= 0.35
