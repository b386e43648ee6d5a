"""The bench of questions in words measures what was listed."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from bench import words
from bench.word_facts import WordQuestion, read_questions
from core.domain import Catalog
from core.errors import InvalidQueryError, NotBuiltError
from core.serving import Atlas

SPACE = WordQuestion("a film in space", {"genres": ["Science Fiction"]})
LOVE = WordQuestion("ein Liebesfilm", {"genres": ["Romance"], "years": [1960, 1966]}, "de")
NOTHING = WordQuestion("a western", {"genres": ["Western"]})


def of_genre(catalog: Catalog, genre: str) -> list[int]:
    return [i for i, film in enumerate(catalog.films()) if genre in film.genres]


def test_what_nobody_could_answer_is_not_asked(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def one_right_and_nine_wrong(atlas: Atlas, text: str, k: int) -> list[int]:
        asked.append(text)
        return [of_genre(atlas.catalog, "Sci-Fi")[0], *of_genre(atlas.catalog, "Crime")][:k]

    monkeypatch.setattr(words, "ask", one_right_and_nine_wrong)
    space, love = words.measure(atlas, [SPACE, LOVE, NOTHING])
    assert asked == [SPACE.text, LOVE.text] * 2
    assert space.there == len(of_genre(atlas.catalog, "Sci-Fi")) == 9
    assert space.found == pytest.approx(1 / 9)
    assert (love.there, love.found) == (2, 0.0)
    figures = words.summarise([space, love], 3)
    assert figures["skipped"] == 1
    assert figures["all"]["mean"] == pytest.approx(1 / 18, abs=1e-4)
    assert figures["kinds"]["in de"] == {
        **{"mean": 0.0, "low": 0.0, "high": 0.0, "questions": 1},
        "chance": round(10 * 2 / 36 / 2, 4),
    }
    assert figures["kinds"]["genres"]["low"] <= 1 / 18 <= figures["kinds"]["genres"]["high"]


def test_a_refused_text_found_nothing_and_a_broken_dataset_is_no_figure(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> list[int]:
        raise InvalidQueryError("Too long.")

    def not_built(*_: object) -> list[int]:
        raise NotBuiltError("Not built.")

    monkeypatch.setattr(words, "ask", refuse)
    (outcome,) = words.measure(atlas, [SPACE])
    assert (outcome.found, outcome.refused) == (0.0, "Too long.")
    monkeypatch.setattr(words, "ask", not_built)
    with pytest.raises(NotBuiltError):
        words.measure(atlas, [SPACE])


def test_the_bench_asks_a_built_dataset(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "words.json"
    monkeypatch.setattr(words, "read_questions", lambda path: [SPACE, LOVE, NOTHING])
    monkeypatch.setattr(sys, "argv", ["words.py", atlas.name, "--out", str(out)])
    words.main()
    found = json.loads(out.read_text("utf-8"))["datasets"][atlas.name]
    assert [one["text"] for one in found["questions"]] == [SPACE.text, LOVE.text]
    shown = capsys.readouterr().out
    assert f"{found['all']['mean']:.3f}" in shown
    assert found["milliseconds"]["p95"] > 0


def test_kept_figures_are_those_of_their_questions() -> None:
    kept = json.loads(words.RESULT.read_text("utf-8"))
    assert kept["questions"] == len(read_questions())
    assert set(kept["datasets"]) == set(words.DATASETS)
    facts = {question.text: question for question in read_questions()}
    for figures in kept["datasets"].values():
        assert len(figures["questions"]) + figures["skipped"] == kept["questions"]
        shares = {one["text"]: one["found"] for one in figures["questions"]}
        assert figures["all"]["mean"] == pytest.approx(np.mean(list(shares.values())), abs=2e-4)
        for kind, figure in figures["kinds"].items():
            of_kind = [share for text, share in shares.items() if kind in facts[text].kinds]
            assert len(of_kind) == figure["questions"]
            assert figure["mean"] == pytest.approx(np.mean(of_kind), abs=2e-4)


def test_the_paper_holds_the_kept_figures() -> None:
    kept = json.loads(words.RESULT.read_text("utf-8"))["datasets"]
    assert words.with_table(words.PAPER.read_text("utf-8"), kept) == words.PAPER.read_text("utf-8")
    assert all(kept[name]["facts"]["mean"] >= 0.9 for name in words.DATASETS)
