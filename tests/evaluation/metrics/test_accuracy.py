"""Accuracy metrics: hand-worked values, naive loops, and two independent evaluators."""

import json
import warnings
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from irspack.evaluation import Evaluator
from scipy import sparse
from sklearn.metrics import ndcg_score, roc_auc_score

from core.errors import InvalidQueryError
from core.evaluation.metrics import Values, accuracy
from core.evaluation.metrics.lists import Hits, hits_of, ratio
from core.evaluation.task import validate_cutoffs
from core.types import IndexVector

KS = (1, 3, 5, 10)
ListMetric = Callable[[Hits, IndexVector, Sequence[int]], Values]
LIST_METRICS = (
    accuracy.precision,
    accuracy.recall,
    accuracy.hit_rate,
    accuracy.reciprocal_rank,
    accuracy.average_precision,
    accuracy.average_precision_of_all,
    accuracy.ndcg,
)


def hits(*rows):
    return np.array(rows, bool)


def relevance(rng, n_users=19, n_items=31, share=0.2):
    matrix = rng.random((n_users, n_items)) < share
    matrix[4] = False
    return matrix


def ranked_by(scores, depth):
    return np.argsort(-scores, axis=1, kind="stable")[:, :depth]


def naive(name, listed, relevant, k):
    """One user's figure by the book, with sets and loops."""
    relevant, listed = set(relevant), list(listed)[:k]
    found = [item in relevant for item in listed]
    if name == "precision":
        return sum(found) / k
    if name == "recall":
        return sum(found) / len(relevant)
    if name == "hit_rate":
        return float(any(found))
    if name == "reciprocal_rank":
        return next((1 / rank for rank, hit in enumerate(found, 1) if hit), 0.0)
    if name.startswith("average_precision"):
        total = sum(sum(found[:rank]) / rank for rank, hit in enumerate(found, 1) if hit)
        return total / (len(relevant) if name.endswith("_of_all") else min(k, len(relevant)))
    gain = sum(1 / np.log2(rank + 1) for rank, hit in enumerate(found, 1) if hit)
    return gain / sum(1 / np.log2(rank + 1) for rank in range(1, min(k, len(relevant)) + 1))


def test_ndcg_has_the_right_answer_for_lists_worked_out_by_hand():
    values = accuracy.ndcg(hits([0, 1, 0], [1, 1, 0], [0, 0, 1]), np.array([1, 2, 5]), (1, 3))
    assert values[0] == pytest.approx([0, 1 / np.log2(3)])
    assert values[1] == pytest.approx([1, 1])
    ideal = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert values[2] == pytest.approx([0, (1 / np.log2(4)) / ideal])


def test_ndcg_weighs_the_first_and_second_place_differently():
    first, second = accuracy.ndcg(hits([1, 0], [0, 1]), np.array([1, 1]), (2,))[:, 0]
    assert second / first == pytest.approx(1 / np.log2(3))


def test_other_metrics_have_the_right_answers_for_one_list():
    found, n_relevant = hits([0, 1, 0, 1]), np.array([3])
    assert accuracy.precision(found, n_relevant, (2, 4))[0] == pytest.approx([1 / 2, 2 / 4])
    assert accuracy.recall(found, n_relevant, (2, 4))[0] == pytest.approx([1 / 3, 2 / 3])
    assert accuracy.hit_rate(found, n_relevant, (1, 2))[0] == pytest.approx([0, 1])
    assert accuracy.reciprocal_rank(found, n_relevant, (1, 4))[0] == pytest.approx([0, 1 / 2])
    expected = [(1 / 2) / min(2, 3), (1 / 2 + 2 / 4) / min(4, 3)]
    assert accuracy.average_precision(found, n_relevant, (2, 4))[0] == pytest.approx(expected)


@pytest.mark.parametrize("metric", LIST_METRICS)
def test_users_without_a_relevant_film_have_no_value(metric):
    values = metric(hits([0, 0], [1, 0]), np.array([0, 1]), (1, 2))
    assert np.isnan(values[0]).all()
    assert np.isfinite(values[1]).all()


@pytest.mark.parametrize("metric", LIST_METRICS)
def test_users_without_a_relevant_film_are_no_reason_for_a_warning(metric: ListMetric) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(metric(hits([0, 0]), np.array([0]), (1, 2))).all()


@pytest.mark.parametrize("metric", LIST_METRICS)
def test_a_list_without_a_hit_is_worth_nothing_beside_one_with_hits(metric: ListMetric) -> None:
    values = metric(hits([0, 0, 0], [1, 0, 1]), np.array([1, 2]), (1, 3))
    assert values[0].tolist() == [0, 0]
    assert (values[1] > 0).all()


@pytest.mark.parametrize("metric", LIST_METRICS)
def test_the_only_relevant_film_in_the_first_place_is_worth_one(metric: ListMetric) -> None:
    assert metric(hits([1, 0]), np.array([1]), (1,)).tolist() == [[1]]


@pytest.mark.parametrize("metric", LIST_METRICS)
def test_metrics_equal_naive_loops(metric, rng):
    relevant = relevance(rng)
    ranked = ranked_by(rng.random(relevant.shape), 10)
    values = metric(hits_of(ranked, sparse.csr_matrix(relevant)), relevant.sum(1), KS)
    for user in np.flatnonzero(relevant.any(axis=1)):
        expected = [naive(metric.__name__, ranked[user], np.flatnonzero(relevant[user]), k) for k in KS]
        assert values[user] == pytest.approx(expected, abs=1e-12)


def test_ndcg_equals_scikit_learn(rng):
    relevant = relevance(rng)
    scores = rng.random(relevant.shape)
    values = accuracy.ndcg(hits_of(ranked_by(scores, 10), sparse.csr_matrix(relevant)), relevant.sum(1), KS)
    some = relevant.any(axis=1)
    for column, k in enumerate(KS):
        assert np.nanmean(values[:, column]) == pytest.approx(
            ndcg_score(relevant[some], scores[some], k=k), abs=1e-9
        )


def test_metrics_equal_irspacks_evaluator_where_the_definitions_coincide(rng):
    relevant = relevance(rng)
    scores, truth = rng.random(relevant.shape), sparse.csr_matrix(relevant.astype(float))
    found = hits_of(ranked_by(scores, 31), truth)
    n_relevant = relevant.sum(1)
    theirs = Evaluator(truth, n_threads=1).get_scores_from_score_matrix(scores, [*KS, 31])
    same = {
        "ndcg": accuracy.ndcg,
        "recall": accuracy.recall,
        "precision": accuracy.precision,
        "hit": accuracy.hit_rate,
    }
    for name, metric in same.items():
        for k, value in zip(KS, np.nanmean(metric(found, n_relevant, KS), axis=0), strict=True):
            assert value == pytest.approx(theirs[f"{name}@{k}"], abs=1e-9), (name, k)
    # irspack divides average precision by all relevant films, we by those that fit: the same at k = n_items
    assert np.nanmean(accuracy.average_precision(found, n_relevant, (31,))) == pytest.approx(
        theirs["map@31"], abs=1e-9
    )
    for k in KS:
        rescaled = accuracy.average_precision(found, n_relevant, (k,))[:, 0] * np.minimum(k, n_relevant)
        assert np.nanmean(rescaled / np.maximum(n_relevant, 1)) == pytest.approx(theirs[f"map@{k}"], abs=1e-9)


@pytest.mark.parametrize("ties", [False, True])
def test_auc_equals_scikit_learn_over_the_listable_films(rng, ties):
    relevant = relevance(rng)
    scores = rng.integers(0, 5, relevant.shape) if ties else rng.random(relevant.shape)
    hidden = (rng.random(relevant.shape) < 0.3) & ~relevant
    values = np.where(hidden, -np.inf, scores).astype(np.float32)
    areas = accuracy.auc(values, sparse.csr_matrix(relevant), hidden.sum(1), np.sort(values, axis=1))
    for user in range(len(relevant)):
        if not relevant[user].any():
            assert np.isnan(areas[user])
            continue
        may = ~hidden[user]
        expected = roc_auc_score(relevant[user][may], values[user][may].astype(float))
        assert areas[user] == pytest.approx(expected, abs=1e-12)


def test_auc_ties_films_that_cannot_be_scored_below_all_others():
    values = np.array([[-np.inf, 0.0, -np.inf, 1.0, -np.inf]], np.float32)
    relevant = sparse.csr_matrix(np.array([[1, 0, 0, 0, 0]], bool))
    # film 4 is hidden; of the others, 1 and 3 win against film 0, and film 2 ties with it
    assert accuracy.auc(values, relevant, np.array([1]), np.sort(values, axis=1))[0] == pytest.approx(
        (0 + 0 + 0.5) / 3
    )


def test_auc_is_undefined_where_every_film_is_relevant():
    ones = np.ones((1, 2), np.float32)
    assert np.isnan(accuracy.auc(ones, sparse.csr_matrix([[1, 1]]), np.array([0]), ones))[0]


def test_auc_without_another_film_to_compare_with_is_no_reason_for_a_warning() -> None:
    values = np.array([[1, -np.inf]], np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        area = accuracy.auc(values, sparse.csr_matrix([[1, 0]]), np.array([1]), np.sort(values, axis=1))
    assert np.isnan(area).all()


def test_errors_are_averaged_over_what_was_predicted():
    errors = sparse.csr_matrix(
        (np.array([3.0, -4.0, np.nan, np.nan, 0.0]), [0, 2, 3, 1, 0], [0, 3, 4, 4, 5]), (4, 5)
    )
    assert accuracy.rmse(errors)[[0, 3]] == pytest.approx([np.sqrt((9 + 16) / 2), 0])
    assert accuracy.mae(errors)[[0, 3]] == pytest.approx([(3 + 4) / 2, 0])
    assert np.isnan(accuracy.rmse(errors)[[1, 2]]).all()
    assert np.isnan(accuracy.mae(errors)[[1, 2]]).all()


def test_errors_are_averaged_more_finely_than_they_are_stored() -> None:
    stored = np.array([0.1, -0.7, 1 / 3], np.float32)
    errors, exact = sparse.csr_matrix(stored[None]), [float(value) for value in stored]
    assert accuracy.rmse(errors)[0] == pytest.approx(np.sqrt(sum(e * e for e in exact) / 3), rel=1e-13)
    assert accuracy.mae(errors)[0] == pytest.approx(sum(abs(e) for e in exact) / 3, rel=1e-13)


def test_users_without_a_predicted_rating_keep_their_row_wherever_they_stand() -> None:
    errors = sparse.csr_matrix((np.array([2.0, np.nan]), [1, 0], [0, 0, 1, 2, 2]), (4, 2))
    for metric in (accuracy.rmse, accuracy.mae):
        assert metric(errors) == pytest.approx([np.nan, 2, np.nan, np.nan], nan_ok=True)


def test_places_after_the_end_of_a_list_are_no_hits():
    relevant = sparse.csr_matrix(np.ones((2, 4), bool))
    assert hits_of(np.array([[3, -1], [0, 1]]), relevant).tolist() == [[True, False], [True, True]]


def test_an_ended_list_of_one_user_never_counts_the_film_of_another():
    relevant = sparse.csr_matrix(np.array([[0, 0, 0, 1], [0, 0, 0, 0]], bool))
    assert not hits_of(np.array([[0, 1], [-1, -1]]), relevant).any()


def test_cutoffs_are_sorted_and_checked():
    assert validate_cutoffs([20, 5, 20]) == (5, 20)
    for wrong in ([], [0], [3, -1]):
        with pytest.raises(InvalidQueryError):
            validate_cutoffs(wrong)


def test_one_place_is_the_shortest_list() -> None:
    assert validate_cutoffs([1]) == (1,)


def test_cutoffs_can_be_written_to_json() -> None:
    assert json.dumps(validate_cutoffs(list(np.array([20, 5])))) == "[5, 20]"


def test_a_ratio_to_nothing_or_less_is_undefined() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = ratio(np.array([1, 0, 3, 3]), np.array([4, 0, 0, -1]))
    assert values == pytest.approx([1 / 4, np.nan, np.nan, np.nan], nan_ok=True)
    columns = ratio(np.array([[1.0, 2.0]]), np.array([[2], [4]]))
    assert columns == pytest.approx(np.array([[1 / 2, 2 / 2], [1 / 4, 2 / 4]]))


@st.composite
def lists(draw):
    depth = draw(st.integers(1, 8))
    found = draw(st.lists(st.lists(st.booleans(), min_size=depth, max_size=depth), min_size=1, max_size=6))
    extra = draw(st.lists(st.integers(0, 5), min_size=len(found), max_size=len(found)))
    return np.array(found, bool), np.array(found, bool).sum(1) + np.array(extra)


@given(lists())
def test_values_stay_in_their_range_and_perfect_lists_score_one(drawn):
    found, n_relevant = drawn
    ks = tuple(range(1, found.shape[1] + 1))
    for metric in LIST_METRICS:
        values = metric(found, n_relevant, ks)
        assert values.shape == (len(found), len(ks))
        assert (np.isnan(values).all(axis=1) == (n_relevant == 0)).all()
        assert ((values >= 0) & (values <= 1 + 1e-12) | np.isnan(values)).all()
    perfect = np.arange(found.shape[1]) < n_relevant[:, None]
    for metric in (accuracy.ndcg, accuracy.average_precision):
        best = metric(perfect, n_relevant, ks)[n_relevant > 0]
        assert best == pytest.approx(np.ones_like(best))


@given(lists(), st.randoms(use_true_random=False))
def test_moving_a_hit_up_never_lowers_a_metric(drawn, random):
    found, n_relevant = drawn
    place = random.randrange(found.shape[1])
    moved = found.copy()
    moved[:, [0, place]] = found[:, [place, 0]]
    better = found[:, place] & ~found[:, 0]
    for metric in (accuracy.ndcg, accuracy.average_precision, accuracy.reciprocal_rank):
        before, after = (metric(f, n_relevant, (found.shape[1],))[better, 0] for f in (found, moved))
        assert (after >= before - 1e-12).all()
