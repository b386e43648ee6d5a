"""What a build will take and took, in words."""

from pathlib import Path

import pytest

from core import settings
from core.exploration import build_tables
from core.serving import Atlas


@pytest.fixture(autouse=True)
def _fresh_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))


def test_a_plan_of_what_is_not_here_says_what_it_takes_and_what_it_leaves_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "_memory_gb", lambda: 24.0)
    found = build_tables.plan_of("ml-25m")
    assert found is not None
    rows = {row["Stage"]: row for row in build_tables.plan_rows(found)}
    assert rows["embedding minilm"]["Expected"].endswith("min")
    assert rows["method hybrid"][""] == "left out"
    assert "--method hybrid --time" in found.left_out["hybrid"]
    assert "left out, each with its reason" in build_tables.plan_line(found)
    small = build_tables.plan_of("ml-100k")
    assert small is not None
    assert "left out" not in build_tables.plan_line(small)


def test_nothing_is_said_of_files_that_nobody_has_counted() -> None:
    assert build_tables.plan_of("my-films") is None


def test_what_a_build_took_stands_beside_what_was_expected(atlas: Atlas) -> None:
    rows = build_tables.took_rows(atlas)
    assert {row["Stage"] for row in rows} >= {"films", "map of letters", "method ease"}
    assert all(row["Took"].endswith("s") and row["Expected"] for row in rows)


def test_what_methods_rest_on_is_named_with_what_it_took(atlas: Atlas) -> None:
    said = build_tables.rests_on(
        atlas, ["content", "popularity", "genre_clusters", "lists of another system"]
    )
    took = build_tables.in_words(atlas.about["seconds"]["space-letters"])
    assert said.endswith(f"Letters ({took}) for Genre clusters and Similar films.")
    assert build_tables.rests_on(atlas, ["popularity", "ease"]) == ""
