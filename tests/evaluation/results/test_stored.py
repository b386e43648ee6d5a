"""Stored evaluations as frames: order, marks, costs, and files that are damaged."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.compute.jobs import Jobs
from core.errors import NotBuiltError
from core.evaluation.protocol.as_job import job_arguments
from core.evaluation.results import StoredResult
from core.evaluation.results import stored as evaluations
from core.evaluation.results.over_k import OVER_K_COLUMNS
from core.evaluation.results.stored import COSTS, values_of
from core.evaluation.results.tables import (
    BEATS,
    LEADERS,
    against,
    curve,
    leaderboard,
    marks,
    over_k,
    sliced,
)


def figure(mean: float | None, width: float = 0.1) -> dict[str, Any]:
    bounds = {"low": None, "high": None} if mean is None else {"low": mean - width, "high": mean + width}
    return {"mean": mean, **bounds, "n_users": 7}


def method(ndcg: float, rmse: float | None, beats: list[str], fit: float | None = 2.0) -> dict[str, Any]:
    return {
        "metrics": {"ndcg@5": figure(ndcg), "rmse": figure(rmse), "coverage@5": figure(1 - ndcg)},
        "params": {},
        "seconds": {"fit": fit, "score": 3.5},
        "memory_mb": {"fit": None, "score": None},
        "better_than": {"ndcg@5": beats},
    }


def value(**more: Any) -> dict[str, Any]:
    about = {
        "label": "Tiny",
        "dataset": "tiny",
        "is_simulated": False,
        "is_explicit": True,
        "created": "2030-01-02T03:04:05+00:00",
        "split": {"name": "random_holdout"},
        "k": [5],
        "relevant": 4.0,
        "trials": 0,
        "seed": 0,
        "counts": {"tested_users": 7},
        "methods": [],
        "embeddings": {},
    }
    results = {
        "ease": method(0.3, None, ["popularity"]),
        "gone_method": method(0.5, 0.8, ["ease", "popularity"]),
        "popularity": method(0.1, 0.9, []),
        "slim": {"error": "Too large."},
    }
    rows = [["ease", "popularity", "head", "ndcg@5", 0.2, 0.1, 0.3, 4, 9]]
    slices = {"columns": [], "rows": rows}
    return {"about": about | more, "results": results, "slices": slices, "by_split": {}}


def test_the_best_comes_first_whichever_way_is_better() -> None:
    result = StoredResult.of(value())
    assert result.figures("ndcg@5")["name"].tolist() == ["gone_method", "ease", "popularity"]
    assert result.figures("ndcg@5")["rank"].tolist() == [1, 2, 3]
    assert result.figures("rmse")["name"].tolist() == ["gone_method", "popularity"], "no value, no row"
    assert result.columns == ["ndcg@5", "rmse", "coverage@5"]
    assert result.failed == {"SLIM": "Too large."}
    assert result.figures("ndcg@5")["method"].tolist()[0] == "gone_method", (
        "methods that are gone keep their id"
    )


def test_only_users_who_like_something_held_out_are_said_to_count() -> None:
    counts = {"users": 2500, "tested_users": 2000, "tested_interactions": 12_345}
    some, everybody = (StoredResult.of(value(counts=counts | {"tested_users": n})) for n in (2000, 7))
    for one in some.measured.values():
        for column in one["metrics"].values():
            column["n_users"] = 1740 if column is one["metrics"]["ndcg@5"] else 2000
    assert some.n_counted == 1740
    assert some.tested == (
        "1,740 of 2,500 users count: those of the 2,000 tested, on 12,345 held-out ratings, who like one of theirs"
    )
    assert everybody.n_counted == everybody.about["counts"]["tested_users"] == 7
    assert everybody.tested == "7 of 2,500 users were tested, on 12,345 held-out ratings"


@pytest.mark.parametrize(
    ("beaten", "words"),
    [
        ([[1, 2, 3, 4, 5], [], [5], [], [], []], ["all below", "–", "6", "–", "–", "–"]),
        ([[2, 4], [2, 3, 5], [3, 4], [], [], []], ["3, 5", "3, 4, 6", "4, 5", "–", "–", "–"]),
        ([[2, 3, 4], [], [], [], [], []], ["3 to 5", "–", "–", "–", "–", "–"]),
    ],
)
def test_marks_name_the_ranks_that_are_beaten(beaten: list[list[int]], words: list[str]) -> None:
    names = [f"m{n}" for n in range(6)]
    losers = [tuple(names[n] for n in row) for row in beaten]
    frame = pd.DataFrame({"name": names, "rank": range(1, 7), "better_than": losers})
    assert marks(frame) == words


def test_the_table_for_people_holds_marks_only_where_something_was_tested() -> None:
    result = StoredResult.of(value())
    table = leaderboard(result, "ndcg@5")
    assert table[BEATS].tolist() == ["all below", "all below", "–"]
    assert table["95 % interval"].tolist()[0] == "0.4000 – 0.6000"
    assert table["nDCG@5"].tolist() == [0.5, 0.3, 0.1]
    assert BEATS not in leaderboard(result, "coverage@5")


def test_costs_are_per_user_and_missing_ones_are_left_out() -> None:
    result = StoredResult.of(value())
    assert result.cost("Answers in") == dict.fromkeys(("ease", "gone_method", "popularity"), 1000 * 3.5 / 7)
    assert result.cost("Learns in")["ease"] == 2.0
    assert result.cost("Memory") == {}
    assert against(result, "ndcg@5", "Memory").empty
    both = against(result, "ndcg@5", "coverage@5")
    assert both["x"].tolist() == [1 - y for y in both["y"]]
    assert set(COSTS) == {"Answers in", "Learns in", "Memory"}


def test_a_method_that_another_beats_on_both_axes_is_not_efficient() -> None:
    stored = value()
    for name, seconds in (("ease", 2.0), ("gone_method", 9.0), ("popularity", 3.0)):
        stored["results"][name]["seconds"]["fit"] = seconds
    result = StoredResult.of(stored)
    costs = against(result, "ndcg@5", "Learns in").set_index("method")["is_efficient"]
    assert costs.to_dict() == {"gone_method": True, "EASE": True, "Popularity": False}, (
        "worse and slower than EASE"
    )
    both = against(result, "ndcg@5", "coverage@5")
    assert both["is_efficient"].all(), "more of the one is less of the other"
    errors = against(result, "rmse", "ndcg@5").set_index("method")["is_efficient"]
    assert errors.to_dict() == {"gone_method": True, "Popularity": False}, "a lower error is better"
    assert against(result, "ndcg@5", "Memory")["is_efficient"].tolist() == []


def test_what_lists_of_another_system_took_is_not_held_against_the_methods() -> None:
    result = StoredResult.of(value(lists={"gone_method": {"file": "theirs.csv", "sha256": ""}}))
    assert against(result, "ndcg@5", "Learns in")["method"].tolist() == ["EASE", "Popularity"]
    assert len(against(result, "ndcg@5", "coverage@5")) == 3


def lengths(*names: str) -> dict[str, Any]:
    rows = [
        [name, metric, k, 0.1 * number + 0.01 * k, 0.0, 1.0, 7]
        for number, name in enumerate(names)
        for metric in ("ndcg", "recall")
        for k in (1, 2, 5)
    ]
    return {"columns": list(OVER_K_COLUMNS), "rows": rows}


def test_figures_over_the_length_of_the_list_stand_in_the_order_of_the_table() -> None:
    stored = value() | {"over_k": lengths("ease", "gone_method", "popularity")}
    frame = over_k(StoredResult.of(stored), "ndcg@5")
    assert frame["method"].tolist() == ["gone_method"] * 3 + ["EASE"] * 3 + ["Popularity"] * 3
    assert frame["k"].tolist() == [1, 2, 5] * 3
    assert frame["mean"].tolist()[:3] == pytest.approx([0.11, 0.12, 0.15])
    assert frame["is_leading"].all()
    assert over_k(StoredResult.of(stored), "coverage@5").empty


def test_of_many_methods_the_best_lead_and_none_is_dropped() -> None:
    names = [f"m{number:02}" for number in range(LEADERS + 3)]
    stored = value() | {"over_k": lengths(*names)}
    stored["results"] = {name: method(0.01 * number, None, []) for number, name in enumerate(names)}
    frame = over_k(StoredResult.of(stored), "ndcg@5")
    assert frame["method"].nunique() == LEADERS + 3
    assert sorted(set(frame["method"][frame["is_leading"]])) == names[3:]


def test_an_evaluation_that_was_stored_without_lengths_still_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
    assert "over_k" not in value()
    evaluations.store("tiny", value())
    ([older], broken) = evaluations.stored_results("tiny")
    assert broken == []
    assert older.figures("ndcg@5")["name"].tolist() == ["gone_method", "ease", "popularity"]
    assert over_k(older, "ndcg@5").empty
    assert values_of(older) == value(), "and is handed on as it was"
    newer = value() | {"over_k": lengths("ease")}
    assert values_of(StoredResult.of(newer)) == newer


def test_slices_and_curves() -> None:
    result = StoredResult.of(value())
    assert sliced(result, "popularity", "ndcg@5")["method"].tolist() == ["EASE"]
    assert sliced(result, "genre", "ndcg@5").empty
    assert curve(result, "ndcg@5").empty
    stored = value()
    for n in (10, 0, 3):
        stored["by_split"][f"cold_users[n={n}]"] = {"ease": method(n / 20, None, []), "slim": {"error": "x"}}
    frame = curve(StoredResult.of(stored), "ndcg@5")
    assert frame["n_known"].tolist() == [0, 3, 10]
    assert frame["mean"].tolist() == [0, 3 / 20, 10 / 20]


@pytest.mark.parametrize(
    "damage",
    [
        lambda v: v.pop("about"),
        lambda v: v.pop("results"),
        lambda v: v["about"].pop("created"),
        lambda v: v["about"].update(created="soon"),
        lambda v: v["about"].update(k="x"),
        lambda v: v.update(results=[]),
        lambda v: v.update(slices={"rows": [[1, 2]]}),
        lambda v: v.update(over_k=[]),
        lambda v: v.update(over_k={"rows": [[1, 2]]}),
        lambda v: v["results"].update(ease=None),
        lambda v: v["results"]["ease"].pop("metrics"),
    ],
)
def test_damaged_results_are_refused(damage: Any) -> None:
    broken = value()
    damage(broken)
    with pytest.raises(NotBuiltError, match="cannot be read"):
        StoredResult.of(broken)


def test_stored_newest_first_and_damaged_files_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
    assert evaluations.stored_results("tiny") == ([], [])
    old = evaluations.store("tiny", value(seed=1))
    evaluations.store("tiny", value(created="2031-01-01T00:00:00+00:00"))
    (old.parent / "half.json").write_text('{"about": {')
    (old.parent / "list.json").write_text("[]")
    found, broken = evaluations.stored_results("tiny")
    assert [one.created.year for one in found] == [2031, 2030]
    assert broken == ["half.json", "list.json"]
    assert "seed 1" in found[1].title
    assert "Random holdout" in found[1].title


def test_a_split_is_called_by_what_it_does() -> None:
    assert evaluations.split_label("cold_users[n=3]") == "Cold users, 3 ratings given"
    assert evaluations.split_label("k_fold[2/5]") == "K folds, 2/5"
    assert evaluations.split_label("files") == "Your own train and test files"
    assert evaluations.split_label("strange") == "strange"


def test_the_job_runs_the_command(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
    arguments = job_arguments(
        "nowhere", ["popularity", "ease"], [5, 10], split="random_holdout", relevant=3.5, n_trials=2
    )
    assert arguments[:2] == ["evaluate", "nowhere"]
    assert arguments.count("--k") == 2
    job = Jobs().start("evaluation", "Measuring", arguments)
    assert job.process is not None
    job.process.wait(120)
    for _ in range(100):
        if not job.is_running:
            break
        __import__("time").sleep(0.1)
    assert "nowhere is not built yet" in job.error, "the command took every argument"
