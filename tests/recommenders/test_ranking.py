"""Top-k, ties, filters and diversity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.domain import Dataset, Filters
from core.errors import InvalidQueryError
from core.recommenders.filters import FilterIndex
from core.recommenders.ranking import diversify, top_k, top_k_rows, validate_k

VALUES = st.sampled_from([np.nan, -1.0, 0.0, 0.5, 0.5, 1.0, 2.0])


@given(
    arrays(np.float32, st.tuples(st.integers(1, 6), st.integers(1, 12)), elements=VALUES), st.integers(1, 12)
)
def test_rows_rank_like_single_profiles(scores: np.ndarray, k: int) -> None:
    k = min(k, scores.shape[1])
    ranked = top_k_rows(scores, k)
    for row, own in zip(ranked, scores, strict=True):
        single = top_k(own, k)
        assert row[: len(single)].tolist() == single.tolist()
        assert (row[len(single) :] == -1).all()


@given(arrays(np.float32, st.integers(1, 20), elements=VALUES), st.integers(1, 20))
def test_top_k_is_a_stable_sort(scores: np.ndarray, k: int) -> None:
    naive = sorted((i for i in range(len(scores)) if not np.isnan(scores[i])), key=lambda i: (-scores[i], i))[
        :k
    ]
    assert top_k(scores, k).tolist() == naive


def test_k_is_checked() -> None:
    assert validate_k(5, 3) == 3
    with pytest.raises(InvalidQueryError, match="0 films"):
        validate_k(0, 3)


def test_unknown_genres_and_languages_are_said(dataset: Dataset) -> None:
    index = FilterIndex(dataset.catalog, dataset.interactions.item_counts())
    with pytest.raises(InvalidQueryError, match="Known: Crime"):
        index.mask(Filters(genres=("Nonsense",)))
    with pytest.raises(InvalidQueryError, match="language"):
        index.mask(Filters(languages=("tlh",)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Filters(genres=("A",), not_genres=("A",)),
        lambda: Filters(years=(2000, 1990)),
        lambda: Filters(min_ratings=-1),
    ],
)
def test_contradicting_filters_are_refused(make) -> None:
    with pytest.raises(InvalidQueryError):
        make()


def test_diversity_spreads_and_keeps_the_best() -> None:
    vectors = np.array([[1, 0], [0.99, 0.01], [0.98, 0.02], [0, 1]], np.float32)
    scores = np.array([1.0, 0.9, 0.8, 0.5], np.float32)
    candidates = np.array([10, 11, 12, 13])
    assert diversify(candidates, scores, vectors, 2, 0.0).tolist() == [10, 11]
    assert diversify(candidates, scores, vectors, 2, 0.7).tolist() == [10, 13]
    assert sorted(diversify(candidates, scores, vectors, 9, 0.5).tolist()) == [10, 11, 12, 13]
    with pytest.raises(InvalidQueryError, match="diversity"):
        diversify(candidates, scores, vectors, 2, 1.5)
