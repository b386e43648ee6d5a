"""What a size costs: the tables of docs/scale.md follow from the figures."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from bench import scale
from bench.scale_picture import picture


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
    assert "had no time" not in shown


def test_what_the_first_build_had_no_time_for_is_said() -> None:
    large = figures(80.0, 10_000) | {"too_long_at_first": {"hybrid": "20 min"}, "later_seconds": 1200.0}
    shown = scale.rendered({"large": large, "small": figures(8.0, 1_000)})
    assert (
        "At large the first build had no time for `hybrid`, which a second one learned; it took 20 min."
        in shown
    )


def test_figures_go_between_the_marks_and_nowhere_else(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    doc = tmp_path / "scale.md"
    doc.write_text(f"before\n{scale.BEGIN}\nold\n{scale.END}\nafter\n")
    monkeypatch.setattr(scale, "DOC", doc)
    monkeypatch.setattr(scale, "PICTURE", tmp_path / "scale.svg")
    scale.render({"small": figures(8.0, 1_000)})
    text = doc.read_text()
    assert text.startswith(f"before\n{scale.BEGIN}")
    assert text.endswith(f"{scale.END}\nafter\n")
    assert "old" not in text
    assert "1,000" in text
    assert (tmp_path / "scale.svg").read_text().startswith("<svg")


def test_the_picture_holds_every_size_and_grows_to_the_right_and_up() -> None:
    drawn = picture({"large": figures(80.0, 10_000), "small": figures(8.0, 1_000)})
    root = ElementTree.fromstring(drawn)
    marks = [one for one in root.iter() if one.tag.endswith("circle") and one.get("class") == "a"]
    (small, large) = [(float(one.get("cx", 0)), float(one.get("cy", 0))) for one in marks[:2]]
    assert small[0] < large[0]
    assert small[1] > large[1], "SVG counts downwards"
    assert len(marks) == 4, "two sizes in two panels"


def test_the_next_size_is_computed_from_the_curves_of_a_large_one_alone() -> None:
    assert scale.beyond([("small", figures(8.0, 1_000))]) == []
    sizes = [("small", figures(8.0, 1_000)), ("large", figures(800.0, 250_000))]
    (words,) = scale.beyond(sizes)
    share = 32_000_204 / 25_000_000
    expected = 800.0 * (87_585 / 250_000) + 0.2 * share
    assert scale.in_words(expected) in words
    assert "computed, not run" in words


def test_the_committed_document_holds_the_committed_figures() -> None:
    results = scale.ROOT / "bench" / "results" / "scale.json"
    shown = scale.DOC.read_text().partition(scale.BEGIN)[2].partition(scale.END)[0].strip()
    assert scale.PICTURE.read_text() == picture(json.loads(results.read_text()))
    assert shown == (scale.rendered(json.loads(results.read_text())) if results.is_file() else "")
