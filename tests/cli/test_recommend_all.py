"""Lists for everybody, against the answers that single people get."""

import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from core.cli.app import app
from core.domain import Question
from core.serving import Atlas, everybody, recommend

pytestmark = pytest.mark.slow


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["recommend-all", *map(str, arguments)])


@pytest.mark.parametrize("method", ["ease", "popularity", "content", "hybrid"])
def test_everybody_gets_the_list_that_they_would_get_alone(
    home: Path, atlas: Atlas, tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        everybody, "_BATCH_ENTRIES", 5 * len(atlas.catalog)
    )  # so that there are several parts
    path = tmp_path / "new" / "lists.parquet"
    ended = run("tiny", "--method", method, "-k", 4, "--out", path)
    assert ended.exit_code == 0, ended.output
    assert "lists an hour" in ended.output
    frame = pd.read_parquet(path)
    assert list(frame.columns) == ["user_id", "rank", "item_id", "title", "score"]
    for user, user_id in enumerate(atlas.interactions.user_ids):
        own = frame[frame["user_id"] == str(user_id)]
        answer = recommend(atlas, Question(user=user, method=method, k=4))
        if answer.method == method:
            assert own["item_id"].tolist() == [item.item_id for item in answer.items], (user_id, method)
        assert own["rank"].tolist() == list(range(1, len(own) + 1))
        seen = {str(atlas.catalog.ids[item]) for item in atlas.interactions.history(user)[0]}
        assert not seen & set(own["item_id"])
    assert frame["user_id"].drop_duplicates().tolist() == [str(one) for one in atlas.interactions.user_ids]


def test_filters_hold_and_an_embedding_can_be_chosen(home: Path, atlas: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "lists.parquet"
    assert (
        run("tiny", "--method", "content", "--space", "letters", "--genre", "Crime", "--out", path).exit_code
        == 0
    )
    genres = dict(zip(map(str, atlas.catalog.ids), atlas.catalog.items["genres"], strict=True))
    assert all("Crime" in genres[item] for item in pd.read_parquet(path)["item_id"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "lists.csv"], "does not end in .parquet"),
        (["--out", "a.parquet", "-k", "0"], "0 films were asked for"),
        (["--out", "a.parquet", "--method", "magic"], "no method called"),
        (["--out", "a.parquet", "--min-ratings", "1000000"], "No film passes the filters"),
        (["--out", "/dev/null/a.parquet"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = run("tiny", "--method", "popularity", *arguments)
    assert ended.exit_code == 1
    assert said in " ".join(ended.output.split())
    assert not list(tmp_path.iterdir())


def test_a_file_is_replaced_only_by_a_whole_one(
    home: Path, atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lists.parquet"
    assert run("tiny", "--method", "popularity", "--out", path).exit_code == 0
    before = path.read_bytes()
    made = threading.Event()

    def fail(*arguments: object) -> pd.DataFrame:
        if made.is_set():
            raise OSError(28, "No space left on device")
        made.set()
        return as_frame(*arguments)

    as_frame = everybody.as_frame
    monkeypatch.setattr("core.cli.recommend_all.as_frame", fail)
    monkeypatch.setattr(everybody, "_BATCH_ENTRIES", 5 * len(atlas.catalog))
    ended = run("tiny", "--method", "ease", "--out", path)
    assert ended.exit_code == 1
    assert "No space left" in ended.output
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["lists.parquet"]


def test_who_cannot_be_answered_has_an_empty_list(home: Path, atlas: Atlas) -> None:
    class Silent:
        def score(self, profiles: list) -> np.ndarray:
            return np.full((len(profiles), len(atlas.catalog)), np.nan, np.float32)

    some = next(iter(everybody.lists_for_everybody(atlas, Silent(), 3)))  # type: ignore[arg-type]
    assert (some.items == -1).all()
    assert everybody.as_frame(atlas, some).empty
