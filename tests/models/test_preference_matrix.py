"""What collaborative methods learn from: strengths of ratings and of profiles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Catalog, Dataset, Interactions, Profile
from core.errors import CannotFitError
from core.models.preference_matrix import (
    entries_of,
    history_matrix,
    liked_matrix,
    min_weight_param,
    rated_items,
)
from tests import tiny

USERS, ITEMS, RATINGS = list("aaabcc"), [3, 0, 1, 1, 3, 4], [5.0, 3.0, 1.0, 4.0, 2.0, 3.5]
"""Stars from 1 to 5: the middle is 3, so 5 weighs 1, 4 weighs 0.5, 2 weighs -0.5."""


def small() -> Dataset:
    catalog = Catalog.of(tiny.tiny_frame(2).head(6))
    return Dataset("small", "Small", catalog, Interactions.of(USERS, ITEMS, RATINGS, 6, scale=(1, 5)))


def strength(rating: float, min_weight: float) -> float:
    weight = (rating - 3) / 2
    return (1 + weight) / 2 if weight >= min_weight else 0.0


@pytest.mark.parametrize("min_weight", [-1, -0.5, 0, 0.25, 0.5, 1])
def test_a_history_holds_the_strength_of_every_liked_film(min_weight: float) -> None:
    expected = np.zeros((3, 6), np.float32)
    for user, item, rating in zip(USERS, ITEMS, RATINGS, strict=True):
        expected["abc".index(user), item] = strength(rating, min_weight)
    found = liked_matrix(small(), min_weight)
    np.testing.assert_array_equal(found.toarray(), expected)
    assert found.nnz == np.count_nonzero(expected), "what does not count is not stored"
    assert found.dtype == np.float32


def test_the_ratings_themselves_stay_as_they_are() -> None:
    dataset = small()
    before = dataset.interactions.ratings.copy()
    liked_matrix(dataset, 0.5)
    after = dataset.interactions.ratings
    for part in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(after, part), getattr(before, part))


def test_nothing_to_learn_from_is_refused() -> None:
    nobody = Dataset("none", "None", small().catalog, Interactions.empty(6))
    with pytest.raises(CannotFitError, match="no ratings to learn from"):
        liked_matrix(nobody, 0)
    disliked = Interactions.of(["a", "b"], [0, 1], [1.0, 2.0], 6, scale=(1, 5))
    with pytest.raises(CannotFitError, match="counts as liked"):
        liked_matrix(Dataset("sour", "Sour", small().catalog, disliked), 0)


@given(
    st.lists(
        st.dictionaries(st.integers(0, 7), st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), max_size=6),
        max_size=4,
    ),
    st.sampled_from([-1.0, 0.0, 0.5]),
)
def test_profiles_become_rows_of_strengths(rows: list[dict[int, float]], min_weight: float) -> None:
    profiles = [Profile(np.array([*row], np.int64), np.array([*row.values()], np.float32)) for row in rows]
    expected = np.zeros((len(rows), 8), np.float32)
    for number, row in enumerate(rows):
        for item, weight in row.items():
            expected[number, item] = (1 + weight) / 2 if weight >= min_weight else 0
    found = history_matrix(profiles, 8, min_weight)
    np.testing.assert_array_equal(found.toarray(), expected)
    assert found.shape == expected.shape
    assert found.nnz == np.count_nonzero(expected)
    assert found.dtype == np.float32
    for start, stop in zip(found.indptr, found.indptr[1:], strict=False):
        assert (np.diff(found.indices[start:stop]) > 0).all()


def test_profiles_stand_one_after_the_other() -> None:
    profiles = [Profile.of_likes([5, 2], [1]), Profile(), Profile.of_likes([0])]
    weights, items, ends = entries_of(profiles)
    assert weights.tolist() == [1, 1, -1, 1]
    assert items.tolist() == [5, 2, 1, 0]
    assert ends.tolist() == [0, 3, 3, 4]
    assert (weights.dtype, items.dtype, ends.dtype) == (np.float32, np.int64, np.int64)
    assert [len(part) for part in entries_of([])] == [0, 0, 1]


def test_films_that_somebody_rated() -> None:
    assert rated_items(small()).tolist() == [0, 1, 3, 4]
    assert rated_items(small()).dtype == np.int64


def test_by_default_what_is_rated_from_the_middle_up_counts_as_liked() -> None:
    about = min_weight_param()
    assert about.default == 0
    assert (about.metadata["low"], about.metadata["high"]) == (-1, 1)
