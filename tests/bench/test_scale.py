"""What a size costs: the tables of docs/scale.md follow from the figures."""

import json
from typing import Any

import pytest

from bench import scale


def figures(took: float, n: int) -> dict[str, Any]:
    return {
        **{"n_items": n, "n_users": 10, "n_ratings": 100 * n, "serving_seconds": 3.0, "seconds": took * 2},
        **{"again_seconds": 1.0, "peak_mb": 900, "megabytes_on_disk": 50, "load_before": 0.1},
        "stages": {
            "map-minilm": {"took": took, "expected": took / 2},
            "dataset": {"took": 0.2, "expected": None},
        },
        "left_out": {"slim": "It would take too long."} if n > 1_000 else {},
    }


def test_tables_say_what_was_measured_expected_left_out_and_how_it_grows() -> None:
    shown = scale.rendered({"large": figures(80.0, 10_000), "small": figures(8.0, 1_000)})
    assert "| small | 1,000 | 10 | 100,000 | 3.0 s | 16 s | 1.0 s | 900 MB | 50 MB | 0.1 |" in shown
    assert "| `map-minilm` | 8.0 s (4.0 s) | 80 s (40 s) | 1.00 of films |" in shown
    assert "| `dataset` | 0.2 s | 0.2 s |  |" in shown
    assert "Left out at large:" in shown
    assert "Left out at small:" not in shown


def test_figures_go_between_the_marks_and_nowhere_else(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    doc = tmp_path / "scale.md"
    doc.write_text(f"before\n{scale.BEGIN}\nold\n{scale.END}\nafter\n")
    monkeypatch.setattr(scale, "DOC", doc)
    scale.render({"small": figures(8.0, 1_000)})
    text = doc.read_text()
    assert text.startswith(f"before\n{scale.BEGIN}")
    assert text.endswith(f"{scale.END}\nafter\n")
    assert "old" not in text
    assert "1,000" in text


def test_the_committed_document_holds_the_committed_figures() -> None:
    results = scale.ROOT / "bench" / "results" / "scale.json"
    shown = scale.DOC.read_text().partition(scale.BEGIN)[2].partition(scale.END)[0].strip()
    assert shown == (scale.rendered(json.loads(results.read_text())) if results.is_file() else "")
