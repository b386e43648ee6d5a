"""Lists of other systems as methods, and the files by which others check ours."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import DatasetError, InvalidQueryError
from core.evaluation.protocol.given_lists import read_lists
from core.evaluation.results.trec import plain_name
from tests.cli.evaluating import Files, run

pytestmark = pytest.mark.slow


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path / "home"))
    return Files(tmp_path)


@pytest.fixture
def exported(files: Files) -> Path:
    folder = files.folder / "exported"
    files.result("--methods", "ease,popularity", "--k", 5, "--relevant", 4, "--export", folder)
    return folder


def of_lists(value: dict, name: str) -> dict:
    """Figures that a method's lists decide: those of its scores of all films are left out."""
    return {column: figure for column, figure in value["results"][name]["metrics"].items() if "@" in column}


def test_lists_that_come_back_have_the_figures_of_the_method_that_made_them(
    files: Files, exported: Path
) -> None:
    value = files.result(
        "--methods", "ease", "--k", 5, "--relevant", 4, "--lists", f"mine={exported / 'ease.run'}"
    )
    mine, own = of_lists(value, "mine"), of_lists(value, "ease")
    assert own["ndcg@5"]["mean"] > 0
    for column in ("ndcg@5", "recall@5", "precision@5", "map@5", "mrr@5", "coverage@5", "novelty@5"):
        assert mine[column]["mean"] == pytest.approx(own[column]["mean"]), column
    assert value["results"]["mine"]["better_than"]["ndcg@5"] == []
    about = value["about"]["lists"]["mine"]
    assert about["file"] == "ease.run"
    assert re.fullmatch(r"[0-9a-f]{64}", about["sha256"])
    assert any("made elsewhere" in note for note in value["about"]["notes"])


def test_the_files_say_who_is_asked_what_counts_and_what_was_answered(files: Files, exported: Path) -> None:
    train, test = (pd.read_csv(exported / f"{name}.tsv", sep="\t", dtype=str) for name in ("train", "test"))
    assert set(map(tuple, train[["user_id", "item_id"]].to_numpy())) == set(
        map(tuple, files.train[["user_id", "item_id"]].astype(str).to_numpy())
    )
    assert not (exported / "known.tsv").exists(), "everybody is asked with all that is known of them"
    lines = [line.split() for line in (exported / "qrels.txt").read_text().splitlines()]
    assert [len(line) for line in lines] == [4] * len(test)
    liked = {(user, item) for user, _, item, gain in lines if gain == "1"}
    wanted = files.test[files.test["rating"] >= 4]
    assert liked == set(map(tuple, wanted[["user_id", "item_id"]].astype(str).to_numpy()))
    answers = [line.split() for line in (exported / "ease.run").read_text().splitlines()]
    assert {len(line) for line in answers} == {6}
    seen = set(map(tuple, train[["user_id", "item_id"]].to_numpy()))
    for user, q0, item, rank, score, tag in answers:
        assert (q0, tag) == ("Q0", "movie-atlas")
        assert int(rank) + float(score) == 6
        assert (user, item) not in seen


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".parquet"])
@pytest.mark.parametrize("by", ["rank", "score", "order"])
def test_tables_of_lists_are_read_by_rank_by_score_or_as_they_stand(
    files: Files, exported: Path, ending: str, by: str
) -> None:
    columns = ["user_id", "q0", "item_id", "rank", "score", "tag"]
    lists = pd.read_csv(exported / "ease.run", sep=" ", names=columns, dtype={"user_id": str, "item_id": str})
    kept = ["user_id", "item_id", *([by] if by != "order" else [])]
    mixed = lists if by == "order" else lists.sample(frac=1, random_state=1)
    rows = read_lists(f"mine={files.write(f'lists{ending}', mixed[kept])}").rows
    assert rows.set_index(["user_id", "item_id"])["place"].to_dict() == {
        (user, item): rank - 1 for user, item, rank in lists[["user_id", "item_id", "rank"]].to_numpy()
    }


def test_who_has_no_list_has_found_nothing_and_what_is_not_known_is_said(
    files: Files, exported: Path
) -> None:
    lines = (exported / "ease.run").read_text().splitlines()
    users = sorted({line.split()[0] for line in lines})
    half = [line for line in lines if line.split()[0] in users[: len(users) // 2]]
    path = files.folder / "half.run"
    film = lines[0].split()[2]
    path.write_text("\n".join([*half, f"nobody Q0 {film} 1 5 x", f"{users[0]} Q0 nowhere 9 0.5 x"]) + "\n")
    value = files.result("--methods", "ease", "--k", 5, "--lists", path)
    assert value["results"]["half"]["metrics"]["ndcg@5"]["mean"] > 0
    n_users = value["results"]["ease"]["metrics"]["ndcg@5"]["n_users"]
    assert value["results"]["half"]["metrics"]["ndcg@5"]["n_users"] == n_users
    notes = " ".join(value["about"]["notes"])
    assert "half: users of its lists that are not in the data: 1." in notes
    assert "half: films of its lists that are not in the data: 1." in notes
    assert "tested users with a shorter list than asked for, or none: " in notes


def test_films_that_are_known_already_take_no_place(files: Files) -> None:
    known, wanted = files.train, files.test[files.test["rating"] >= 4]
    user = wanted["user_id"].iloc[0]
    seen = known.loc[known["user_id"] == user, "item_id"].head(5).tolist()
    good = wanted.loc[wanted["user_id"] == user, "item_id"].head(1).tolist()
    path = files.write("mine.csv", pd.DataFrame({"user_id": user, "item_id": [*seen, *good]}))
    value = files.result("--methods", "popularity", "--k", 1, "--relevant", 4, "--lists", path)
    counted = value["results"]["mine"]["metrics"]["precision@1"]
    assert counted["mean"] == pytest.approx(1 / counted["n_users"])


def test_the_same_lists_are_not_measured_again_and_others_of_the_same_name_are(
    files: Files, exported: Path
) -> None:
    path = files.folder / "mine.run"
    path.write_text((exported / "ease.run").read_text())
    first = files.result("--methods", "ease", "--k", 5, "--lists", path)
    path.write_text((exported / "popularity.run").read_text())
    second = files.result("--methods", "ease", "--k", 5, "--lists", path)
    assert (
        first["results"]["mine"]["metrics"]["ndcg@5"]["mean"]
        != second["results"]["mine"]["metrics"]["ndcg@5"]["mean"]
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "user_id,film\n1,2\n", "item_id"),
        ("a.csv", "user_id,item_id,rank\n1,2,first\n", "“first” is not a number"),
        ("a.csv", "user_id,item_id\n1,2\n1,2\n", "film 2 twice in the list of user 1"),
        ("a.run", "1 Q0 2 1 0.5\n", "line 1: 5 columns, not six"),
        ("a.run", "1 Q0 2 1 high x\n", "“high” is not a number"),
        ("a.run", "\0\0", "binary data"),
        ("a.run", "", "is empty"),
        ("a.json", "{}", "no CSV, TSV or Parquet"),
    ],
)
def test_what_is_wrong_with_lists_is_said(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(DatasetError, match=re.escape(said)):
        read_lists(str(tmp_path / name))


@pytest.mark.parametrize("name", ["ease", "a b", "../x", "", "x" * 41])
def test_lists_cannot_be_called_what_would_be_mistaken(tmp_path: Path, name: str) -> None:
    (tmp_path / "=.csv").write_text("user_id,item_id\n1,2\n")
    with pytest.raises((InvalidQueryError, DatasetError)):
        read_lists(f"{name}={tmp_path / '=.csv'}")


def test_lists_without_anybody_of_the_data_are_refused_and_the_rest_is_measured(files: Files) -> None:
    path = files.write("mine.csv", pd.DataFrame({"user_id": ["nobody"], "item_id": ["i1"]}))
    value = files.result("--methods", "popularity", "--k", 5, "--lists", path)
    assert "No user_id of mine.csv" in value["results"]["mine"]["error"]
    assert "metrics" in value["results"]["popularity"]


def test_two_files_of_one_name_are_refused(files: Files) -> None:
    path = files.write("mine.csv", pd.DataFrame({"user_id": ["nobody"], "item_id": ["i1"]}))
    ended = run(*files.arguments(), "--methods", "popularity", "--lists", path, "--lists", path)
    assert ended.exit_code == 1
    assert "Two files of lists are called mine" in ended.output


def test_ids_with_blanks_cannot_be_written_for_others(files: Files) -> None:
    files.train = files.train.assign(user_id="user " + files.train["user_id"].astype(str))
    files.test = files.test.assign(user_id="user " + files.test["user_id"].astype(str))
    ended = run(*files.arguments(), "--methods", "popularity", "--export", files.folder / "out")
    assert ended.exit_code == 1
    assert "holds a blank" in ended.output


def test_names_of_splits_are_plain_in_file_names() -> None:
    assert plain_name("cold_users[n=5]") == "cold_users-n-5"
    assert plain_name("../../etc") == "etc"
    assert np.all([plain_name(one) == "split" for one in ("", "..", "---")])
