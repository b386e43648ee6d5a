"""nDCG and recall against the head start of famous films."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from core.evaluation.metrics import accuracy
from core.evaluation.metrics.lists import hits_of
from core.evaluation.metrics.unbiased import inverse_propensities, snips_ndcg, snips_recall

COUNTS = np.array([99, 24, 8, 3, 0])
"""Weights 1 / 10, 1 / 5, 1 / 3, 1 / 2, 1."""


def relevant(*rows: list[int]) -> sparse.csr_matrix:
    matrix = np.zeros((len(rows), len(COUNTS)), bool)
    for row, items in zip(matrix, rows, strict=True):
        row[items] = True
    return sparse.csr_matrix(matrix)


def test_the_weight_is_one_over_the_root_of_the_ratings_and_one() -> None:
    np.testing.assert_allclose(inverse_propensities(COUNTS), [1 / 10, 1 / 5, 1 / 3, 1 / 2, 1])


@pytest.mark.parametrize(("gamma", "powers"), [(-1, 0), (0, 1 / 2), (1, 1), (2, 3 / 2)])
def test_the_weight_is_a_power_of_the_ratings(gamma: float, powers: float) -> None:
    np.testing.assert_allclose(inverse_propensities(COUNTS, gamma), (COUNTS + 1.0) ** -powers)


def test_recall_by_hand() -> None:
    liked = relevant([0, 1, 3], [4], [])
    ranked = np.array([[0, 2, 3], [0, 4, -1], [0, 1, 2]])
    found = snips_recall(ranked, hits_of(ranked, liked), liked, inverse_propensities(COUNTS), (1, 3))
    whole = 1 / 10 + 1 / 5 + 1 / 2
    np.testing.assert_allclose(found[:2], [[0.1 / whole, 0.6 / whole], [0, 1]])
    assert np.isnan(found[2]).all(), "nothing is liked"


def test_ndcg_by_hand() -> None:
    liked = relevant([0, 1, 3], [4], [])
    ranked = np.array([[0, 2, 3], [0, 4, -1], [0, 1, 2]])
    found = snips_ndcg(ranked, hits_of(ranked, liked), liked, inverse_propensities(COUNTS), (1, 3))
    second, third = 1 / np.log2(3), 1 / 2
    best = 1 / 2 + second / 5 + third / 10
    np.testing.assert_allclose(found[:2], [[0.1 / 0.5, (0.1 + third * 0.5) / best], [0, second]])
    assert np.isnan(found[2]).all()


def test_a_list_of_the_rarest_liked_films_first_is_perfect_and_an_empty_one_is_nothing() -> None:
    liked, weights = relevant([0, 2, 4], [0, 2, 4]), inverse_propensities(COUNTS)
    ranked = np.array([[4, 2, 0], [-1, -1, -1]])
    np.testing.assert_allclose(
        snips_ndcg(ranked, hits_of(ranked, liked), liked, weights, (1, 2, 3)), [[1, 1, 1], [0, 0, 0]]
    )
    assert snips_recall(ranked, hits_of(ranked, liked), liked, weights, (3,)).ravel().tolist() == [1, 0]


def test_the_same_hit_is_worth_more_on_a_rare_film() -> None:
    liked, weights = relevant([0, 4], [0, 4]), inverse_propensities(COUNTS)
    ranked = np.array([[0, 1], [4, 1]])
    common, rare = snips_ndcg(ranked, hits_of(ranked, liked), liked, weights, (2,)).ravel()
    assert rare > common


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, sparse.csr_matrix, np.ndarray]:
    """Lists of 6 of 12 films, liked films and numbers of ratings."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    ranked = rng.permuted(np.tile(np.arange(12), (5, 1)), axis=1)[:, :6]
    ranked[np.arange(6) >= rng.integers(0, 8, (5, 1))] = -1
    return ranked, sparse.csr_matrix(rng.random((5, 12)) < 0.3), rng.integers(0, 400, 12)


KS = (1, 3, 6)


@given(cases())
@settings(max_examples=60)
def test_where_all_films_are_equally_rated_they_are_the_plain_figures(case: tuple) -> None:
    ranked, liked, _ = case
    weights = inverse_propensities(np.full(12, 17))
    hits, n_liked = hits_of(ranked, liked), np.diff(liked.indptr)
    np.testing.assert_allclose(
        snips_ndcg(ranked, hits_of(ranked, liked), liked, weights, KS), accuracy.ndcg(hits, n_liked, KS)
    )
    np.testing.assert_allclose(
        snips_recall(ranked, hits_of(ranked, liked), liked, weights, KS), accuracy.recall(hits, n_liked, KS)
    )


@given(cases(), st.floats(0.01, 100))
@settings(max_examples=60)
def test_they_lie_in_bounds_and_the_scale_of_the_weights_cancels(case: tuple, scale: float) -> None:
    ranked, liked, counts = case
    weights = inverse_propensities(counts)
    for function in (snips_ndcg, snips_recall):
        values = function(ranked, hits_of(ranked, liked), liked, weights, KS)
        known = values[np.diff(liked.indptr) > 0]
        assert ((known >= 0) & (known <= 1 + 1e-12)).all()
        np.testing.assert_allclose(
            function(ranked, hits_of(ranked, liked), liked, scale * weights, KS), values
        )
        assert np.isnan(values[np.diff(liked.indptr) == 0]).all()
    recall = snips_recall(ranked, hits_of(ranked, liked), liked, weights, KS)
    assert (np.nan_to_num(np.diff(recall, axis=1)) >= -1e-12).all(), "a longer list finds no less"
