"""Metrics of lists as such: hand-worked values and naive loops."""

import warnings
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from core.evaluation.metrics import balance
from core.evaluation.metrics import beyond_accuracy as beyond
from core.evaluation.metrics.lists import popular_places
from core.types import FloatMatrix

KS = (1, 2, 4)
N_ITEMS = 9


@pytest.fixture
def ranked(rng):
    """Lists of 4 of 9 films for 6 users; one ends early, one is empty."""
    lists = np.stack([rng.permutation(N_ITEMS)[:4] for _ in range(6)])
    lists[2, 2:] = -1
    lists[5] = -1
    return lists


@pytest.fixture
def genres():
    matrix = np.zeros((N_ITEMS, 3), np.float32)
    for item, own in enumerate(([0], [1], [0, 1], [2], [], [0, 2], [1], [0, 1, 2], [2])):
        matrix[item, own] = 1
    return matrix


@pytest.fixture
def liked():
    matrix = np.zeros((6, N_ITEMS), bool)
    for user, own in enumerate(([0, 2], [3], [4], [], [1, 5, 8], [0])):
        matrix[user, own] = True
    return sparse.csr_matrix(matrix)


def upto(row, k):
    return [int(item) for item in row[:k] if item >= 0]


def test_novelty_is_the_mean_self_information():
    counts = np.array([7, 0, 1])
    values = beyond.novelty(np.array([[0, 1], [2, -1], [-1, -1]]), counts, 7, (1, 2))
    assert values[0] == pytest.approx([0, (0 + np.log2(8)) / 2])
    assert values[1] == pytest.approx([np.log2(8 / 2)] * 2)
    assert np.isnan(values[2]).all()


def test_popularity_lift_compares_with_the_users_own_films():
    counts = np.array([10, 40, 0, 20])
    known = sparse.csr_matrix(np.array([[1, 0, 0, 1], [0, 0, 0, 0], [0, 0, 1, 0]]))
    values = beyond.popularity_lift(np.array([[1, 2], [1, 2], [1, 2]]), counts, known, (1, 2))
    own = (10 + 20) / 2
    assert values[0] == pytest.approx([40 / own - 1, (40 + 0) / 2 / own - 1])
    assert np.isnan(values[1]).all(), "no history, nothing to compare with"
    assert np.isnan(values[2]).all(), "a history of films nobody rated has no popularity to be lifted from"


def test_popularity_lift_is_of_the_films_before_a_list_has_ended() -> None:
    counts = np.array([10, 40, 20])
    known = sparse.csr_matrix(np.array([[0, 0, 5]] * 4, np.float32))
    values = beyond.popularity_lift(np.array([[0, 1], [1, -1], [-1, -1], [2, 2]]), counts, known, (1, 2))
    expected = [[10 / 20 - 1, 25 / 20 - 1], [40 / 20 - 1] * 2, [np.nan] * 2, [0, 0]]
    assert values == pytest.approx(np.array(expected), nan_ok=True)


def test_what_is_known_about_a_user_counts_alike_whatever_the_rating(genres: FloatMatrix) -> None:
    ranked = np.array([[0, 5, 3], [1, 2, 7]])
    stars = sparse.csr_matrix(np.array([[4, 0, 0, 5, 0, 1, 0, 0, 0], [0, 0.5, 0, 0, 0, 0, 3, 5, 0]]))
    alike, counts = stars.astype(bool), np.arange(N_ITEMS)
    for metric in (beyond.miscalibration, beyond.genre_accuracy):
        assert metric(ranked, genres, stars, (1, 3)) == pytest.approx(metric(ranked, genres, alike, (1, 3)))
    assert beyond.top1_cosine(ranked, genres, stars) == pytest.approx(
        beyond.top1_cosine(ranked, genres, alike)
    )
    assert beyond.popularity_lift(ranked, counts, stars, (1, 3)) == pytest.approx(
        beyond.popularity_lift(ranked, counts, alike, (1, 3))
    )


def test_nothing_to_measure_is_no_reason_for_a_warning(genres: FloatMatrix) -> None:
    ranked = np.array([[-1, -1], [4, -1], [0, 1]])
    nobody, counts = sparse.csr_matrix((3, N_ITEMS), dtype=bool), np.zeros(N_ITEMS, np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(beyond.novelty(ranked, counts, 0, (1, 2))).all(axis=1).tolist() == [
            True,
            False,
            False,
        ]
        assert np.isnan(beyond.popularity_lift(ranked, counts, nobody, (1, 2))).all()
        assert np.isnan(beyond.miscalibration(ranked, genres, nobody, (1, 2))).all()
        assert np.isnan(beyond.genre_accuracy(ranked, genres, nobody, (1, 2))).all()
        assert np.isnan(beyond.top1_cosine(ranked, genres, nobody)).all()
        assert np.isfinite(beyond.diversity(ranked, genres, (2,)))[:, 0].tolist() == [False, False, True]
        for metric in (balance.coverage, balance.gini):
            whole, without = metric(np.full((2, 1), -1), N_ITEMS, (1,))
            assert (whole.shape, without.shape) == ((1,), (2, 1))
        assert np.isnan(balance.gini(np.full((2, 1), -1), N_ITEMS, (1,))[0]).all()


def test_diversity_equals_the_mean_over_pairs(ranked, genres):
    values = beyond.diversity(ranked, genres, KS)
    genres = genres.astype(float)
    for user, row in enumerate(ranked):
        for column, k in enumerate(KS):
            pairs = [
                1 - genres[a] @ genres[b] / np.linalg.norm(genres[a]) / np.linalg.norm(genres[b])
                for a, b in combinations([i for i in upto(row, k) if genres[i].any()], 2)
            ]
            if pairs:
                assert values[user, column] == pytest.approx(np.mean(pairs), abs=1e-9)
            else:
                assert np.isnan(values[user, column])


def test_miscalibration_is_zero_for_the_same_mix_and_finite_for_the_opposite(genres):
    liked = sparse.csr_matrix(np.eye(1, N_ITEMS, 0, dtype=bool))
    values = beyond.miscalibration(np.array([[0, 5]]), genres, liked, (1, 2))[0]
    # user likes genre 0 alone; the second film is half of it, half another
    assert values == pytest.approx([0, np.log(1 / (0.99 * 3 / 4 + 0.01))])
    other = beyond.miscalibration(np.array([[3]]), genres, liked, (1,))[0, 0]
    assert other == pytest.approx(np.log(1 / beyond.SMOOTHING))


def test_films_without_a_genre_change_no_mix(genres: FloatMatrix) -> None:
    likes = np.zeros((2, N_ITEMS), bool)
    likes[:, [0, 3]] = True
    likes[1, 4] = True
    ranked = np.array([[0, 4, 5], [0, 4, 5]])
    values = beyond.miscalibration(ranked, genres, sparse.csr_matrix(likes), (1, 2, 3))
    assert values[1] == pytest.approx(values[0])
    assert values[:, 1] == pytest.approx(values[:, 0])


def test_miscalibration_equals_a_naive_loop(ranked, genres, liked):
    values = beyond.miscalibration(ranked, genres, liked, KS)
    genres = genres.astype(float)

    def mix(items):
        rows = [genres[i] / genres[i].sum() for i in items if genres[i].any()]
        return np.mean(rows, axis=0) if rows else None

    for user, row in enumerate(ranked):
        for column, k in enumerate(KS):
            p, q = mix(liked[user].indices), mix(upto(row, k))
            if p is None or q is None:
                assert np.isnan(values[user, column])
            else:
                q = 0.99 * q + 0.01 * p
                expected = sum(p[g] * np.log(p[g] / q[g]) for g in range(3) if p[g] > 0)
                assert values[user, column] == pytest.approx(expected, abs=1e-9)


def test_genre_accuracy_equals_a_naive_loop(ranked, genres, liked):
    values = beyond.genre_accuracy(ranked, genres, liked, KS)
    for user, row in enumerate(ranked):
        wanted = {g for item in liked[user].indices for g in np.flatnonzero(genres[item])}
        for column, k in enumerate(KS):
            listed = upto(row, k)
            if not wanted or not listed:
                assert np.isnan(values[user, column])
            else:
                share = np.mean([bool(wanted & set(np.flatnonzero(genres[i]))) for i in listed])
                assert values[user, column] == pytest.approx(share)


def test_top1_cosine_compares_the_first_film_with_the_mean_of_the_liked():
    vectors = np.array([[2, 0], [0, 3], [1, 1], [0, 0]], np.float32)
    liked = sparse.csr_matrix(np.array([[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]], bool))
    values = beyond.top1_cosine(np.array([[2], [1], [0], [-1]]), vectors, liked)
    assert values[:2] == pytest.approx([1, 0], abs=1e-9)
    assert np.isnan(values[2:]).all()


def test_top1_cosine_reads_any_first_film_and_none_where_the_list_is_empty() -> None:
    vectors = np.array([[3, 4], [1, 0], [0, 2]], np.float32)
    liked = sparse.csr_matrix(np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]], bool))
    values = beyond.top1_cosine(np.array([[0, -1], [-1, -1], [2, 0]]), vectors, liked)
    assert values == pytest.approx([3 / 5, np.nan, 0], nan_ok=True)


def test_popular_places_equal_the_lists_they_stand_for(rng, ranked):
    counts = np.array([3, 9, 3, 0, 7, 9, 1, 2, 2])
    hidden = rng.random((6, N_ITEMS)) < 0.3
    listable = np.ones(N_ITEMS, bool)
    listable[1] = False
    hidden[:, 1] = False
    may = np.where(hidden | ~listable, -1, 0)
    ranked = np.where((ranked >= 0) & (np.take_along_axis(may, ranked, axis=1) == 0), ranked, -1)
    places = popular_places(ranked, counts, sparse.csr_matrix(hidden), listable)
    for user in range(6):
        order = [i for i in np.argsort(-counts, kind="stable") if listable[i] and not hidden[user, i]]
        for column, item in enumerate(ranked[user]):
            assert places[user, column] == (order.index(item) if item >= 0 else N_ITEMS)


def test_serendipity_counts_hits_that_popularity_would_have_missed():
    hits = np.array([[True, True, False], [True, False, False]])
    places = np.array([[0, 5, 1], [2, 0, 1]])
    values = beyond.serendipity(hits, np.array([2, 1]), places, (1, 3))
    assert values[0] == pytest.approx([0, 1 / 3])
    assert values[1] == pytest.approx([1, 0]), "at 3 the film is among the three most rated"
    assert np.isnan(beyond.serendipity(hits, np.array([0, 1]), places, (1,))[0, 0])


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_serendipity_equals_a_naive_loop(seed: int, depth: int) -> None:
    rng = np.random.default_rng(seed)
    hits, places = rng.random((4, depth)) < 0.6, np.stack([rng.permutation(8)[:depth] for _ in range(4)])
    ks = range(1, depth + 1)
    values = beyond.serendipity(hits, np.ones(4, np.int64), places, ks)
    for user in range(4):
        for k in ks:
            surprising = [hits[user, rank] and places[user, rank] >= k for rank in range(k)]
            assert values[user, k - 1] == pytest.approx(sum(surprising) / k)


def naive_gini(counts):
    total = sum(counts)
    if not total:
        return np.nan
    return sum(abs(a - b) for a in counts for b in counts) / (2 * len(counts) * total)


def test_coverage_and_gini_equal_naive_counts(ranked):
    n_listable = N_ITEMS
    coverage, gini = balance.coverage(ranked, n_listable, KS)[0], balance.gini(ranked, n_listable, KS)[0]
    for column, k in enumerate(KS):
        listed = [item for row in ranked for item in upto(row, k)]
        counts = [listed.count(item) for item in range(n_listable)]
        assert coverage[column] == pytest.approx(len(set(listed)) / n_listable)
        assert gini[column] == pytest.approx(naive_gini(counts))


@given(st.integers(0, 10_000), st.integers(2, 7), st.integers(1, 4))
def test_leaving_a_user_out_is_the_same_as_never_asking_them(seed, n_users, depth):
    rng = np.random.default_rng(seed)
    ranked = np.stack([rng.permutation(6)[:depth] for _ in range(n_users)])
    ranked[np.arange(depth) >= rng.integers(0, depth + 1, (n_users, 1))] = -1
    for metric in (balance.coverage, balance.gini):
        without = metric(ranked, 6, (1, depth))[1]
        for user in range(n_users):
            expected = metric(np.delete(ranked, user, axis=0), 6, (1, depth))[0]
            assert without[user] == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_gini_of_equal_shares_is_zero_and_of_one_film_is_near_one():
    assert balance.gini(np.array([[0], [1], [2]]), 3, (1,))[0][0] == pytest.approx(0)
    assert balance.gini(np.array([[1], [1], [1]]), 50, (1,))[0][0] == pytest.approx(1 - 1 / 50)


def test_gini_and_coverage_are_of_the_listable_films_only():
    lists = np.array([[40], [41]])
    assert balance.coverage(lists, 2, (1,))[0][0] == 1
    assert balance.gini(lists, 2, (1,))[0][0] == pytest.approx(0)
