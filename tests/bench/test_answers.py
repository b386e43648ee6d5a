"""The bench of answers measures whole answers, and the generated films can be built and asked."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from bench import answers, generated
from core.domain import Question
from core.embeddings import registry
from core.serving import Atlas, recommend


def test_likes_are_of_one_person_who_rates_them_highly(atlas: Atlas) -> None:
    asks = answers.few_likes(atlas, 9, np.random.default_rng(0))
    assert [len(question.likes) for question in asks] == [1, 2, 3] * 3
    ratings = atlas.interactions.ratings.toarray()
    for question in asks:
        assert (ratings[:, list(question.likes)] >= 4).all(axis=1).any()


def test_parts_lie_within_the_whole_and_nothing_stays_patched(atlas: Atlas) -> None:
    before = {owner: vars(owner)[name] for owner, name in answers.INSIDE.values()}
    asks = [Question(likes=(0, 1), method="taste"), "space film with aliens", "x" * 2001]
    figures, lists = answers.measure(atlas, asks)
    assert {owner: vars(owner)[name] for owner, name in answers.INSIDE.values()} == before
    assert lists[0] == [film.item_index for film in recommend(atlas, asks[0]).items]
    assert lists[1]
    assert lists[2] == [], "the text is refused"
    assert set(figures["parts"]) == {"reading", "asking", "answering"}
    clock = answers.Clock()
    answers.answer(
        atlas, asks[1], clock
    )  # one question: percentiles of several need not lie within each other
    parts = [clock.wall[name][0] for name in ("reading", "asking", "answering")]
    assert min(parts) > 0
    assert sum(parts) <= clock.wall["all"][0]
    assert figures["inside"]["text to vector"]["times"] == 1
    assert figures["inside"]["the method's scores"]["times"] == 2


@pytest.mark.slow
def test_generated_films_are_built_and_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_ENCODERS", dict(registry._ENCODERS))
    size = generated.Size(films=300, people=60, ratings=4000, names=200)
    ran = generated.build_generated(tmp_path, size)
    assert {"method-taste", "method-popularity", "table"} <= set(ran)
    assert not {"method-ease", "method-hybrid"} & set(ran)
    atlas = Atlas.open(generated.NAME, tmp_path)
    counts = np.sort(atlas.counts)[::-1]
    assert len(atlas.catalog) == 300
    assert counts[:30].sum() > 0.3 * counts.sum(), "few films have most of the ratings"
    texts = generated.questions(atlas.catalog)
    assert len(texts) == generated.N_QUESTIONS
    assert len(set(texts)) > 0.9 * len(texts)
    monkeypatch.setattr(generated, "N_QUESTIONS", 10)
    monkeypatch.setattr(generated.questions, "__defaults__", (10,))
    monkeypatch.setattr(answers, "N_FEW", 3)
    out = tmp_path / "out.json"
    arguments = ["answers.py", str(out), generated.NAME, "--home", str(tmp_path), "--here"]
    monkeypatch.setattr(sys, "argv", arguments)
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
    answers.main()
    found = json.loads(out.read_text("utf-8"))
    assert found["is_generated"]
    assert (found["films"], found["likes"]["questions"], found["words"]["questions"]) == (300, 3, 10)
    assert found["words"]["inside"]["text to vector"]["times"] >= 2


@pytest.mark.parametrize(("paper", "kind"), [("0005-taste.md", "likes"), ("0007-words.md", "words")])
def test_papers_say_what_was_measured(paper: str, kind: str) -> None:
    value = json.loads((answers.ROOT / "bench" / "results" / "answers.json").read_text("utf-8"))
    text = (answers.ROOT / "docs" / "decisions" / paper).read_text("utf-8")
    assert answers.sentence(value, kind) in text, "made by `sentence` in bench/answers.py"
    value["datasets"]["ml-latest-small"][kind]["milliseconds"]["wall"]["p95"] += 1
    assert answers.sentence(value, kind) not in text
