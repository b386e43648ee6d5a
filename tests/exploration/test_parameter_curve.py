"""What a parameter does to one answer."""

from dataclasses import replace

import pytest

from core import recommenders
from core.domain import Question
from core.exploration.parameter_curve import STEPS, parameter_curve, turned_at_once, values_of
from core.params import param_fields
from core.serving import Atlas, recommend

pytestmark = pytest.mark.slow


def test_only_numbers_that_an_answer_reads_are_turned() -> None:
    for method in recommenders.names():
        learned = {
            spec.name
            for spec in param_fields(recommenders.method_class(method).Params)
            if spec.metadata["is_learned"]
        }
        assert not learned & {spec.name for spec in turned_at_once(method)}
    assert [spec.name for spec in turned_at_once("user_knn")] == [
        "n_neighbors",
        "shrinkage",
        "rarity",
        "sharpness",
    ]
    assert turned_at_once("ease") == []


@pytest.mark.parametrize("method", recommenders.names())
def test_values_stay_within_the_bounds_and_hold_the_default(method: str) -> None:
    for spec in turned_at_once(method):
        values = values_of(spec)
        assert values == sorted(set(values))
        assert spec.default in values
        assert 2 <= len(values) <= STEPS + 1
        assert spec.metadata["low"] <= values[0]
        assert values[-1] <= spec.metadata["high"]
        assert {type(value) for value in values} == {type(spec.default)}


def test_the_curve_counts_what_stays_of_the_usual_list(atlas: Atlas) -> None:
    question = Question(likes=(0, 1, 2), method="user_knn", k=6)
    curve = parameter_curve(atlas, question, "n_neighbors")
    usual = {one.item_index for one in recommend(atlas, question).items}
    assert curve.k == len(usual)
    assert curve.ships_with == 200
    for value, kept, first in curve.frame[["value", "kept", "first"]].itertuples(index=False):
        found = recommend(atlas, replace(question, params={"n_neighbors": int(value)}))
        listed = [one.item_index for one in found.items]
        assert kept == len(set(listed) & usual)
        assert first == listed[0]
    assert int(curve.frame.loc[curve.frame["value"] == 200, "kept"].iloc[0]) == curve.k
