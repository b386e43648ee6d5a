"""Figures at every length of the list, against evaluations that asked for that length."""

import numpy as np
import pytest

from core.evaluation.metrics import METRICS, Kind
from core.evaluation.protocol.runner import evaluate, evaluate_all, method_factories
from core.evaluation.results.over_k import OVER_K_COLUMNS, figures_over_k, ladder, over_k_frame
from core.evaluation.results.report import report
from core.evaluation.splits import make_splits
from core.evaluation.task import Settings
from tests.evaluation.methods import ItemItem, Refuses

pytestmark = pytest.mark.slow

METHODS = {"it": ItemItem, **method_factories(["popularity"])}


def splits_of(dataset, name, **options):
    return make_splits(name, dataset.interactions, rng=np.random.default_rng(0), **options)


def test_the_ladder_ends_at_the_longest_list_and_holds_what_was_asked_for():
    assert ladder((10,)) == (1, 2, 3, 5, 7, 10)
    assert ladder((4, 12)) == (1, 2, 3, 4, 5, 7, 10, 12)
    assert ladder((1,)) == (1,)
    assert ladder((100,))[-2:] == (50, 100)


def test_every_length_is_as_if_it_had_been_asked_for(make_dataset):
    dataset = make_dataset(n_users=40)
    (split,) = splits_of(dataset, "random_holdout")
    found = figures_over_k([evaluate(dataset, {}, METHODS, split, settings=Settings(ks=(4, 10)))])
    assert tuple(found.columns) == OVER_K_COLUMNS
    lists = {metric.name for metric in METRICS.values() if metric.kind is Kind.LIST}
    assert set(found["metric"]) == lists
    assert sorted(set(found["k"])) == [1, 2, 3, 4, 5, 7, 10]
    assert len(found) == 2 * len(lists) * 7
    for k in (1, 3, 10):
        asked = evaluate(dataset, {}, METHODS, split, settings=Settings(ks=(k,))).summary
        asked = asked[asked["users"] == "all"].set_index(["method", "metric"])
        for row in found[found["k"] == k].itertuples():
            own = asked.loc[(row.method, f"{row.metric}@{k}")]
            for part in ("mean", "low", "high", "n_users"):
                assert getattr(row, part) == pytest.approx(own[part], nan_ok=True), (row, part)


def test_a_report_holds_it_beside_the_slices_and_leaves_out_what_has_no_value(make_dataset):
    dataset = make_dataset(n_users=40)
    (split,) = splits_of(dataset, "random_holdout")
    value = report([evaluate(dataset, {}, METHODS, split, settings=Settings(ks=(5, 10)))])
    assert value["over_k"]["columns"] == list(OVER_K_COLUMNS)
    frame = over_k_frame(value["over_k"]).set_index(["method", "metric", "k"])
    for name, one in value["results"].items():
        for column in ("ndcg@5", "recall@10", "popularity_lift@10"):
            metric, _, k = column.partition("@")
            for part, figure in one["metrics"][column].items():
                assert frame.loc[(name, metric, int(k)), part] == pytest.approx(figure, abs=1e-5)
    assert ("it", "ndcg", 1) in frame.index
    assert ("it", "diversity", 2) in frame.index
    assert ("it", "diversity", 1) not in frame.index, "a list of one film is not varied"
    assert type(value["over_k"]["rows"][0][2]) is int


def test_only_what_was_measured_is_there(make_dataset):
    dataset = make_dataset()
    (split,) = splits_of(dataset, "random_holdout")
    some = evaluate(
        dataset, {}, METHODS, split, settings=Settings(ks=(5,), metrics=("recall", "auc", "gini"))
    )
    assert set(figures_over_k([some])["metric"]) == {"recall"}
    none = evaluate(dataset, {}, METHODS, split, settings=Settings(ks=(5,), metrics=("auc", "gini")))
    assert figures_over_k([none]).empty
    assert over_k_frame(report([none])["over_k"]).empty


def test_over_folds_it_is_the_means_as_in_the_table(make_dataset):
    dataset = make_dataset(n_users=60, n_items=30, share=0.08)
    methods = METHODS | {"big": Refuses}
    folds = evaluate_all(
        dataset, {}, methods, splits_of(dataset, "k_fold", folds=3), settings=Settings(ks=(5, 10))
    )
    value = report(folds)
    frame = over_k_frame(value["over_k"])
    assert set(frame["method"]) == {"it", "popularity"}, "what failed has no curve"
    frame = frame.set_index(["method", "metric", "k"])
    for name in ("it", "popularity"):
        for column in ("ndcg@5", "recall@10"):
            metric, _, k = column.partition("@")
            for part, figure in value["results"][name]["metrics"][column].items():
                assert frame.loc[(name, metric, int(k)), part] == pytest.approx(figure, abs=1e-5)
    alone = [evaluate(dataset, {}, METHODS, fold.task.split, settings=Settings(ks=(3,))) for fold in folds]
    each = [float(np.nanmean(one.runs["it"].column("recall@3"))) for one in alone]
    assert len(set(each)) > 1
    assert frame.loc[("it", "recall", 3), "mean"] == pytest.approx(np.mean(each), abs=1e-5)


def test_of_several_numbers_of_given_ratings_it_is_that_of_the_slices(make_dataset):
    dataset = make_dataset(n_users=60, share=0.6)
    splits = splits_of(dataset, "cold_users", given=(0, 5), fraction=0.4)
    value = report(evaluate_all(dataset, {}, {"it": ItemItem}, splits, settings=Settings(ks=(5,))))
    assert value["about"]["slices_of"] == "cold_users[n=5]"
    frame = over_k_frame(value["over_k"]).set_index(["method", "metric", "k"])
    first, last = (value["by_split"][f"cold_users[n={n}]"]["it"]["metrics"]["ndcg@5"]["mean"] for n in (0, 5))
    assert first != last
    assert frame.loc[("it", "ndcg", 5), "mean"] == pytest.approx(last, abs=1e-5)
