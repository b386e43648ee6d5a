"""docs/methods.md is what the kept figures say, and the figures mean what the page says."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench import methods_page, methods_table
from core import recommenders
from core.domain import Profile, Question
from core.evaluation.results.best_for import PURPOSES
from core.serving import Atlas, recommend

GENRES = np.array([[1, 0], [1, 0], [1, 1], [0, 1], [0, 0]], np.float32)


def kept(dataset: str) -> dict:
    return json.loads((methods_page.RESULTS / f"methods_{dataset}.json").read_text("utf-8"))


def test_the_page_is_made_of_the_kept_figures() -> None:
    assert methods_page.PAGE.read_text("utf-8") == methods_page.render(), (
        "make it again: python bench/methods_table.py"
    )


@pytest.mark.parametrize("dataset", methods_page.DATASETS)
def test_every_method_measured_is_a_row_of_the_page(dataset: str) -> None:
    page, found = methods_page.PAGE.read_text("utf-8"), kept(dataset)
    assert len(found["methods"]) + len(found["refused"]) == len(recommenders.names())
    for row in found["methods"]:
        (line,) = [one for one in page.splitlines() if f"(`{row['name']}`)" in one and _says(one, row)]
        assert f"| {row['genre_accuracy']:.3f} | {row['genre_chance']:.3f} |" in line
    assert all(why in page for why in found["refused"].values())


def _says(line: str, row: dict) -> bool:
    return f"| {row['coverage']:.3f} | {row['learn_seconds']:.1f} | {row['space_seconds']:.1f} |" in line


def test_another_figure_makes_another_page(tmp_path: Path) -> None:
    for path in methods_page.RESULTS.glob("*.json"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    assert methods_page.render(tmp_path) == methods_page.render()
    for name in ("methods_tmdb-5000.json", "genre_classifier.json"):
        path = tmp_path / name
        whole = path.read_text("utf-8")
        found = json.loads(whole)
        rows = found.get("methods") or found["trials"]
        rows[0]["genre_accuracy" if "methods" in found else "micro_f1"] = 0.123456
        path.write_text(json.dumps(found), "utf-8")
        assert "0.123" in methods_page.render(tmp_path)
        path.write_text(whole, "utf-8")


def test_the_verdicts_are_those_that_were_kept(tmp_path: Path) -> None:
    page = methods_page.PAGE.read_text("utf-8")
    name = f"best_for_{methods_page.PURPOSES_OF}.json"
    found = json.loads((methods_page.RESULTS / name).read_text("utf-8"))
    assert not any(one["is_simulated"] for one in found["verdicts"])
    assert {one["purpose"] for one in found["verdicts"]} == {purpose.name for purpose in PURPOSES}
    for one in found["verdicts"]:
        [row] = [line for line in page.splitlines() if line.startswith(f"| **{one['label']}**")]
        assert f"| `{one['best']}` | {one['figure']} {one['mean']:.3f} |" in row
        assert all(f"`{other}`" in row for other in one["as_good"])
        assert one["n_methods"] >= 10, "a verdict over a handful of methods says little"
    for path in methods_page.RESULTS.glob("*.json"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    found["verdicts"][0] |= {"best": "random", "as_good": []}
    (tmp_path / name).write_text(json.dumps(found), "utf-8")
    assert f"| `random` | {found['verdicts'][0]['figure']}" in methods_page.render(tmp_path)


def test_gamma_ends_where_the_figures_are_known() -> None:
    of = methods_page.PURPOSES_OF
    gammas = json.loads((methods_page.RESULTS / f"propensity_{of}.json").read_text("utf-8"))["gammas"]
    verdicts = json.loads((methods_page.RESULTS / f"best_for_{of}.json").read_text("utf-8"))["verdicts"]
    for gamma, purpose in (("-1", "watch"), ("0", "less_known")):
        [verdict] = [one for one in verdicts if one["purpose"] == purpose]
        means = gammas[gamma]["means"]
        assert means[verdict["best"]] == pytest.approx(verdict["mean"], abs=6e-5)
        assert next(iter(means)) == verdict["best"]


def test_the_classifier_stands_with_and_without_its_answer_side_by_side() -> None:
    page = methods_page.PAGE.read_text("utf-8")
    trials = json.loads((methods_page.RESULTS / "genre_classifier.json").read_text("utf-8"))["trials"]
    f1 = {(t["dataset"], t["classifier"], t["task"]): f"{t['micro_f1']:.3f}" for t in trials}
    for dataset in {t["dataset"] for t in trials}:
        leaky, honest = (f1[dataset, "tfidf", text] for text in ("genres+title", "title+overview"))
        assert any(leaky in line and honest in line for line in page.splitlines() if f"| {dataset}" in line)


def test_quality_by_hand() -> None:
    queries = np.array([0, 2, 4, 3])
    lists = np.array([[1, 3], [0, -1], [1, 2], [-1, -1]])
    found = methods_table.quality(queries, lists, GENRES)
    assert found["answered"] == 3 / 4
    assert found["n_genre"] == 2, "film 4 has no genre, film 3 no answer"
    assert found["genre_accuracy"] == pytest.approx((1 / 2 + 1) / 2)
    assert found["genre_chance"] == pytest.approx((2 / 4 + 3 / 4) / 2)
    assert found["coverage"] == 4 / 5


def test_quality_of_no_answer_is_nothing_and_not_zero() -> None:
    found = methods_table.quality(np.array([0]), np.array([[-1, -1]]), GENRES)
    assert (found["answered"], found["coverage"]) == (0, 0)
    assert found["genre_accuracy"] is None
    assert methods_table.top1_cosine(np.array([0]), np.array([[-1]]), np.eye(5, dtype=np.float32)) is None


def test_top1_cosine_leaves_out_films_without_a_vector() -> None:
    vectors = np.array([[2, 0], [3, 0], [0, 5], [0, 0], [1, 1]], np.float32)
    queries, lists = np.array([0, 2, 3, 4]), np.array([[1, 2], [3, 0], [0, 1], [0, 1]])
    assert methods_table.top1_cosine(queries, lists, vectors) == pytest.approx((1 + np.sqrt(0.5)) / 2)


def test_measures_a_method_of_a_built_dataset(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods_table, "JUDGE", "letters")
    found = methods_table.measure_method(atlas, "content")
    chance = methods_table.measure_method(atlas, "random")
    assert found["answered"] == 1
    assert found["genre_accuracy"] > chance["genre_accuracy"]
    assert found["top1_cosine"] == found["top1_cosine_own"] > chance["top1_cosine"]
    assert found["n_timed"] == len(atlas.catalog)
    assert 0 < found["p50_ms"] <= found["p95_ms"]
    assert set(found) == set(kept("tmdb-5000")["methods"][0])


@pytest.mark.parametrize("name", ["content", "item_knn", "genre_clusters", "user_vectors"])
def test_no_film_is_an_answer_to_itself_and_lists_are_those_of_the_app(atlas: Atlas, name: str) -> None:
    queries = methods_table.sample(len(atlas.catalog))
    lists, _ = methods_table.lists_of(atlas.methods.fitted(name), queries)
    assert not (lists == queries[:, None]).any()
    for film, row in zip(queries[:4], lists[:4], strict=True):
        question = Question(likes=(int(film),), method=name, k=methods_table.K)
        answer = recommend(atlas, question)
        if answer.method == name:
            scores = atlas.methods.fitted(name).score([Profile.of_likes([int(film)])])[0]
            listed = row[row >= 0]
            np.testing.assert_allclose([item.score for item in answer.items], scores[listed], rtol=1e-3)


def test_a_border_between_equal_scores_is_counted() -> None:
    class Fixed:
        def score(self, profiles: list) -> np.ndarray:
            rows = {
                0: [9, 3, 2, 2, 1],
                1: [3, 9, 2, 1, 1],
                2: [0, 0, 0, 0, 0],
                3: [np.nan, np.nan, 1, np.nan, 1],
            }
            return np.array([rows[int(p.likes[0])] for p in profiles], np.float32)

    lists, tied = methods_table.lists_of(Fixed(), np.array([0, 1, 2, 3]), k=2)
    assert lists.tolist() == [[1, 2], [0, 2], [0, 1], [2, 4]]
    assert tied.tolist() == [True, False, True, False]


def test_only_answers_of_the_method_itself_are_timed(atlas: Atlas) -> None:
    unrated = np.flatnonzero(atlas.counts == 0)
    rated = np.flatnonzero(atlas.counts > 0)[:5]
    queries = np.concatenate([unrated, rated, rated[: methods_table.N_WARM]])
    taken = methods_table.seconds_to_answer(atlas, "item_knn", queries)
    assert len(taken) == len(rated) + methods_table.N_WARM


def test_methods_on_the_page_are_registered() -> None:
    known = set(recommenders.names())
    for dataset in methods_page.DATASETS:
        assert {row["name"] for row in kept(dataset)["methods"]} <= known
