"""What every registered metric promises, whoever wrote it."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from core.embeddings import Space
from core.evaluation.metrics import METRICS, Kind, Lists, Metric, Values, metric_of
from core.evaluation.protocol.runner import evaluate, method_factories
from core.evaluation.splits import Split, make_splits
from core.evaluation.task import Settings, Task
from core.types import IndexVector
from tests import tiny
from tests.evaluation.methods import MeanRating

KS = (1, 2, 5)
DEPTH = max(KS)


@cache
def split() -> Split:
    (found,) = make_splits(
        "random_holdout", tiny.tiny_dataset().interactions, rng=np.random.default_rng(0), fraction=0.4
    )
    return found


@cache
def task() -> Task:
    """The tiny films, with a space to judge by."""
    dataset, letters = tiny.tiny_dataset(), tiny.Letters()
    judge = Space("letters", letters.encode_items(dataset), letters.stamp())
    return Task.of(dataset, split(), judge=judge)


@cache
def random_lists(seed: int) -> IndexVector:
    """Lists of films that may be listed: some end early, the first is empty."""
    rng = np.random.default_rng(seed)
    hidden = task().hidden.toarray()
    ranked = np.stack([rng.permutation(np.flatnonzero(~row))[:DEPTH] for row in hidden])
    ranked[np.arange(DEPTH) >= rng.integers(1, 2 * DEPTH, (len(ranked), 1))] = -1
    ranked[0] = -1
    return ranked.astype(np.int64)


def reordered(order: IndexVector) -> Task:
    """The same people in another order."""
    rows = {name: getattr(split(), name)[order] for name in ("users", "known", "test", "masked")}
    moved = {name: getattr(task(), name)[order] for name in ("relevant", "liked", "hidden")}
    return replace(task(), split=replace(split(), **rows), **moved)


def check_values(metric: Metric, values: Values) -> None:
    """All within the metric's bounds, NaN where there is nothing to measure."""
    low, high = metric.bounds
    assert values.dtype == np.float64
    assert not np.isinf(values).any()
    known = values[~np.isnan(values)]
    assert ((known >= low - 1e-9) & (known <= high + 1e-9)).all()


class MetricContract:
    """A subclass gives the fixture `metric`: a registered one."""

    def test_it_says_what_it_is(self, metric: Metric) -> None:
        assert METRICS[metric.name] is metric
        assert re.fullmatch(r"[a-z][a-z0-9_]*", metric.name)
        assert metric.label.strip()
        assert metric.definition.endswith(".")
        assert metric.bounds[0] < metric.bounds[1]
        columns = metric.columns(KS)
        assert len(columns) == (len(KS) if metric.kind in (Kind.LIST, Kind.CATALOG) else 1)
        assert all(metric_of(column) is metric for column in columns)

    def test_its_formula_can_be_typeset(self, metric: Metric) -> None:
        assert metric.formula.strip()
        depth = 0
        for char in re.sub(r"\\[{}]", "", metric.formula_lines):
            depth += {"{": 1, "}": -1}.get(char, 0)
            assert depth >= 0
        assert depth == 0
        assert metric.formula.count(r"\left") == metric.formula.count(r"\right")
        assert "qquad" not in metric.formula_lines, "what stands after it comes on a line of its own"

    @pytest.mark.parametrize("seed", range(5))
    def test_lists_have_values_within_bounds_or_none(self, metric: Metric, seed: int) -> None:
        if metric.of_lists is None:
            return
        ranked = random_lists(seed)
        values = metric.of_lists(Lists(task(), ranked.copy()), KS)
        assert values.shape == (len(ranked), len(KS) if metric.kind is Kind.LIST else 1)
        check_values(metric, values)
        assert not np.isnan(values).all(), "these lists give it something to measure"

    def test_lists_are_left_alone(self, metric: Metric) -> None:
        if metric.of_lists is not None:
            ranked = random_lists(0).copy()
            metric.of_lists(Lists(task(), ranked), KS)
            np.testing.assert_array_equal(ranked, random_lists(0))

    def test_empty_lists_are_no_error(self, metric: Metric) -> None:
        nothing = np.full_like(random_lists(0), -1)
        if metric.of_lists is not None:
            check_values(metric, metric.of_lists(Lists(task(), nothing), KS))
        if metric.of_catalog is not None:
            for values in metric.of_catalog(nothing, task().dataset.n_items, KS):
                check_values(metric, values)

    def test_other_cut_offs_and_longer_lists_change_no_value(self, metric: Metric) -> None:
        if metric.of_lists is None or metric.kind is not Kind.LIST:
            return
        ranked = random_lists(1)
        whole = metric.of_lists(Lists(task(), ranked), KS)
        for column, k in enumerate(KS):
            for lists in (ranked, ranked[:, :k]):
                alone = metric.of_lists(Lists(task(), lists), (k,))
                np.testing.assert_allclose(alone[:, 0], whole[:, column], atol=1e-12)

    def test_people_are_measured_each_for_themselves(self, metric: Metric) -> None:
        if metric.of_lists is None:
            return
        order = np.random.default_rng(2).permutation(task().n_users)
        ranked = random_lists(2)
        moved = metric.of_lists(Lists(reordered(order), ranked[order]), KS)
        np.testing.assert_allclose(moved, metric.of_lists(Lists(task(), ranked), KS)[order], atol=1e-12)

    def test_figures_of_the_catalogue_have_one_without_each_person(self, metric: Metric) -> None:
        if metric.of_catalog is None:
            return
        ranked, n_items = random_lists(3), task().dataset.n_items
        whole, without = metric.of_catalog(ranked, n_items, KS)
        assert whole.shape == (len(KS),)
        assert without.shape == (len(ranked), len(KS))
        check_values(metric, whole)
        check_values(metric, without)
        for user in range(len(ranked)):
            others = metric.of_catalog(np.delete(ranked, user, axis=0), n_items, KS)[0]
            np.testing.assert_allclose(without[user], others, atol=1e-9)

    def test_an_evaluation_shows_it(self, metric: Metric) -> None:
        methods = {**method_factories(["popularity"]), "means": MeanRating}
        settings = Settings(ks=KS, metrics=(metric.name,), judge="letters")
        judge = {"letters": Space("letters", task().judge, tiny.Letters().stamp())}
        result = evaluate(tiny.tiny_dataset(), judge, methods, split(), settings=settings)
        assert result.columns == metric.columns(KS)
        rows = result.summary[result.summary["method"] == "means"]
        assert set(rows["metric"]) == set(metric.columns(KS))
        means, (low, high) = rows["mean"].dropna(), metric.bounds
        assert len(means)
        assert means.between(low - 1e-9, high + 1e-9).all()


class TestMetrics(MetricContract):
    """Every metric of the registry."""

    @pytest.fixture(params=list(METRICS))
    def metric(self, request: pytest.FixtureRequest) -> Metric:
        return METRICS[request.param]
