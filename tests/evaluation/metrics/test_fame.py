"""The share of a list that everybody knows."""

from itertools import pairwise

import numpy as np
import pytest

from core.evaluation.metrics.fame import famous, n_most_rated

COUNTS = np.array([5, 9, 0, 9, 1, 7])


def test_by_hand() -> None:
    ranked = np.array([[1, 0, 3, 4], [4, 2, -1, -1], [-1, -1, -1, -1]])
    found = famous(ranked, COUNTS, 2, (1, 2, 4))
    np.testing.assert_array_equal(found[:2], [[1, 1 / 2, 2 / 4], [0, 0, 0]])
    assert np.isnan(found[2]).all(), "an empty list has no share"


def test_equally_rated_films_count_in_the_catalogues_order() -> None:
    assert famous(np.array([[1], [3]]), COUNTS, 1, (1,)).ravel().tolist() == [1, 0]


def test_what_nobody_rated_is_not_famous_however_many_are() -> None:
    assert famous(np.array([[2], [4]]), COUNTS, 50, (1,)).ravel().tolist() == [0, 1]
    assert not famous(np.array([[0, 1]]), np.zeros(3, np.int64), 2, (2,)).any()


@pytest.mark.parametrize(("n_items", "n"), [(1, 1), (36, 1), (149, 1), (1080, 11), (9742, 97)])
def test_one_per_cent_of_the_films_and_one_at_least(n_items: int, n: int) -> None:
    assert n_most_rated(n_items) == n


def test_more_famous_films_never_lower_the_share() -> None:
    rng = np.random.default_rng(0)
    ranked, counts = rng.permuted(np.tile(np.arange(30), (8, 1)), axis=1)[:, :10], rng.integers(0, 9, 30)
    shares = [famous(ranked, counts, n, (10,)) for n in (1, 3, 10, 30)]
    assert all((more >= fewer).all() for fewer, more in pairwise(shares))
