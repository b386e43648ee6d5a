"""bench/few_likes.py keeps what an evaluation found, and docs/decisions/0005-taste.md says what it kept."""

import json
import re
import sys
from pathlib import Path

import pytest

from bench import few_likes as bench
from bench.methods_page import RESULTS, ROOT
from core.evaluation.splits import few_likes
from core.serving import Atlas

PAPER = ROOT / "docs" / "decisions" / "0005-taste.md"
FILES = ("few_likes_ml_latest_small.json", "few_likes_demo.json")


def test_the_table_of_the_paper_is_what_was_kept() -> None:
    kept = [json.loads((RESULTS / name).read_text("utf-8"))["methods"] for name in FILES]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAPER.read_text("utf-8"), re.MULTILINE)
    assert {name for name, _ in rows} == set(kept[0])
    for name, cells in rows:
        expected = []
        for methods in kept:
            one = methods[name]
            mean, low, high = (f"{one['acceptable'][part]:.3f}" for part in ("mean", "low", "high"))
            expected += [
                f"{mean} [{low}, {high}]",
                f"{one['famous']['mean']:.2f}",
                f"{one['over_decoys']['mean']:.3f}",
            ]
        assert cells.split(" | ") == expected, name


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
