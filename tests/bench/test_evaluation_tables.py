"""docs/evaluation.md says what was measured, and nothing else."""

import json

import pytest

from bench import evaluation_document, evaluation_tables


def test_the_document_equals_its_rendering() -> None:
    assert evaluation_tables.DOCUMENT.read_text("utf-8") == evaluation_tables.render()


def test_every_figure_of_the_main_table_comes_from_the_json() -> None:
    text = evaluation_tables.DOCUMENT.read_text("utf-8")
    assert evaluation_tables.measured()
    for name in evaluation_tables.measured():
        found = json.loads(evaluation_tables.path_of(name).read_text("utf-8"))
        assert found["about"]["is_simulated"] is False
        for one in found["folds"].values():
            figure = one["figures"]["ndcg@10"]
            assert f"{figure['mean']:.4f} [{figure['low']:.4f}, {figure['high']:.4f}]" in text


def test_the_verdict_follows_the_figures() -> None:
    def found(p: float) -> dict:
        other = {"hybrid_minus_this": {"difference": 0.01, "p_holm": p, "n_users": 9}}
        return {"hybrid": {}, "ease": other}

    say = evaluation_document.verdict
    assert "is significantly better than" in say(found(0.01), ["hybrid", "ease"])
    assert "**not**" in say(found(0.2), ["hybrid", "ease"])
    assert "**not**" in say(found(0.01), ["ease", "hybrid"])


def test_the_curve_says_where_the_hybrid_is_below_content() -> None:
    of = {("hybrid", 0): {"mean": 0.2}, ("content", 0): {"mean": 0.0}}
    of |= {("hybrid", 3): {"mean": 0.1}, ("content", 3): {"mean": 0.3}}
    assert evaluation_document.against_content(of, [0]) == "The hybrid is nowhere below `content`.\n"
    assert "with 3 known" in evaluation_document.against_content(of, [0, 3])


def test_a_method_measured_alone_is_added_and_said_not_to_be_tested() -> None:
    name = evaluation_tables.measured()[0]
    whole = json.loads(evaluation_tables.path_of(name).read_text("utf-8"))
    whole["about"].pop("added", None)
    one = {
        **whole,
        "folds": {"new": whole["folds"]["slim"]},
        "curve": [{**row, "method": "new"} for row in whole["curve"] if row["method"] == "slim"],
        "cold_items": [
            {**question, "methods": {"new": question["methods"]["content"]}}
            for question in whole["cold_items"]
        ],
    }
    found = evaluation_tables.added(whole, one)
    assert set(found["folds"]) == set(whole["folds"]) | {"new"}
    assert evaluation_tables.added(found, one)["curve"] == found["curve"], "the old row gives way"
    text = evaluation_document.folds(found)
    [row] = [line for line in text.splitlines() if line.startswith("| `new`")]
    assert row.endswith("| not tested |")
    before = evaluation_document.folds(whole)
    kept = [line for line in before.splitlines() if line.startswith("| `slim`")]
    assert kept == [line for line in text.splitlines() if line.startswith("| `slim`")], (
        "counts stay as tested"
    )
    assert "tested against none of the others: `new`" in text
    assert "| `new` |" in evaluation_document.curve(found)
    assert evaluation_document.cold_films(found).count("| `new` |") == 2
    other = {**one, "cold_users": {**one["cold_users"], "tested_users": 1}}
    with pytest.raises(ValueError, match="not measured on the same ratings"):
        evaluation_tables.added(whole, other)
