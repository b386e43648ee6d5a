"""The further cuts: what docs say of them is what was measured."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench import collaborative_rules, evaluation_cuts, evaluation_document, evaluation_tables
from core import recommenders
from core.embeddings import Space, Stamp
from core.settings import ROOT
from tests.tiny import tiny_dataset

RULES = ROOT / "docs" / "decisions" / "0013-rules.md"


@pytest.mark.parametrize("name", list(evaluation_cuts.CUTS))
def test_every_cut_was_measured_and_stands_in_the_document(name: str) -> None:
    kind, report = evaluation_cuts.CUTS[name], evaluation_cuts.measured()[name]
    text = evaluation_tables.DOCUMENT.read_text("utf-8")
    assert report["about"]["is_simulated"] is False
    assert f"## {kind.title}\n\n{kind.words}\n" in text
    for label, found in report["methods"].items():
        figure = found["figures"]["ndcg@10"]
        assert f"| `{label}` | {figure['mean']:.4f} [{figure['low']:.4f}, {figure['high']:.4f}]" in text


def test_what_others_published_stands_beside_its_source() -> None:
    kind = evaluation_cuts.CUTS["ml-1m-negatives"]
    shown = evaluation_document.cut(kind, evaluation_cuts.measured()["ml-1m-negatives"])
    [row] = [line for line in shown.splitlines() if "Rendle et al." in line]
    assert "0.731" in row
    assert "0.452" in row


@pytest.mark.slow
def test_the_hybrid_on_ratings_alone_is_told_nothing_of_films() -> None:
    dataset = tiny_dataset()
    vectors = np.random.default_rng(0).standard_normal((len(dataset.catalog), 4)).astype(np.float32)
    spaces = {"minilm": Space("minilm", vectors, Stamp("minilm", "test", 4))}
    rng = np.random.default_rng
    alone = evaluation_cuts.RatingsAlone().fit(dataset, spaces, rng=rng(1))
    assert alone.needs() == ()
    assert "content" not in alone.parts_
    assert "content" in recommenders.create("hybrid").fit(dataset, spaces, rng=rng(1)).parts_


def test_pairs_become_bare_likes(tmp_path: Path) -> None:
    path = tmp_path / "likes.tsv"
    path.write_text("7\t30\n7\t10\n9\t30\n", "utf-8")
    dataset = collaborative_rules.of_pairs(path)
    assert dataset.catalog.ids.tolist() == ["30", "10"]
    assert not dataset.interactions.is_explicit
    np.testing.assert_array_equal(dataset.interactions.ratings.toarray(), [[1, 1], [1, 0]])


def test_the_rules_table_is_what_was_measured() -> None:
    found = json.loads((evaluation_tables.RESULTS / "collaborative_rules.json").read_text("utf-8"))
    text = RULES.read_text("utf-8").replace("**", "")
    order = ("ml-100k", "ml-latest-small", "the-movies-dataset", "ml-1m-likes")
    rows = {"EASE": "ease", "EDLAE as published": "edlae", "with activity 0.5": "edlae, activity"}
    rows |= {"with fame 0.13": "edlae, fame", "both, dropout 0.5": "edlae, both"}
    rows |= {f"{times:g}": f"ials, {times:g} x" for times in collaborative_rules.TIMES}
    for shown, label in rows.items():
        figures = [f"{found[name]['ndcg@10'][label]['mean']:.4f}" for name in order]
        assert f"| {shown} | {' | '.join(figures)} |" in text


def test_the_table_of_tuning_is_what_was_measured() -> None:
    found = json.loads((evaluation_tables.RESULTS / "tuning_holds.json").read_text("utf-8"))
    text = RULES.read_text("utf-8")
    shown = {"ml-100k": "ML-100K", "ml-latest-small": "ml-latest-small", "ml-1m-likes": "MovieLens 1M, likes"}
    assert set(found) == set(shown)
    for name, label in shown.items():
        for words, method in {"iALS": "ials", "EDLAE": "edlae", "item-KNN": "item_knn"}.items():
            cells = [
                ", ".join(f"{draw['test'][way]:.4f}" for draw in found[name][method])
                for way in ("defaults", "best of one part", "tune")
            ]
            assert f"| {label} | {words} | {' | '.join(cells)} |" in text


def test_the_table_of_the_ranker_is_what_was_measured() -> None:
    found = json.loads((evaluation_tables.RESULTS / "learned_ranker.json").read_text("utf-8"))
    text = RULES.read_text("utf-8")
    shown = {"ml-100k": "ML-100K", "ml-latest-small": "ml-latest-small"}
    shown |= {"the-movies-dataset": "The Movies Dataset", "ml-1m-likes": "MovieLens 1M, likes"}
    assert set(found) == set(shown)
    for name, label in shown.items():
        cells = [f"{found[name]['hybrid']['ndcg@10']:.4f}"]
        for way in ("ranker", "both"):
            gained, low, high = found[name][way]["difference"]
            cells.append(f"{found[name][way]['ndcg@10']:.4f} ({gained:+.4f} [{low:+.4f}, {high:+.4f}])")
        assert f"| {label} | {' | '.join(cells)} |" in text
