"""The paper on films for several people has the figures that were measured, and the ways are measured as they are meant."""

import json

import numpy as np
import pytest

from bench import together
from core.recommenders.aggregation import DEFAULT, STRATEGIES


def test_the_paper_has_the_kept_figures() -> None:
    value = json.loads(together.KEPT.read_text("utf-8"))
    text = together.PAPER.read_text("utf-8")
    assert together.with_tables(text, value) == text
    assert not value["is_simulated"]
    ways = set(value["groups"]["random 2"]["ways"])
    assert set(STRATEGIES) | {"one member", "popularity"} <= ways


def test_five_people_are_answered_within_a_tenth_of_a_second() -> None:
    value = json.loads(together.KEPT.read_text("utf-8"))
    assert all(p50 < 100 for p50, _ in value["milliseconds"].values())


def test_every_way_chooses_among_what_nobody_knows() -> None:
    scores = np.array([[9, 8, 1, 5], [1, 2, 9, 5]], np.float32)
    popular = np.array([1, 2, 3, 4], np.float32)
    found = dict(together.orders(scores, popular, np.array([True, True, False, True])))
    assert found["one member"].tolist() == [0, 1, 3]
    assert found["popularity"].tolist() == [3, 1, 0]
    assert found["share beaten"].tolist()[0] in (0, 3)
    assert all(sorted(listed.tolist()) == [0, 1, 3] for listed in found.values())


def test_the_value_of_a_list_by_hand() -> None:
    relevant = np.array([False, True, False, True])
    gained = 1 / np.log2(3)
    assert together.value_of(np.array([0, 1]), relevant) == pytest.approx(gained / (1 + gained))


def test_differences_are_paired() -> None:
    found = [{DEFAULT: (0.1 * n,), "other": (0.1 * n + 0.2,)} for n in range(6)]
    ways = together.summary(found, ("mean",))
    assert ways["other"]["mean less default"] == [0.2, 0.2, 0.2]
    assert ways[DEFAULT]["mean less default"] == [0, 0, 0]
    assert ways["other"]["mean"][0] == pytest.approx(0.45)
