"""Which methods nothing else beats on two axes, and the border they make, against a loop and by hand."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation.results.efficient import direction, efficient, frontier, shortfall


def points(*pairs: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.array(pairs, float).T
    return x, y


def beats(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return a[0] <= b[0] and a[1] <= b[1] and a != b


@pytest.mark.parametrize("seed", range(5))
def test_a_point_is_efficient_where_a_loop_finds_none_that_beats_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pairs = [(float(a), float(b)) for a, b in rng.integers(0, 6, (25, 2))]  # many ties
    expected = [not any(beats(other, one) for other in pairs) for one in pairs]
    assert 0 < sum(expected) < 25
    assert efficient(*points(*pairs)).tolist() == expected


def test_ties_one_point_and_all_equal() -> None:
    assert efficient(*points((1, 1), (1, 2), (2, 1))).tolist() == [True, False, False], "as good on one axis"
    assert efficient(*points((3, 3))).tolist() == [True]
    assert efficient(*points((2, 2), (2, 2), (2, 2))).tolist() == [True] * 3, (
        "equal points do not beat each other"
    )
    assert efficient(np.empty(0), np.empty(0)).tolist() == []


def test_what_is_unknown_is_not_efficient_and_beats_nothing() -> None:
    x, y = points((0, np.nan), (np.nan, 0), (np.nan, np.nan), (5, 5))
    assert efficient(x, y).tolist() == [False, False, False, True]


def test_which_way_is_better_is_the_metrics_own() -> None:
    assert [direction(axis) for axis in ("ndcg@5", "famous@5", "Learns in", "popularity_lift@5")] == [
        True,
        False,
        False,
        None,
    ]
    values = pd.Series([-2.0, 1.0, np.nan])
    assert shortfall(values, True)[:2].tolist() == [2, -1]
    assert shortfall(values, False)[:2].tolist() == [-2, 1]
    assert shortfall(values, None)[:2].tolist() == [2, 1], "as far above 0 as below is as bad"
    assert np.isnan(shortfall(values, None)[2])


def frame_of(*pairs: tuple[float, float], column: str, other: str) -> pd.DataFrame:
    x, y = points(*pairs)
    found = efficient(shortfall(x, direction(other)), shortfall(y, direction(column)))
    return pd.DataFrame({"x": x, "y": y, "is_efficient": found})


def corners(*pairs: tuple[float, float], column: str, other: str) -> list[tuple[float, float]]:
    found = frontier(frame_of(*pairs, column=column, other=other), column, other)
    return list(found.itertuples(index=False, name=None))


def test_the_border_steps_up_only_where_the_next_method_is_paid_for() -> None:
    shown = [(9, 0.5), (1, 0.1), (4, 0.3), (5, 0.2)]
    assert corners(*shown, column="ndcg@5", other="Learns in") == [
        (1, 0.1),
        (4, 0.1),
        (4, 0.3),
        (9, 0.3),
        (9, 0.5),
    ]


def test_the_border_steps_down_at_once_where_more_is_better_on_both_axes() -> None:
    shown = [(0.8, 0.1), (0.2, 0.5), (0.1, 0.4)]
    assert corners(*shown, column="ndcg@5", other="coverage@5") == [(0.2, 0.5), (0.2, 0.1), (0.8, 0.1)]


@pytest.mark.parametrize("other", ["Learns in", "coverage@5", "famous@5", "popularity_lift@5"])
@pytest.mark.parametrize("column", ["ndcg@5", "miscalibration@5"])
def test_no_method_lies_beyond_the_border(column: str, other: str) -> None:
    pairs = [(float(a), float(b)) for a, b in np.random.default_rng(4).random((40, 2))]
    frame = frame_of(*pairs, column=column, other=other)
    border = frontier(frame, column, other)
    assert len(border) >= 3
    mine, along = (
        np.stack([shortfall(part["x"], direction(other)), shortfall(part["y"], direction(column))], axis=1)
        for part in (frame, border)
    )
    for corner in along:
        assert not (mine < corner).all(axis=1).any(), "a method is better on both axes"
        assert (mine <= corner).all(axis=1).any(), "no method is as good"


def test_there_is_no_border_of_one_point_nor_across_a_balanced_0() -> None:
    assert corners((1, 0.5), (2, 0.4), column="ndcg@5", other="Learns in") == []
    assert corners((1, 0.5), (1, 0.5), column="ndcg@5", other="Learns in") == []
    both_sides = [(-0.5, 0.4), (1.0, 0.6)]
    assert frame_of(*both_sides, column="ndcg@5", other="popularity_lift@5")["is_efficient"].all()
    assert corners(*both_sides, column="ndcg@5", other="popularity_lift@5") == []
    assert corners((-0.5, 0.4), (-1.0, 0.6), column="ndcg@5", other="popularity_lift@5") == [
        (-1.0, 0.6),
        (-1.0, 0.4),
        (-0.5, 0.4),
    ]
