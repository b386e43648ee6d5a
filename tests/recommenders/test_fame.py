"""Well known or less known: the formula, that it is monotone, and that it knows no scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidQueryError
from core.recommenders.fame import by_fame, candidates_for

FAMES = (-1.0, -0.5, -0.1, 0.0, 0.3, 1.0)


def listed(scores: list[float], counts: list[int], fame: float, k: int) -> list[int]:
    order, _ = by_fame(np.array(scores, np.float32), np.array(counts, np.float32), fame, k)
    return order[:k].tolist()


def test_the_formula_by_hand() -> None:
    # scores 3, 2, 1 have the standard scores a, 0, -a; log(1 + n) is 0, 2 ln 2, 4 ln 2: -a, 0, a, with a = sqrt(3/2)
    scores, counts = np.array([3, 2, 1], np.float32), np.array([0, 3, 15], np.float32)
    a = np.sqrt(1.5)
    order, values = by_fame(scores, counts, -0.5, 3)
    assert order.tolist() == [0, 1, 2]
    np.testing.assert_allclose(values, [1.5 * a, 0, -1.5 * a], atol=1e-6)
    order, values = by_fame(scores, counts, 0.5, 3)
    assert order.tolist() == [0, 1, 2]
    np.testing.assert_allclose(values, [0.5 * a, 0, -0.5 * a], atol=1e-6)


def test_of_two_that_fit_alike_the_control_decides() -> None:
    scores, counts = [5.0, 4.9, 4.8, 1.0], [10, 1000, 0, 5]
    assert listed(scores, counts, 0, 2) == [0, 1]
    assert listed(scores, counts, 1, 2) == [1, 0]
    assert listed(scores, counts, -1, 2) == [2, 0], "the unknown ones that fit, not the one that does not"


def test_candidates_without_a_say_come_back_only_where_there_are_no_others() -> None:
    scores, counts = [2.0, 1.0, 0.0, 0.0, 0.0], [50, 60, 0, 0, 0]
    assert listed(scores, counts, -1, 2) == [0, 1]
    assert listed(scores, counts, -1, 4) == [0, 1, 2, 3]
    assert listed([1.0, 1.0, 1.0], [5, 0, 9], -1, 3) == [1, 0, 2], "all tie: fame alone tells them apart"


@pytest.mark.parametrize("fame", FAMES)
def test_little_or_nothing_to_choose_from(fame: float) -> None:
    assert listed([], [], fame, 5) == []
    assert listed([0.4], [7], fame, 5) == [0]
    assert listed([3.0, 2.0, 1.0], [4, 4, 4], fame, 3) == [0, 1, 2], "equally known: as the method has it"


@pytest.mark.parametrize("fame", [-1.01, 1.5, float("nan"), float("inf")])
def test_a_fame_outside_its_bounds_is_refused(fame: float) -> None:
    with pytest.raises(InvalidQueryError, match="fame"):
        listed([1.0], [1], fame, 1)


def test_more_films_are_looked_at_for_longer_lists() -> None:
    assert [candidates_for(k) for k in (1, 10, 50)] == [100, 100, 500]


films = st.lists(
    st.tuples(st.sampled_from([-2.0, 0.0, 0.5, 0.7, 0.9, 1.0, 1.5, 7.0]), st.integers(0, 400)),
    min_size=1,
    max_size=40,
).map(lambda rows: sorted(rows, key=lambda row: -row[0]))


@given(films, st.integers(1, 12))
def test_nothing_moves_at_0(rows: list[tuple[float, int]], k: int) -> None:
    scores, counts = (list(column) for column in zip(*rows, strict=True))
    found = listed(scores, counts, 0.0, k)
    assert found == list(range(len(found)))


@given(films, st.integers(1, 12))
def test_every_quantile_of_the_ratings_rises_with_fame(rows: list[tuple[float, int]], k: int) -> None:
    scores, counts = (list(column) for column in zip(*rows, strict=True))
    known = [np.sort([counts[i] for i in listed(scores, counts, fame, k)]) for fame in FAMES]
    assert {len(row) for row in known} == {min(k, len(rows))}
    assert (np.diff(np.stack(known), axis=0) >= 0).all()


@given(films, st.sampled_from(FAMES), st.sampled_from([0.25, 4.0]), st.sampled_from([-8.0, 0.0, 8.0]))
def test_the_scale_of_the_scores_does_not_matter(
    rows: list[tuple[float, int]], fame: float, factor: float, shift: float
) -> None:
    scores, counts = (list(column) for column in zip(*rows, strict=True))
    _, plain = by_fame(np.array(scores, np.float32), np.array(counts, np.float32), fame, 5)
    moved = np.array(scores, np.float32) * np.float32(factor) + np.float32(shift)
    _, scaled = by_fame(moved, np.array(counts, np.float32), fame, 5)
    np.testing.assert_allclose(plain, scaled, atol=1e-4)


@given(films, st.sampled_from(FAMES), st.randoms())
def test_the_order_in_which_equal_films_arrive_does_not_matter(
    rows: list[tuple[float, int]], fame: float, random: object
) -> None:
    moved = list(rows)
    random.shuffle(moved)  # type: ignore[attr-defined]
    moved.sort(key=lambda row: -row[0])
    both = []
    for films_now in (rows, moved):
        scores, counts = (np.array(column, np.float32) for column in zip(*films_now, strict=True))
        both.append(by_fame(scores, counts, fame, len(rows))[1])
    np.testing.assert_allclose(both[0], both[1], atol=1e-9)
