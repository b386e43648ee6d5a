"""`python -m core evaluate DATASET --train FILE --test FILE`: own parts of films that a dataset knows, also from the app."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.datasets.own.uploads import hand_over
from core.errors import DatasetError
from core.evaluation.protocol.as_job import job_arguments
from core.evaluation.protocol.given_lists import UPLOADED
from core.evaluation.reports.content import command
from core.evaluation.results import stored_results
from core.evaluation.results.best_for import best_for
from core.evaluation.splits.own_files import load_files
from tests import tiny
from tests.cli.evaluating import run

pytestmark = pytest.mark.slow

METHODS = "popularity,ease,content"


@pytest.fixture(scope="module")
def parts(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A split of the tiny films as `--export` writes it, and what was measured on it."""
    folder = tmp_path_factory.mktemp("parts")
    ended = run("tiny", "--methods", METHODS, "--k", 5, "--export", folder, "--json", folder / "direct.json")
    assert ended.exit_code == 0, ended.output
    shutil.rmtree(home / "evaluations")
    return folder


@pytest.fixture
def clean(home: Path) -> Iterator[Path]:
    yield home
    shutil.rmtree(home / "evaluations", ignore_errors=True)


def test_a_split_that_comes_back_as_files_has_the_figures_of_the_dataset(parts: Path, clean: Path) -> None:
    files = ["--train", parts / "train.tsv", "--test", parts / "test.tsv"]
    ended = run("tiny", *files, "--methods", METHODS, "--k", 5)
    assert ended.exit_code == 0, ended.output
    [result] = stored_results("tiny")[0]
    direct = json.loads((parts / "direct.json").read_text("utf-8"))["results"]
    for name in METHODS.split(","):
        for column in ("ndcg@5", "recall@5", "auc", "coverage@5"):
            expected = direct[name]["metrics"][column]["mean"]
            assert result.results[name]["metrics"][column]["mean"] == pytest.approx(expected), (name, column)
    assert result.is_of_files
    assert result.about["split"]["films"] == "tiny"
    assert result.title.startswith("Your own train and test files, train.tsv and test.tsv")
    assert command(result.about).startswith("python -m core evaluate tiny --train train.tsv --test test.tsv")
    assert best_for([result])[0], "it says which method is best for these films"
    report = clean / "report.json"
    report.write_bytes(next((clean / "evaluations" / "tiny").glob("*.json")).read_bytes())
    said = CliRunner().invoke(app, ["reproduce", str(report), *map(str, files)])
    assert said.exit_code == 0, said.output


def test_files_of_other_films_are_kept_beside_and_say_nothing_about_these(parts: Path, clean: Path) -> None:
    files = ["--train", parts / "train.tsv", "--test", parts / "test.tsv"]
    ended = run("tiny", *files, "--other-films", "--methods", METHODS, "--k", 5)
    assert ended.exit_code == 0, ended.output
    [result] = stored_results("tiny")[0]
    assert "no title or plot" in result.results["content"]["error"] or "--items" in str(result.results)
    assert "films" not in result.about["split"]
    assert best_for([result])[0] == []


def test_other_files_of_the_same_names_and_sizes_take_no_place(
    parts: Path, clean: Path, tmp_path: Path
) -> None:
    rows = pd.read_csv(parts / "train.tsv", sep="\t")
    rows["rating"] = rows["rating"].sample(frac=1, random_state=1).to_numpy()
    rows.to_csv(tmp_path / "train.tsv", sep="\t", index=False)
    for folder in (parts, parts, tmp_path):
        run("tiny", "--train", folder / "train.tsv", "--test", parts / "test.tsv", "--methods", "popularity")
    assert len(stored_results("tiny")[0]) == 2


def test_the_app_hands_over_parts_negatives_and_lists_in_one_folder(parts: Path, clean: Path) -> None:
    test = pd.read_csv(parts / "test.tsv", sep="\t", dtype=str)
    other = pd.DataFrame({"user_id": test["user_id"], "item_id": "i1"}).drop_duplicates()
    negatives = other.to_csv(index=False).encode()
    lists = test[["user_id", "item_id"]].to_csv(index=False).encode()
    contents = [
        ("mine.csv", lists),
        ("train.tsv", (parts / "train.tsv").read_bytes()),
        ("test.tsv", (parts / "test.tsv").read_bytes()),
        ("few.csv", negatives),
    ]
    folder = hand_over(contents, clean / "downloads", UPLOADED)
    files = {role: folder / name for role, name in (("train", "train.tsv"), ("test", "test.tsv"))}
    arguments = job_arguments(
        "tiny", ["popularity"], [5], split="files", uploaded=folder,
        files=files | {"negatives": folder / "few.csv"},
    )  # fmt: skip
    ended = run(*arguments[1:])
    assert ended.exit_code == 0, ended.output
    assert not folder.parent.exists()
    [result] = stored_results("tiny")[0]
    assert set(result.results) == {"popularity", "mine"}
    assert result.results["mine"]["metrics"]["recall@5"]["mean"] > 0.8
    assert "against few.csv" in result.title
    assert best_for([result])[0] == [], "sampled figures do not say which method is best"


def test_what_is_wrong_with_a_file_is_said_and_nothing_stays(parts: Path, clean: Path) -> None:
    wrong = b"user_id,item_id,rating\nu1,i1,4\nu2,i2,good\n"
    folder = hand_over(
        [("train.csv", wrong), ("test.tsv", (parts / "test.tsv").read_bytes())],
        clean / "downloads",
        UPLOADED,
    )
    ended = run(
        "tiny", "--train", folder / "train.csv", "--test", folder / "test.tsv", "--uploaded", folder,
        "--methods", "popularity",
    )  # fmt: skip
    assert ended.exit_code == 1
    assert "train.csv, row 2: the rating “good” is not a number" in " ".join(ended.output.split())
    assert not folder.parent.exists()


def test_films_that_the_dataset_does_not_know_are_said_and_none_at_all_refused(tmp_path: Path) -> None:
    films = tiny.tiny_dataset()
    known = films.catalog.ids[:3].tolist()
    train = pd.DataFrame({"user_id": ["a", "a", "b"], "item_id": [known[0], "other", known[1]]})
    test = pd.DataFrame({"user_id": ["a", "b"], "item_id": [known[2], known[0]]})
    paths = tmp_path / "train.csv", tmp_path / "test.csv"
    for path, frame in zip(paths, (train, test), strict=True):
        frame.to_csv(path, index=False)
    dataset, split = load_files(*paths, films=films)
    assert dataset.n_items == films.n_items + 1
    assert dataset.catalog.ids[-1] == "other"
    assert "1 films are not among those of Tiny films" in " ".join(dataset.report.warnings)
    assert dataset.catalog.items["genres"].iloc[0] == films.catalog.items["genres"].iloc[0]
    assert split.test.nnz == 2
    train.assign(item_id="x" + train["item_id"]).to_csv(paths[0], index=False)
    test.assign(item_id="x" + test["item_id"]).to_csv(paths[1], index=False)
    with pytest.raises(DatasetError, match=r"No item_id of train.csv is one of Tiny films"):
        load_files(*paths, films=films)


def test_parts_of_simulated_ratings_are_called_simulated(parts: Path) -> None:
    films = replace(tiny.tiny_dataset(), is_simulated=True)
    paths = parts / "train.tsv", parts / "test.tsv"
    assert load_files(*paths, films=films)[0].is_simulated
    assert not load_files(*paths)[0].is_simulated
