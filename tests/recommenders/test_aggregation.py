"""Everybody's scores on one scale, and the strategies that join them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.errors import UnknownNameError
from core.recommenders.aggregation import STRATEGIES, fits_of, in_order, strategy_of

SCORES = arrays(
    np.float32, st.tuples(st.integers(2, 5), st.integers(1, 30)), elements=st.integers(-6, 6).map(float)
)


def everything(scores: np.ndarray) -> np.ndarray:
    return np.ones(scores.shape[1], bool)


def test_the_scale_by_hand() -> None:
    scores = np.array([[9, 8, 7, 0], [1, 1, 5, 2]], np.float32)
    fits, places = fits_of(scores, everything(scores))
    assert places.tolist() == [[1, 2, 3, 4], [3.5, 3.5, 1, 2]]
    halves = 100 * (1 - np.log(2) / np.log(4))
    assert fits[0, [0, 1, 3]] == pytest.approx([100, halves, 0])
    assert fits[1, 0] == fits[1, 1] == pytest.approx(100 * (1 - np.log(3.5) / np.log(4)))


def test_only_candidates_have_places() -> None:
    scores = np.array([[9, np.nan, 7], [1, 2, 5]], np.float32)
    fits, places = fits_of(scores, np.array([True, False, True]))
    assert places[:, [0, 2]].tolist() == [[1, 2], [2, 1]]
    assert np.isnan(fits[:, 1]).all()
    one, _ = fits_of(scores, np.array([True, False, False]))
    assert one[:, 0].tolist() == [100, 100]
    none, _ = fits_of(scores, np.zeros(3, bool))
    assert np.isnan(none).all()


@given(SCORES, st.floats(0.1, 50), st.floats(-100, 100))
def test_somebodys_larger_scores_do_not_decide(scores: np.ndarray, times: float, more: float) -> None:
    candidates = everything(scores)
    louder = scores.astype(np.float64)
    louder[0] = louder[0] * times + more
    for strategy in STRATEGIES.values():
        plain = in_order(fits_of(scores, candidates)[0], strategy, candidates)[0]
        assert plain.tolist() == in_order(fits_of(louder, candidates)[0], strategy, candidates)[0].tolist()


@given(SCORES)
def test_a_film_that_fits_everybody_at_least_as_well_is_never_behind(scores: np.ndarray) -> None:
    candidates = everything(scores)
    fits, _ = fits_of(scores, candidates)
    for strategy in STRATEGIES.values():
        order, joint = in_order(fits, strategy, candidates)
        assert sorted(order.tolist()) == list(range(scores.shape[1]))
        assert (np.diff(joint) <= 0).all()
        assert joint.min() >= 0
        assert joint.max() <= 100
        rank = np.argsort(order)
        for one in range(scores.shape[1]):
            worse = (fits <= fits[:, [one]]).all(axis=0) & (fits < fits[:, [one]] - 1e-9).any(axis=0)
            assert (rank[worse] > rank[one]).all()


@given(SCORES)
def test_nobody_is_left_out_more_by_the_first_film_than_by_any_other(scores: np.ndarray) -> None:
    fits, _ = fits_of(scores, everything(scores))
    order, _ = in_order(fits, STRATEGIES["least_misery"], everything(scores))
    assert fits[:, order[0]].min() == fits.min(axis=0).max()


@given(SCORES, st.randoms())
def test_the_order_of_people_does_not_matter(scores: np.ndarray, random) -> None:
    candidates, people = everything(scores), list(range(len(scores)))
    random.shuffle(people)
    for strategy in STRATEGIES.values():
        found = [
            in_order(fits_of(one, candidates)[0], strategy, candidates)[0].tolist()
            for one in (scores, scores[people])
        ]
        assert found[0] == found[1]


def test_strategies_part_where_tastes_do() -> None:
    scores = np.array([[9, 8, 7, 6, 5, 4, 3], [3, 4, 5, 6, 7, 8, 9]], np.float32)
    fits, _ = fits_of(scores, everything(scores))
    first = {name: int(in_order(fits, one, everything(scores))[0][0]) for name, one in STRATEGIES.items()}
    assert first["average"] == 0  # one's favourite; the other's, film 6, is as good and stands later
    assert first["least_misery"] == first["without_misery"] == 3


def test_a_film_loses_as_far_as_it_leaves_somebody_out() -> None:
    fits = np.array([[100.0, 40, 60, 80, 90], [20, 90, 61, 30, 0]])
    order, joint = in_order(fits, STRATEGIES["without_misery"], np.ones(5, bool))
    assert order.tolist() == [1, 2, 3, 0, 4]
    assert joint == pytest.approx([65, 60.5, 55 * 30 / 40, 60 * 20 / 40, 0])


def test_an_unknown_strategy_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        UnknownNameError, match=r"no strategy called “best”.*average, without_misery, least_misery"
    ):
        strategy_of("best")
