"""Intervals and tests: known right answers, and the right rate of false alarms."""

import numpy as np
import pytest
from scipy import stats

from core.errors import InvalidQueryError
from core.evaluation.results import significance as sig


def test_bootstrap_spread_is_the_standard_error_of_the_mean(rng):
    values = rng.normal(3, 2, (400, 1))
    samples = sig.bootstrap_means(values, rng, n_samples=4000)
    assert samples.mean() == pytest.approx(values.mean(), abs=0.02)
    assert samples.std() == pytest.approx(values.std() / np.sqrt(400), rel=0.05)
    low, high = sig.percentile_interval(samples)
    error = values.std() / np.sqrt(400)
    assert (low[0], high[0]) == pytest.approx(
        stats.norm.interval(0.95, values.mean(), error), abs=0.1 * 4 * error
    )


def test_intervals_hold_the_true_mean_as_often_as_they_say():
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(200):
        samples = sig.bootstrap_means(rng.exponential(1, (60, 1)), rng, n_samples=300)
        low, high = sig.percentile_interval(samples)
        held += low[0] <= 1 <= high[0]
    # 95 % wanted; percentile intervals of 60 skewed values are a little short of it
    assert 0.88 <= held / 200 <= 0.99


def test_the_same_generator_draws_the_same_users_whatever_the_columns(rng):
    values = rng.random((30, 3))
    together = sig.bootstrap_means(values, np.random.default_rng(5), n_samples=50)
    alone = sig.bootstrap_means(values[:, [1]], np.random.default_rng(5), n_samples=50)
    assert together[:, [1]] == pytest.approx(alone)


def test_users_without_a_value_are_left_out_of_every_resample(rng):
    values = np.array([[1.0, np.nan], [1.0, np.nan], [np.nan, np.nan], [1.0, np.nan]])
    samples = sig.bootstrap_means(values, rng, n_samples=200)
    assert np.unique(samples[np.isfinite(samples[:, 0]), 0]) == pytest.approx([1.0])
    assert np.isnan(samples[:, 1]).all()
    low, high = sig.percentile_interval(samples)
    assert (low[0], high[0]) == (1, 1)
    assert np.isnan([low[1], high[1]]).all()


def test_counts_weigh_users_by_their_observations(rng):
    values, counts = np.array([[1.0], [4.0]]), np.array([[3.0], [1.0]])
    samples = sig.bootstrap_means(values, rng, n_samples=100, counts=counts)
    assert set(np.round(samples[:, 0], 9)) == {1.0, round((3 * 1 + 4) / 4, 9), 4.0}


def test_the_jackknife_of_a_mean_is_its_standard_error(rng):
    values = rng.random((25, 1))
    without = (values.sum() - values) / 24
    low, high = sig.jackknife_interval(values.mean(0), without)
    error = values.std(ddof=1) / np.sqrt(25)
    assert (high - low)[0] / 2 == pytest.approx(stats.norm.ppf(0.975) * error)
    assert (high + low)[0] / 2 == pytest.approx(values.mean())


def test_permutation_is_exact_for_few_users(rng):
    # of the 2^5 signs only all plus and all minus reach a mean as far from 0
    p = sig.permutation_test(np.array([[1.0], [2], [3], [4], [5]]), rng)
    assert p == pytest.approx([2 / 2**5])
    # 1 + 2 = 3: also reached by -(...) only; 1 - 2 = -1 by half of them
    p = sig.permutation_test(np.array([[1.0], [-2]]), rng)
    assert p == pytest.approx([4 / 4])


def test_exact_and_sampled_permutations_agree(rng):
    differences = rng.normal(0.3, 1, (14, 3))
    exact = sig.permutation_test(differences, rng)
    padded = np.vstack([differences, [[1e-9, -1e-9, 1e-9]]])
    sampled = sig.permutation_test(padded, rng, n_permutations=20_000)
    assert sampled == pytest.approx(exact, abs=0.02)


def test_permutation_agrees_with_scipy(rng):
    differences = rng.normal(0.15, 1, 80)
    ours = sig.permutation_test(differences[:, None], rng, n_permutations=20_000)[0]
    theirs = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=20_000, rng=np.random.default_rng(0)
    ).pvalue
    assert ours == pytest.approx(theirs, abs=0.015)


def test_p_is_about_uniform_when_nothing_differs():
    rng = np.random.default_rng(11)
    p = sig.permutation_test(rng.normal(0, 1, (60, 400)), rng, n_permutations=2000)
    for level in (0.05, 0.25, 0.5, 0.75):
        # three standard errors of a share among 400
        assert (p <= level).mean() == pytest.approx(level, abs=3 * np.sqrt(level * (1 - level) / 400))


def test_p_is_small_when_everything_differs_and_one_when_nothing_does(rng):
    differences = np.stack([np.full(50, 0.1), np.zeros(50), np.full(50, np.nan)], axis=1)
    p = sig.permutation_test(differences, rng, n_permutations=999)
    assert p == pytest.approx([1 / 1000, 1, 1])


def test_p_does_not_depend_on_users_without_a_difference(rng):
    some = rng.normal(0.4, 1, (10, 1))
    with_ties = np.vstack([some, np.zeros((30, 1)), np.full((5, 1), np.nan)])
    assert sig.permutation_test(with_ties, rng) == pytest.approx(sig.permutation_test(some, rng))


def test_holm_has_the_right_answer():
    # sorted: 4 * 0.01, 3 * 0.03, then 2 * 0.04, which may not fall below 3 * 0.03
    assert sig.holm([0.04, 0.01, 0.03, 0.5]) == pytest.approx([3 * 0.03, 4 * 0.01, 3 * 0.03, 0.5])
    assert sig.holm([0.6, 0.7]) == pytest.approx([1, 1])
    assert sig.holm([]).shape == (0,)


def test_compare_marks_what_is_really_better():
    rng = np.random.default_rng(2)
    base = rng.random(80)
    values = {
        "same": base.copy(),
        "worse": base - 0.2 + rng.normal(0, 0.05, 80),
        "noise": base + rng.normal(0, 0.3, 80),
    }
    values["worse"][3] = np.nan
    found = sig.compare(values, rng, n_permutations=2000)
    assert "worse" in found.better_than["same"]
    assert found.better_than["worse"] == ()
    assert "same" not in found.better_than["noise"]
    pair = found.pairs.set_index(["a", "b"]).loc[("same", "worse")]
    assert pair["n_users"] == 79
    assert pair["difference"] == pytest.approx(np.nanmean(values["same"] - values["worse"]))
    assert (found.pairs["p_holm"] >= found.pairs["p"]).all()
    turned = sig.compare(values, np.random.default_rng(2), higher_is_better=False, n_permutations=2000)
    assert "same" in turned.better_than["worse"]


def test_compare_of_one_method_or_none_has_no_pairs(rng):
    assert sig.compare({"only": np.ones(3)}, rng).better_than == {"only": ()}
    assert sig.compare({}, rng).pairs.empty


def test_different_users_cannot_be_compared(rng):
    with pytest.raises(InvalidQueryError):
        sig.compare({"a": np.ones(3), "b": np.ones(4)}, rng)
    with pytest.raises(InvalidQueryError):
        sig.permutation_test(np.ones((20, 1)), rng, n_permutations=0)
