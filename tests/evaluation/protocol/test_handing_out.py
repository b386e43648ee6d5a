"""The split of an evaluation, handed to another system, and its lists taken back by the page's way."""

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.datasets.own.uploads import hand_over
from core.errors import NotBuiltError
from core.evaluation.protocol.as_job import job_arguments
from core.evaluation.protocol.behind import splits_again
from core.evaluation.protocol.given_lists import UPLOADED
from core.evaluation.protocol.handing_out import split_zip
from core.evaluation.results import StoredResult, stored_results
from core.evaluation.results.stored import values_of
from core.serving import Atlas

pytestmark = pytest.mark.slow
SEED = 11


def measured(split: str, *more: str) -> StoredResult:
    asked = [
        "evaluate",
        "tiny",
        "--methods",
        "popularity,ease",
        "--k",
        "5",
        "--split",
        split,
        "--seed",
        str(SEED),
    ]
    ended = CliRunner().invoke(app, [*asked, *more])
    assert ended.exit_code == 0, ended.output
    return next(
        one
        for one in stored_results("tiny")[0]
        if one.about["split"]["name"].startswith(split) and one.about["seed"] == SEED
    )


@pytest.mark.parametrize(("split", "n"), [("random_holdout", 1), ("k_fold", 5)])
def test_the_files_are_the_split_that_was_measured(home: Path, atlas: Atlas, split: str, n: int) -> None:
    result = measured(split)
    with zipfile.ZipFile(io.BytesIO(split_zip(atlas, result))) as archive:
        names = sorted(archive.namelist())
        assert len(names) == 3 * n
        for number, one in enumerate(splits_again(atlas, result)):
            folder = "" if n == 1 else sorted({name.split("/")[0] for name in names})[number] + "/"
            train = pd.read_csv(archive.open(f"{folder}train.tsv"), sep="\t", dtype=str)
            test = pd.read_csv(archive.open(f"{folder}test.tsv"), sep="\t", dtype=str)
            assert len(train) == len(one.train)
            assert len(test) == one.test.nnz
            assert not set(map(tuple, train.iloc[:, :2].to_numpy())) & set(
                map(tuple, test.iloc[:, :2].to_numpy())
            )


def test_of_other_ratings_nothing_is_handed_out(home: Path, atlas: Atlas) -> None:
    value = values_of(measured("random_holdout"))
    prints = {"ratings and their parts": {"random_holdout": "another"}}
    other = StoredResult.of({**value, "about": value["about"] | {"fingerprints": prints}})
    with pytest.raises(NotBuiltError, match="are others than"):
        split_zip(atlas, other)


def test_lists_made_from_it_come_back_as_a_method_and_their_files_are_gone(home: Path, atlas: Atlas) -> None:
    with zipfile.ZipFile(io.BytesIO(split_zip(atlas, measured("random_holdout")))) as archive:
        test = pd.read_csv(archive.open("test.tsv"), sep="\t", dtype=str)
    # a system that looks ahead: everything that was held out, best rated first
    perfect = test.sort_values("rating", ascending=False)[["user_id", "item_id"]]
    folder = hand_over([("ahead.csv", perfect.to_csv(index=False).encode())], home / "downloads", UPLOADED)
    arguments = job_arguments("tiny", ["popularity"], [5], split="random_holdout", seed=SEED, uploaded=folder)
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 0, ended.output
    found = next(one for one in stored_results("tiny")[0] if "ahead" in one.results)
    assert found.figures("ndcg@5")["name"].tolist() == ["ahead", "popularity"]
    assert found.measured["ahead"]["metrics"]["ndcg@5"]["mean"] == pytest.approx(1.0)
    assert not folder.parent.exists()


def test_only_what_was_handed_over_is_read_and_removed(home: Path, tmp_path: Path) -> None:
    (tmp_path / UPLOADED).mkdir()
    (tmp_path / UPLOADED / "mine.csv").write_text("user_id,item_id\n1,2\n")
    ended = CliRunner().invoke(
        app, ["evaluate", "tiny", "--methods", "popularity", "--uploaded", str(tmp_path / UPLOADED)]
    )
    assert ended.exit_code != 0
    assert (tmp_path / UPLOADED / "mine.csv").exists()
