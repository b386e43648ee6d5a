"""Intervals and tests: known right answers, and the right rate of false alarms."""

import warnings
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.errors import InvalidQueryError
from core.evaluation.results import significance as sig

pytestmark = pytest.mark.slow


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


@pytest.mark.parametrize("n_users", [800_000, 2_200_000])
def test_resamples_of_many_users_are_as_many_as_asked_for(n_users: int) -> None:
    # so many users that the resamples are drawn in parts
    values = np.random.default_rng(3).integers(0, 9, (n_users, 1)).astype(np.float64)
    samples = sig.bootstrap_means(values, np.random.default_rng(5), n_samples=3)
    rng = np.random.default_rng(5)
    expected = [values[rng.integers(0, len(values), len(values))].mean() for _ in range(3)]
    assert samples[:, 0] == pytest.approx(expected, rel=1e-12)


def test_a_thousand_resamples_are_drawn_unless_told_otherwise(rng: np.random.Generator) -> None:
    assert sig.bootstrap_means(np.ones((4, 2)), rng).tolist() == [[1, 1]] * 1000


def test_a_resample_without_any_value_has_no_mean(rng: np.random.Generator) -> None:
    samples = sig.bootstrap_means(np.array([[5.0], [np.nan]]), rng, n_samples=200)[:, 0]
    missing = np.isnan(samples)
    assert (samples[~missing] == 5).all()
    # both draws fall on the second user in one of four resamples
    assert missing.mean() == pytest.approx(1 / 4, abs=4 * np.sqrt(1 / 4 * 3 / 4 / 200))


def test_users_without_observations_do_not_count(rng: np.random.Generator) -> None:
    values, counts = np.array([[2.0], [np.nan], [8.0]]), np.array([[1.0], [7.0], [0.0]])
    samples = sig.bootstrap_means(values, rng, n_samples=100, counts=counts)
    assert set(samples[np.isfinite(samples)]) == {2.0}


@pytest.mark.parametrize("level", [None, 0.5, 0.9])
def test_percentile_intervals_are_quantiles_of_what_is_known(level: float | None) -> None:
    samples = np.random.default_rng(1).random((101, 2))
    samples[:7, 1] = np.nan
    low, high = sig.percentile_interval(samples) if level is None else sig.percentile_interval(samples, level)
    tail = (1 - (level or 0.95)) / 2
    for column, known in enumerate((samples[:, 0], samples[7:, 1])):
        assert low[column] == pytest.approx(np.quantile(known, tail))
        assert high[column] == pytest.approx(np.quantile(known, 1 - tail))


def test_a_column_without_a_figure_is_no_reason_for_a_warning() -> None:
    samples = np.array([[1.0, np.nan], [3.0, np.nan]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        low, high = sig.percentile_interval(samples, 0.5)
    assert low == pytest.approx([1.5, np.nan], nan_ok=True)
    assert high == pytest.approx([2.5, np.nan], nan_ok=True)


def test_the_jackknife_takes_another_level_and_each_column_for_itself() -> None:
    values = np.random.default_rng(1).random((25, 2)) * [1, 10]
    without = (values.sum(0) - values) / 24
    low, high = sig.jackknife_interval(values.mean(0), without, 0.5)
    errors = values.std(axis=0, ddof=1) / np.sqrt(25)
    assert low == pytest.approx(stats.norm.ppf(0.25, values.mean(0), errors))
    assert high == pytest.approx(stats.norm.ppf(0.75, values.mean(0), errors))


def test_permutations_are_exact_up_to_fourteen_users(rng: np.random.Generator) -> None:
    p = sig.permutation_test(np.arange(1.0, 15)[:, None], rng, n_permutations=1)
    assert p == pytest.approx([2 / 2**14])
    # with one user more a single permutation is drawn, and p is a half or one
    p = sig.permutation_test(np.arange(1.0, 16)[:, None], rng, n_permutations=1)
    assert p[0] in (1 / 2, 1)


@pytest.mark.parametrize("n_users", [800_000, 2_200_000])
def test_permutations_of_many_users_are_as_many_as_asked_for(n_users: int, rng: np.random.Generator) -> None:
    # so many users that the signs are drawn in parts; whatever its sign, one user's difference is as far from 0
    differences = np.ones((n_users, 2))
    differences[1:, 1] = 0
    p = sig.permutation_test(differences, rng, n_permutations=5)
    assert p == pytest.approx([1 / (1 + 5), (1 + 5) / (1 + 5)])


def test_ten_thousand_permutations_are_drawn_unless_told_otherwise(rng: np.random.Generator) -> None:
    ones = np.ones(60)
    assert sig.permutation_test(ones[:, None], rng) == pytest.approx([1 / 10_001], rel=1e-9)
    assert sig.compare({"a": ones, "b": 0 * ones}, rng).pairs["p"].tolist() == pytest.approx(
        [1 / 10_001], rel=1e-9
    )


def test_a_comparison_draws_as_many_permutations_as_it_is_told(rng: np.random.Generator) -> None:
    found = sig.compare({"a": np.ones(60), "b": np.zeros(60)}, rng, n_permutations=9)
    assert found.pairs["p"].tolist() == pytest.approx([1 / 10])


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=8))
def test_p_is_of_the_exact_differences_not_of_their_rounded_sums(tenths: list[int]) -> None:
    whole = np.array(tenths, np.float64)[:, None]
    n, total = len(tenths), abs(sum(tenths))
    signs = 1 - 2 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)
    expected = np.mean(np.abs(signs @ np.array(tenths)) >= total)
    for differences in (whole, whole / 10, whole / 1e6):
        assert sig.permutation_test(differences, np.random.default_rng(0)) == pytest.approx([expected])


def test_methods_that_differ_by_exactly_one_are_told_apart(rng: np.random.Generator) -> None:
    found = sig.compare({"a": np.ones(12), "b": np.zeros(12), "c": np.ones(12)}, rng)
    assert found.better_than == {"a": ("b",), "b": (), "c": ("b",)}
    assert found.pairs[["a", "b"]].to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    assert found.pairs["difference"].tolist() == [1, 0, -1]
    assert found.pairs["n_users"].tolist() == [12, 12, 12]
    p = 2 / 2**12
    assert found.pairs["p"].tolist() == pytest.approx([p, 1, p])
    assert found.pairs["p_holm"].tolist() == pytest.approx([3 * p, 1, 3 * p])


def test_a_difference_counts_only_below_alpha(rng: np.random.Generator) -> None:
    values = {"a": np.arange(1.0, 7), "b": np.zeros(6)}
    p = 2 / 2**6
    for alpha, better in ((p, ()), (p * 1.01, ("b",))):
        assert sig.compare(values, rng, alpha=alpha).better_than["a"] == better
    # 2 / 2**5 = 0.0625 lies above the usual 5 %, 2 / 2**6 below
    assert sig.compare(values, rng).better_than["a"] == ("b",)
    shorter = {name: column[:5] for name, column in values.items()}
    assert sig.compare(shorter, rng).better_than["a"] == ()


def test_methods_without_a_common_user_are_not_compared(rng: np.random.Generator) -> None:
    nan = np.nan
    found = sig.compare({"a": np.array([1, nan, 3]), "b": np.array([nan, 2, nan])}, rng)
    row = found.pairs.iloc[0]
    assert np.isnan(row["difference"])
    assert (row["p"], row["p_holm"], row["n_users"]) == (1, 1, 0)
    assert found.better_than == {"a": (), "b": ()}


def test_a_comparison_of_nothing_has_the_same_columns(rng: np.random.Generator) -> None:
    some = sig.compare({"a": np.ones(3), "b": np.zeros(3)}, rng)
    assert list(sig.compare({}, rng).pairs.columns) == list(some.pairs.columns)
    assert list(some.pairs.columns) == ["a", "b", "difference", "p", "p_holm", "n_users"]


def test_a_comparison_cannot_be_changed_and_equals_itself_alone(rng: np.random.Generator) -> None:
    found = sig.compare({"a": np.ones(3), "b": np.zeros(3)}, rng)
    with pytest.raises(FrozenInstanceError):
        found.better_than = {}
    assert {found: 1}[found] == 1
    assert found != replace(found)


def test_no_user_at_all_gives_no_mean(rng: np.random.Generator) -> None:
    samples = sig.bootstrap_means(np.empty((0, 2)), rng, n_samples=3)
    assert samples.shape == (3, 2)
    assert np.isnan(samples).all()
