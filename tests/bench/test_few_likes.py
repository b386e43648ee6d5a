"""bench/few_likes.py keeps what an evaluation found, and the tables of docs/decisions/0005-taste.md are what it kept."""

import json
import sys
from pathlib import Path

import pytest

from bench import few_likes as bench
from core.evaluation.splits import few_likes
from core.serving import Atlas


def test_the_tables_of_the_paper_are_what_was_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = bench.PAPER.read_text("utf-8")
    assert bench.with_tables(text) == text, "make them again: python bench/few_likes.py --paper"
    moved = {}
    for name, path in bench.KEPT.items():
        value = json.loads(path.read_text("utf-8"))
        value["methods"]["taste"]["acceptable"]["mean"] = 0.98765
        moved[name] = tmp_path / path.name
        moved[name].write_text(json.dumps(value), "utf-8")
    monkeypatch.setattr(bench, "KEPT", moved)
    other = bench.with_tables(text)
    assert other.count("0.988") == 2
    changed = [pair for pair in zip(text.splitlines(), other.splitlines(), strict=True) if pair[0] != pair[1]]
    assert [before[:9] for before, _ in changed] == ["| `taste`"]


@pytest.mark.slow
def test_it_keeps_the_evaluations_figures(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(few_likes, "LEAST_RATINGS", 2)
    monkeypatch.setattr(few_likes, "LEAST_ACCEPTABLE", 1)
    out = tmp_path / "out.json"
    arguments = [
        "few_likes.py",
        atlas.name,
        str(out),
        "--methods",
        "popularity,item_knn",
        "--questions",
        "15",
    ]
    monkeypatch.setattr(sys, "argv", arguments)
    bench.main()
    found = json.loads(out.read_text("utf-8"))
    assert set(found["methods"]) == {"popularity", "item_knn"}
    for one in found["methods"].values():
        assert set(one["acceptable_by_likes"]) == {"1", "2", "3", "4", "5"}
        by_likes = one["acceptable_by_likes"].values()
        assert one["acceptable"]["mean"] == pytest.approx(sum(by_likes) / 5, abs=1e-4)
        assert one["acceptable"]["low"] <= one["acceptable"]["mean"] <= one["acceptable"]["high"]
