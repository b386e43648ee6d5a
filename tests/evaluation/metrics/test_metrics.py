"""The registry of metrics: each reads what it says it reads, and says how it is to be read."""

from collections.abc import Callable, Sequence
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from scipy import sparse

from core.domain import Dataset
from core.embeddings import Space, Stamp
from core.errors import UnknownNameError
from core.evaluation.metrics import (
    METRICS,
    Kind,
    Lists,
    Metric,
    Scores,
    Values,
    accuracy,
    balance,
    fame,
    metric_of,
    taste,
    unbiased,
)
from core.evaluation.metrics import beyond_accuracy as beyond
from core.evaluation.metrics.base import REGISTERED, register
from core.evaluation.metrics.lists import hits_of, popular_places
from core.evaluation.protocol.runner import evaluate
from core.evaluation.splits import make_splits
from core.evaluation.task import Task
from tests import tiny
from tests.evaluation.methods import MeanRating

KS = (1, 3, 8)
INF = float("inf")


@pytest.fixture
def lists(make_dataset: Callable[..., Dataset]) -> Lists:
    """Random lists of films that the users may be shown; one of them ends early, one is empty."""
    dataset, rng = make_dataset(), np.random.default_rng(2)
    (split,) = make_splits("random_holdout", dataset.interactions, rng=rng)
    judge = Space("judge", rng.normal(size=(41, 5)).astype(np.float32), Stamp("judge", "1", 5))
    task = Task.of(dataset, split, judge=judge)
    shown = [np.setdiff1d(np.arange(41), row.indices) for row in task.hidden]
    ranked = np.stack([rng.permutation(films)[:10] for films in shown])
    ranked[1, 4:] = -1
    ranked[2] = -1
    return Lists(task, ranked)


def by_hand(name: str, lists: Lists, ks: Sequence[int]) -> Values:
    """The figures of a metric, its formula given every argument by name."""
    task, ranked = lists.task, lists.ranked
    hits = hits_of(ranked, task.relevant)
    n_relevant, counts = np.diff(task.relevant.indptr), task.counts
    places = popular_places(ranked, counts, task.hidden, task.listable)
    about_hits = {
        "ndcg": accuracy.ndcg,
        "precision": accuracy.precision,
        "recall": accuracy.recall,
        "map": accuracy.average_precision,
        "map_all": accuracy.average_precision_of_all,
        "mrr": accuracy.reciprocal_rank,
        "hit_rate": accuracy.hit_rate,
    }
    if name == "acceptable":
        return taste.acceptable(hits=hits, n_relevant=n_relevant, ks=ks)
    if name in ("famous", "famous50"):
        return fame.famous(ranked=ranked, counts=counts, n_famous=1 if name == "famous" else 50, ks=ks)
    if name in ("ndcg_snips", "recall_snips"):
        function = {"ndcg_snips": unbiased.snips_ndcg, "recall_snips": unbiased.snips_recall}[name]
        return function(
            ranked=ranked,
            hits=hits,
            relevant=task.relevant,
            weights=unbiased.inverse_propensities(counts),
            ks=ks,
        )
    if name in about_hits:
        return about_hits[name](hits=hits, n_relevant=n_relevant, ks=ks)
    if name == "novelty":
        return beyond.novelty(ranked=ranked, counts=counts, n_users=task.n_train_users, ks=ks)
    if name == "serendipity":
        return beyond.serendipity(hits=hits, n_relevant=n_relevant, places=places, ks=ks)
    if name == "diversity":
        return beyond.diversity(ranked=ranked, vectors=task.genres, ks=ks)
    if name == "popularity_lift":
        return beyond.popularity_lift(ranked=ranked, counts=counts, known=task.known, ks=ks)
    if name == "top1_cosine":
        first = beyond.top1_cosine(ranked=ranked, vectors=task.judge, liked=task.liked)
        return first.reshape(-1, 1)
    about_genres = {"miscalibration": beyond.miscalibration, "genre_accuracy": beyond.genre_accuracy}
    return about_genres[name](ranked=ranked, genres=task.genres, liked=task.liked, ks=ks)


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.of_lists is not None])
def test_a_metric_of_lists_is_its_formula(name: str, lists: Lists) -> None:
    of_lists = METRICS[name].of_lists
    assert of_lists is not None
    values = of_lists(lists, KS)
    assert values.shape == (lists.task.n_users, len(METRICS[name].columns(KS)))
    assert values == pytest.approx(by_hand(name, lists, KS), nan_ok=True)
    distinct = len(np.unique(values[np.isfinite(values)]))
    assert distinct == 1 if name == "famous50" else distinct > 1, (
        "all of 41 films are among the 50 most rated"
    )


@pytest.mark.parametrize("name", ["coverage", "gini"])
def test_a_metric_of_the_catalogue_is_its_formula(name: str, lists: Lists) -> None:
    of_catalog = METRICS[name].of_catalog
    assert of_catalog is not None
    for ours, theirs in zip(
        of_catalog(lists.ranked, 41, KS), getattr(balance, name)(lists.ranked, 41, KS), strict=True
    ):
        assert ours == pytest.approx(theirs)


def test_the_kinds_say_what_metrics_read() -> None:
    kinds = {kind: {name for name, metric in METRICS.items() if metric.kind is kind} for kind in Kind}
    hits = {"ndcg", "precision", "recall", "map", "map_all", "mrr", "hit_rate", "acceptable"}
    of_fame = {"famous", "famous50", "ndcg_snips", "recall_snips"}
    variety = {"novelty", "serendipity", "diversity", "popularity_lift", "miscalibration", "genre_accuracy"}
    assert kinds[Kind.LIST] == hits | variety | of_fame
    assert kinds[Kind.FIRST] == {"top1_cosine"}
    assert kinds[Kind.SCORES] == {"auc", "over_decoys"}
    assert kinds[Kind.RATINGS] == {"rmse", "mae"}
    assert kinds[Kind.CATALOG] == {"coverage", "gini"}
    for metric in METRICS.values():
        assert (metric.of_lists is not None) == (metric.kind in (Kind.LIST, Kind.FIRST)), metric.name
        assert (metric.of_catalog is not None) == (metric.kind is Kind.CATALOG), metric.name


def test_every_metric_says_which_end_is_better() -> None:
    lower = {name for name, metric in METRICS.items() if metric.higher_is_better is False}
    neither = {name for name, metric in METRICS.items() if metric.higher_is_better is None}
    assert lower == {"rmse", "mae", "gini", "miscalibration", "famous", "famous50"}
    assert neither == {"popularity_lift"}
    assert all(METRICS[name].higher_is_better is True for name in set(METRICS) - lower - neither)


def test_every_metric_says_between_which_figures_it_lies() -> None:
    ranges = {name: metric.bounds for name, metric in METRICS.items()}
    for name in ("rmse", "mae", "novelty", "miscalibration"):
        assert ranges.pop(name) == (0, INF), name
    assert ranges.pop("popularity_lift") == (-1, INF)
    assert ranges.pop("top1_cosine") == (-1, 1)
    assert set(ranges.values()) == {(0, 1)}


def test_metrics_with_a_cutoff_have_one_column_for_each() -> None:
    assert METRICS["ndcg"].columns((5, 10)) == ["ndcg@5", "ndcg@10"]
    assert METRICS["gini"].columns((5, 10)) == ["gini@5", "gini@10"]
    for name in ("auc", "rmse", "mae", "top1_cosine"):
        assert METRICS[name].columns((5, 10)) == [name]


def test_a_columns_metric_is_found_again() -> None:
    for name, metric in METRICS.items():
        assert all(metric_of(column) is metric for column in metric.columns((5, 10))), name
    with pytest.raises(UnknownNameError, match="beauty"):
        metric_of("beauty@10")


def test_a_metric_and_lists_cannot_be_changed_and_equal_themselves_alone(lists: Lists) -> None:
    with pytest.raises(FrozenInstanceError):
        METRICS["ndcg"].name = "another"
    with pytest.raises(FrozenInstanceError):
        lists.ranked = lists.ranked[:1]
    assert {METRICS["ndcg"]: 1, lists: 2}[lists] == 2
    assert lists != replace(lists)
    assert METRICS["ndcg"] != replace(METRICS["ndcg"])


def test_a_new_metric_of_any_kind_is_measured_and_pooled(monkeypatch: pytest.MonkeyPatch) -> None:
    def spread(scores: Scores) -> np.ndarray:
        return scores.ordered[:, -1].astype(np.float64)

    def bias(errors: sparse.csr_matrix) -> np.ndarray:
        return np.asarray(errors.sum(axis=1), np.float64).ravel() / np.maximum(np.diff(errors.indptr), 1)

    added = {
        "best": Metric("best", "Best score", "…", None, "x", kind=Kind.SCORES, of_scores=spread),
        "bias": Metric("bias", "Bias", "…", None, "x", (-5, 5), Kind.RATINGS, of_errors=bias),
        "rms": Metric(
            "rms", "RMS", "…", False, "x", (0, 5), Kind.RATINGS, of_errors=accuracy.rmse, is_root=True
        ),
    }
    for name, metric in added.items():
        monkeypatch.setitem(REGISTERED, name, metric)
    dataset = tiny.tiny_dataset()
    (split,) = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(0))
    summary = evaluate(dataset, {}, {"mean": MeanRating}, split).summary
    found = summary[summary["users"] == "all"].set_index("metric")["mean"]
    assert found["rms"] == found["rmse"], "roots are pooled by their squares"
    assert abs(found["bias"]) <= found["mae"]
    assert 1 <= found["best"] <= 5


@pytest.mark.parametrize("kind", Kind)
def test_a_metric_without_its_function_is_refused(kind: Kind) -> None:
    with pytest.raises(TypeError, match="has no function"):
        register(Metric("nothing", "Nothing", "…", True, "x", kind=kind))
    with pytest.raises(TypeError, match="two metrics are called ndcg"):
        register(METRICS["ndcg"])
