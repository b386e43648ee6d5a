"""`python -m core evaluate`: its JSON, its files, its errors, and that nothing of the test part is seen too early."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import embeddings
from core.cli.console import out
from core.cli.evaluation_tables import print_result
from core.compute.progress import KEPT, Stages
from core.errors import ModelUnavailableError
from core.evaluation.metrics import METRICS, Kind
from core.evaluation.protocol import Experiment, run_experiment
from core.evaluation.protocol.experiment import Material
from core.evaluation.protocol.material import material_of_files
from core.evaluation.protocol.runner import evaluate, method_factories
from core.evaluation.results import StoredResult, stored_results
from core.evaluation.results.result_json import result_json
from core.evaluation.splits import few_likes, make_splits
from core.evaluation.splits.own_files import load_files
from core.evaluation.task import Settings
from core.recommenders.baselines.popularity import Popularity
from core.recommenders.collaborative.ease import Ease
from tests import tiny
from tests.cli.evaluating import WRITERS, Files, run

pytestmark = pytest.mark.slow

QUICK = "popularity,item_knn,ease"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path / "home"))
    return Files(tmp_path)


def test_the_json_holds_every_figure_with_its_interval(files: Files) -> None:
    value = files.result("--methods", QUICK, "--k", 3, "--k", 5, "--relevant", 4)
    assert list(value["results"]) == QUICK.split(",")
    expected = {
        column
        for metric in METRICS.values()
        if metric.kind is not Kind.RATINGS
        for column in metric.columns((3, 5))
    }
    for name, one in value["results"].items():
        assert set(one["metrics"]) == expected, name
        for figure in one["metrics"].values():
            if figure["mean"] is not None:
                assert figure["low"] - 1e-9 <= figure["mean"] <= figure["high"] + 1e-9
        assert {"fit", "score"} <= set(one["seconds"])
    assert {"reg", "keep"} <= set(value["results"]["ease"]["params"])
    about = value["about"]
    assert about["seed"] == 0
    assert about["relevant"] == 4
    assert about["counts"]["users"] == files.train["user_id"].nunique()
    assert about["counts"]["interactions"] == len(files.train) + len(files.test)
    assert {"numpy", "scipy", "movie_atlas", "python"} <= set(about["versions"])
    liked = files.test[files.test["rating"] >= 4]["user_id"].nunique()
    unliked = files.test["user_id"].nunique() - liked
    unasked = about["counts"]["users"] - files.test["user_id"].nunique()
    assert about["users_left_out"] == {
        "users without a row in the test file": unasked,
        "tested users without a liked held-out film": unliked,
    }
    assert about["is_simulated"] is False


def test_the_figures_are_those_of_the_engine(files: Files) -> None:
    value = files.result("--methods", "popularity,ease", "--k", 5)
    arguments = files.arguments()
    dataset, split = load_files(Path(str(arguments[1])), Path(str(arguments[3])))
    result = evaluate(
        dataset, {}, method_factories(["popularity", "ease"]), split, settings=Settings(ks=(5,))
    )
    theirs = result_json(result)["results"]
    for name in ("popularity", "ease"):
        assert value["results"][name]["metrics"] == theirs[name]["metrics"]


def test_without_ratings_every_row_is_a_like_in_every_format(files: Files) -> None:
    found = {}
    for ending in WRITERS:
        value = files.result("--methods", "popularity,ease", "--k", 5, ending=ending, columns=2)
        assert value["about"]["is_explicit"] is False
        assert value["about"]["users_left_out"]["tested users without a liked held-out film"] == 0
        figures = value["results"]["ease"]["metrics"]
        assert figures["recall@5"]["n_users"] == files.test["user_id"].nunique()
        found[ending] = figures["ndcg@5"]["mean"]
    assert len(set(found.values())) == 1
    assert found[".csv"] > 0


def test_a_content_method_without_words_is_listed_with_its_reason(files: Files) -> None:
    value = files.result("--methods", "content,ease")
    assert "no film has a title or a plot" in value["results"]["content"]["error"]
    assert "metrics" in value["results"]["ease"]
    printed = run(*files.arguments(), "--methods", "content,triplet,ease").output
    assert "Not measured: Similar films" in printed
    assert "Data page" not in printed, "what helps a dataset does not help files"


def test_films_of_a_file_are_read_for_content_methods(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "create", lambda name: tiny.Letters())
    described = files.items.iloc[:-4]
    items = files.write("items.csv", described)
    value = files.result("--methods", "content,popularity,word2vec_titles", "--items", items, "--k", 5)
    assert (
        value["results"]["content"]["metrics"]["ndcg@5"]["mean"]
        > value["results"]["popularity"]["metrics"]["ndcg@5"]["mean"]
    )
    assert value["about"]["embeddings"]["used"] == ["minilm"]
    train, test = (Path(str(path)) for path in files.arguments()[1::2])
    material = material_of_files(train, test, items, Experiment(("content",)), Stages(lambda step: None))
    known = dict(zip(material.dataset.catalog.ids, material.spaces["minilm"].has_vector, strict=True))
    assert all(known[item] for item in described["item_id"])
    assert not any(known[item] for item in files.items["item_id"].iloc[-4:] if item in known)


def test_a_missing_model_is_a_reason_not_a_crash(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise ModelUnavailableError("The weights are gone.", hint="Fetch them.")

    monkeypatch.setattr(tiny.Letters, "encode_items", gone)
    monkeypatch.setattr(embeddings, "create", lambda name: tiny.Letters())
    items = files.write("items.csv", files.items)
    value = files.result("--methods", "content,popularity", "--items", items)
    assert "The weights are gone" in value["results"]["content"]["error"]


def test_nothing_fitted_is_an_error_with_the_json_written(files: Files) -> None:
    path = files.folder / "none.json"
    result = run(*files.arguments(), "--methods", "content", "--json", path)
    assert result.exit_code == 1
    assert "None of the methods could be fitted" in result.output
    assert "error" in json.loads(path.read_text("utf-8"))["results"]["content"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--methods", "magic"], "no method called"),
        (["--methods", ","], "Which methods?"),
        (["--k", "0"], "at least one place"),
        (["--relevant", "9"], "go from 0.5 to 5"),
        (["--tune", "-1"], "-1 trials"),
        (["--seed", "-1"], "seed is -1"),
        (["--split", "k_fold"], "their own split"),
        (["--cold-n", "3"], "their own split"),
        (["--items", "nowhere.csv"], "nowhere.csv"),
        (["--json", "/dev/null/x.json"], "cannot be written"),
        (["--json", "."], "it is a folder"),
    ],
)
def test_errors_are_plain(files: Files, more: list[str], words: str) -> None:
    chosen = [] if "--methods" in more else ["--methods", "popularity"]
    result = run(*files.arguments(), *chosen, *more)
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Give the name of a built dataset"),
        (["--train", "a.csv"], "Give the name of a built dataset"),
        (["tiny", "--train", "a.csv"], "together"),
        (["--train", "a.csv", "--test", "b.csv"], "a.csv"),
        (["--train", "a.txt", "--test", "b.txt"], "no CSV, TSV or Parquet"),
        (["nowhere"], "is not built yet"),
        (["../up"], "cannot be a dataset's name"),
        (["tiny", "--split", "magic"], "no split called"),
        (["tiny", "--split", "k_fold", "--cold-n", "3"], "goes with the split cold_users"),
        (["tiny", "--cold-n", "500"], "more than 500 ratings"),
    ],
)
def test_sources_that_cannot_be_used_are_plain_errors(home: Path, arguments: list[str], words: str) -> None:
    result = run(*arguments, "--methods", "popularity")
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output


def test_a_stopped_run_goes_on_where_it_was(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Ease, "fit", stop)
        stopped = run(*files.arguments(), "--methods", "popularity,ease")
        assert stopped.exit_code == 130
        assert "goes on from there" in stopped.output
    with monkeypatch.context() as patch:
        patch.setattr(Popularity, "fit", stop)
        done = run(*files.arguments(), "--methods", "popularity,ease", "--progress")
    assert done.exit_code == 0, done.output
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"stage", "number", "of", "done", "total", "seconds_left", "note"} == set(steps[0])
    assert any(step["note"].endswith(KEPT) for step in steps)
    assert any("EASE: fitting" in step["note"] for step in steps)


def test_tuning_is_kept_and_never_sees_the_test_part(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    more = ("--methods", "ease,popularity", "--k", 5, "--tune", 3)
    first = files.result(*more)
    assert len({first["results"]["ease"]["tuned"][key] for key in ("trials", "metric")} - {3, "ndcg@5"}) == 0
    assert first["about"]["trials"] == 3
    with monkeypatch.context() as patch:
        patch.setattr(
            "core.evaluation.protocol.tuning.tune", lambda *args, **kwargs: pytest.fail("tuned again")
        )
        again = files.result(*more)
    assert again["results"]["ease"]["tuned"] == first["results"]["ease"]["tuned"]
    shuffled = files.test["rating"].sample(frac=1, random_state=1).to_numpy()
    files.test = files.test.assign(rating=shuffled)
    other = files.result(*more)
    for name in ("ease", "popularity"):
        assert other["results"][name]["params"] == first["results"][name]["params"]
        assert other["results"][name].get("tuned") == first["results"][name].get("tuned")
    assert other["results"]["ease"]["metrics"]["ndcg@5"] != first["results"]["ease"]["metrics"]["ndcg@5"]


def test_progress_for_programs_ends_with_the_error(files: Files) -> None:
    failed = run(*files.arguments(), "--methods", "content", "--progress")
    assert failed.exit_code == 1
    assert "None of the methods" in json.loads(failed.stdout.splitlines()[-1])["error"]


@pytest.fixture
def clean(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The built tiny films, with a place of their own for evaluations."""
    for module in ("results.stored", "protocol.material"):
        monkeypatch.setattr(f"core.evaluation.{module}.home", lambda: tmp_path)
    return tmp_path


def test_a_datasets_result_is_stored_and_printed(clean: Path) -> None:
    result = run("tiny", "--methods", QUICK, "--k", 5)
    assert result.exit_code == 0, result.output
    for words in ("nDCG@5", "ease", "beats", "fit s", "Random holdout"):
        assert words in result.output
    found, broken = stored_results("tiny")
    assert broken == []
    assert [set(one.results) for one in found] == [set(QUICK.split(","))]
    run("tiny", "--methods", QUICK, "--k", 5)
    run("tiny", "--methods", QUICK, "--k", 6)
    assert len(stored_results("tiny")[0]) == 2, "the same question takes the old answer's place"


def test_an_embedding_that_learned_from_ratings_is_not_used(
    clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = run("tiny", "--methods", "content,popularity")
    assert "Not measured" not in honest.output
    monkeypatch.setattr(tiny.Letters, "learns_from_ratings", True)
    result = run("tiny", "--methods", "content,popularity")
    assert result.exit_code == 0, result.output
    assert "Embedding letters was not used: its vectors were learned from all ratings" in result.output
    assert "Not measured: Similar films" in result.output


def test_new_users_by_the_number_of_given_ratings(clean: Path) -> None:
    result = run("tiny", "--methods", "popularity,ease", "--k", 5, "--cold-n", 0, "--cold-n", 4)
    assert result.exit_code == 0, result.output
    assert "nDCG@5 by given ratings" in result.output
    [stored] = stored_results("tiny")[0]
    assert list(stored.by_split) == ["cold_users[n=0]", "cold_users[n=4]"]
    last = stored.by_split["cold_users[n=4]"]["ease"]["metrics"]
    assert stored.results["ease"]["metrics"] == last
    assert last["ndcg@5"]["mean"] > stored.by_split["cold_users[n=0]"]["ease"]["metrics"]["ndcg@5"]["mean"]


def test_folds_are_averaged_and_tuned_each_for_itself(clean: Path) -> None:
    result = run("tiny", "--methods", "popularity,ease,triplet", "--k", 5, "--split", "k_fold", "--tune", 2)
    assert result.exit_code == 0, result.output
    [stored] = stored_results("tiny")[0]
    folds = list(stored.by_split.values())
    assert len(folds) == 5
    for column in ("ndcg@5", "coverage@5", "auc"):
        means = [fold["ease"]["metrics"][column]["mean"] for fold in folds]
        assert stored.results["ease"]["metrics"][column]["mean"] == pytest.approx(np.mean(means), rel=0.05)
    assert len(stored.results["ease"]["tuned"]) == len(stored.results["ease"]["params_of_folds"]) == 5
    assert "not built" in stored.results["triplet"]["error"]
    assert stored.about["counts"]["tested_interactions"] == stored.about["counts"]["interactions"]


def test_simulated_ratings_are_marked_in_the_table_and_the_json(tmp_path: Path) -> None:
    dataset = replace(tiny.tiny_dataset(), is_simulated=True)
    splits = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(0))
    material = Material(dataset, splits, {}, {}, (), tmp_path)
    value = run_experiment(Experiment(("popularity",), (5,)), material, Stages(lambda step: None))
    assert value["about"]["is_simulated"] is True
    with out.capture() as printed:
        print_result(StoredResult.of(value))
    assert "Simulated data: a program made these ratings." in printed.get()
    assert "(simulated data)" in printed.get()


def test_a_few_likes_are_asked_and_said(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(few_likes, "LEAST_RATINGS", 2)
    monkeypatch.setattr(few_likes, "LEAST_ACCEPTABLE", 1)
    path = tmp_path / "out.json"
    result = run("tiny", "--methods", QUICK, "--split", "few_likes", "--k", 5, "--json", path)
    assert result.exit_code == 0, result.output
    value = json.loads(path.read_text("utf-8"))
    assert value["about"]["split"] == {"name": "few_likes", "numbers_of_likes": 5}
    assert value["about"]["slices_of"] == "few_likes[n=3]"
    assert "learned from, or were not asked" in " ".join(value["about"]["users_left_out"])
    assert set(value["by_split"]) == {f"few_likes[n={n}]" for n in (1, 2, 3, 4, 5)}
    for one in value["results"].values():
        figures = one["metrics"]
        assert {"acceptable@5", "famous@5", "famous50@5", "over_decoys", "ndcg_snips@5"} <= set(figures)
        assert not {"rmse", "mae"} & set(figures), "what fits is no rating"
        by_likes = [
            value["by_split"][split][name]["metrics"]["acceptable@5"]["mean"]
            for split in value["by_split"]
            for name in [one["method"]]
        ]
        assert figures["acceptable@5"]["mean"] == pytest.approx(np.mean(by_likes))
        assert (
            figures["acceptable@5"]["low"]
            <= figures["acceptable@5"]["mean"]
            <= figures["acceptable@5"]["high"]
        )
    shown = " ".join(result.output.split())
    assert "Acceptable films@5" in shown
    assert "Asked: A few likes." in shown
    assert "name one to five films that they like" in shown
    assert "by given likes" in shown
    assert "worse by Acceptable films" in shown


def test_films_nobody_rated_are_listed_in_an_order_drawn_for_each_user(home: Path, tmp_path: Path) -> None:
    for split, ties in (("cold_items", "random"), ("random_holdout", "index")):
        path = tmp_path / f"{split}.json"
        result = run("tiny", "--methods", "popularity", "--split", split, "--k", 2, "--json", path)
        assert result.exit_code == 0, result.output
        assert json.loads(path.read_text("utf-8"))["about"]["ties"] == ties
