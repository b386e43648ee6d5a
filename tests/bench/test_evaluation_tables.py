"""docs/evaluation.md says what was measured, and nothing else."""

import json

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
