"""Slices, the learning curve and means over folds, against loops over the values they come from."""

import numpy as np
import pytest

from core.errors import InvalidQueryError, UnknownNameError
from core.evaluation.protocol.runner import evaluate, evaluate_all, method_factories
from core.evaluation.results.report import report
from core.evaluation.results.result import EvaluationResult
from core.evaluation.results.slices import (
    ITEM_SLICES,
    across_folds,
    item_slices,
    learning_curve,
    popularity_slices,
    user_slices,
)
from core.evaluation.splits import make_splits
from core.evaluation.task import Settings
from tests.evaluation.methods import ItemItem, MeanRating, Refuses

pytestmark = pytest.mark.slow


def results_of(dataset, name, methods, **options):
    splits = make_splits(name, dataset.interactions, rng=np.random.default_rng(0), **options)
    return evaluate_all(dataset, {}, methods, splits, settings=Settings(ks=(5, 10)))


@pytest.fixture
def result(make_dataset):
    methods = {"it": ItemItem, **method_factories(["popularity"])}
    return results_of(make_dataset(n_users=40), "random_holdout", methods)[0]


def test_user_slices_are_means_over_their_users(result):
    table = user_slices(result)
    values = result.values
    bounds = {"0": (0, 0), "1 to 9": (1, 9), "10 to 49": (10, 49)}
    assert set(table["slice"]) <= set(bounds)
    assert len(set(table["slice"])) >= 2
    for row in table[table["metric"] == "recall@10"].itertuples():
        low, high = bounds[row.slice]
        mine = values[(values["method"] == row.method) & values["n_known"].between(low, high)]["recall@10"]
        assert row.n_users == mine.notna().sum()
        assert row.mean == pytest.approx(mine.mean(), nan_ok=True)


@pytest.mark.parametrize("by", sorted(ITEM_SLICES))
def test_item_slices_equal_a_loop(result, by):
    masks = ITEM_SLICES[by](result)
    table = item_slices(result, by).set_index(["method", "slice", "metric"])
    relevant = result.task.relevant.toarray()
    run = result.runs["it"]
    for name, mask in masks.items():
        recalls = []
        for user, listed in enumerate(run.ranked[:, :5]):
            wanted = set(np.flatnonzero(relevant[user] & mask))
            if wanted:
                recalls.append(len(wanted & set(listed.tolist())) / len(wanted))
        if recalls:
            row = table.loc[("it", name, "recall@5")]
            assert row["mean"] == pytest.approx(np.mean(recalls))
            assert row["n_users"] == len(recalls)
            assert row["n_items"] == mask.sum()
        else:
            assert ("it", name, "recall@5") not in table.index


def test_item_slices_need_a_known_kind(result):
    with pytest.raises(UnknownNameError):
        item_slices(result, "colour")


def test_popularity_slices_share_films_out_by_ratings(result):
    counts = result.task.counts
    parts = popularity_slices(result)
    assert np.array_equal(sum(part.astype(int) for part in parts.values()), np.ones(len(counts)))
    assert (counts[parts["never rated"]] == 0).all()
    assert counts[parts["head"]].min() >= counts[parts["tail"]].max()
    for name in ("head", "middle", "tail"):
        assert counts[parts[name]].sum() / counts.sum() == pytest.approx(1 / 3, abs=0.1)


def test_head_middle_and_tail_begin_where_a_third_of_the_ratings_is_reached(result: EvaluationResult) -> None:
    counts = result.task.counts
    expected: dict[str, list[int]] = {"head": [], "middle": [], "tail": [], "never rated": []}
    before = 0
    for item in sorted(range(len(counts)), key=lambda item: (-counts[item], item)):
        name = "head" if 3 * before < counts.sum() else "middle" if 3 * before < 2 * counts.sum() else "tail"
        expected[name if counts[item] else "never rated"].append(item)
        before += counts[item]
    found = {name: np.flatnonzero(part).tolist() for name, part in popularity_slices(result).items()}
    assert found == {name: sorted(items) for name, items in expected.items()}


def test_the_learning_curve_follows_the_number_of_known_ratings(make_dataset):
    dataset = make_dataset(n_users=60, share=0.6)
    methods = {"it": ItemItem, **method_factories(["popularity"])}
    results = results_of(dataset, "cold_users", methods, given=(0, 1, 5), fraction=0.4)
    curve = learning_curve(results)
    assert curve["n_known"].tolist() == [0, 1, 5] * 2
    assert curve["n_users"].nunique() == 1, "the same users at every n"
    flat = curve[curve["method"] == "popularity"]["mean"]
    assert flat.nunique() == 1, "the same list for everyone does not change with what is known"
    rising = curve[curve["method"] == "it"].set_index("n_known")["mean"]
    assert rising[0] == 0
    assert rising[5] > 0


def test_the_learning_curve_is_of_cold_users_with_the_same_tests(make_dataset, result):
    with pytest.raises(InvalidQueryError, match="no number of known"):
        learning_curve([result])
    dataset = make_dataset(n_users=60, share=0.6)
    mixed = [
        results_of(dataset, "cold_users", {"it": ItemItem}, given=(0, n), fraction=0.4)[0] for n in (1, 5)
    ]
    with pytest.raises(InvalidQueryError, match="same ratings"):
        learning_curve(mixed)
    assert learning_curve([]).empty


def test_folds_are_averaged_and_their_users_resampled_together(make_dataset):
    dataset = make_dataset(n_users=40)
    folds = results_of(dataset, "k_fold", {"it": ItemItem, "mean": MeanRating}, folds=3)
    table = across_folds(folds).set_index(["method", "metric"])
    for method, metric in (("it", "ndcg@10"), ("mean", "rmse")):
        each = [
            fold.summary.set_index(["method", "users", "metric"]).loc[(method, "all", metric), "mean"]
            for fold in folds
        ]
        row = table.loc[(method, metric)]
        assert row["mean"] == pytest.approx(np.mean(each))
        assert row["low"] < row["mean"] < row["high"]
        assert row["n_folds"] == 3


def test_known_and_new_users_are_apart_over_folds_too(make_dataset):
    """Users with a single rating are new in the fold that holds it out."""
    dataset = make_dataset(n_users=60, n_items=30, share=0.08)
    folds = results_of(dataset, "k_fold", {"it": ItemItem, "mean": MeanRating}, folds=3)
    cold = [set(fold.task.split.users[fold.task.split.is_cold_user]) for fold in folds]
    assert sum(map(len, cold)) > 3
    found = report(folds)["results"]
    for method, metric in (("it", "ndcg@10"), ("mean", "rmse"), ("it", "coverage@10")):
        for group in ("warm", "cold"):
            each = [
                fold.summary.set_index(["method", "users", "metric"]).loc[(method, group, metric), "mean"]
                for fold in folds
                if fold.members(group).any()
            ]
            assert found[method][group][metric]["mean"] == pytest.approx(np.nanmean(each))
    assert found["it"]["cold"]["coverage@10"]["n_users"] == len(set.union(*cold))
    everybody = np.unique(np.concatenate([fold.task.split.users for fold in folds]))
    assert found["it"]["metrics"]["coverage@10"]["n_users"] == len(everybody)


def test_folds_without_new_users_have_no_such_group(make_dataset):
    folds = results_of(make_dataset(share=0.9), "k_fold", {"it": ItemItem}, folds=2)
    assert not any(fold.task.split.is_cold_user.any() for fold in folds)
    found = report(folds)["results"]["it"]
    assert "cold" not in found
    assert found["warm"]["ndcg@10"]["mean"] == found["metrics"]["ndcg@10"]["mean"]


def test_a_method_missing_on_a_fold_is_said(make_dataset):
    folds = results_of(make_dataset(), "k_fold", {"it": ItemItem, "big": Refuses}, folds=2)
    with pytest.raises(InvalidQueryError, match="big"):
        across_folds(folds)


def test_films_without_a_year_are_in_no_decade(make_dataset):
    dataset = make_dataset()
    (split,) = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(0))
    masks = ITEM_SLICES["decade"](evaluate(dataset, {}, {"it": ItemItem}, split))
    assert set(masks) == {"1970s", "1980s", "1990s", "2000s", "2010s"}
    dated = dataset.catalog.items["year"].notna().to_numpy()
    assert np.array_equal(np.any(list(masks.values()), axis=0), dated)
