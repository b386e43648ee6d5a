"""Files that are handed over: none is lost, and none takes the place of good ones before everything is built."""

import os
import time
from pathlib import Path

import pytest

from core.datasets.own.uploads import (
    ENDINGS,
    forget,
    hand_over,
    kept_waiting,
    put_in_place,
    safe_names,
    taken_over,
)
from core.datasets.reading.scratch import FRESH, claimed
from core.errors import DatasetError, InvalidQueryError


def names(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def test_names_that_are_equal_when_cleaned_stay_apart() -> None:
    given = [
        "films (1).csv",
        "films [1].csv",
        "FILMS_(1).CSV",
        "../../etc/passwd",
        "C:\\x\\a.csv",
        ".hidden",
        "",
        "é.csv",
    ]
    found = safe_names(given)
    assert found == [
        "films__1_.csv",
        "films__1_-2.csv",
        "FILMS__1_-3.CSV",
        "passwd",
        "a.csv",
        "hidden",
        "file",
        "_.csv",
    ]
    assert len({name.casefold() for name in safe_names(["a.csv"] * 50 + ["A-2.csv"])}) == 51


def test_all_that_can_be_read_can_be_handed_over() -> None:
    assert {"csv", "tsv", "txt", "dat", "data", "item", "json", "jsonl", "ndjson", "parquet", "zip"} == set(
        ENDINGS
    )


def test_all_files_are_handed_over_a_zip_beside_others_too(tmp_path: Path) -> None:
    files = [("a.zip", b"PK"), ("ratings.csv", b"1"), ("films (1).csv", b"2"), ("films [1].csv", b"3")]
    folder = hand_over(files, tmp_path, "mine")
    assert folder.name == "mine"
    assert names(folder) == {
        "a.zip": "PK",
        "ratings.csv": "1",
        "films__1_.csv": "2",
        "films__1_-2.csv": "3",
    }
    forget(folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["wikipedia-movies", "demo", "ml-latest-small"])
def test_the_names_of_known_datasets_and_of_what_is_fetched_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "movies-1990s.json").write_text("[]")
    with pytest.raises(DatasetError, match="is the name of"):
        hand_over([("films.csv", b"")], tmp_path, name)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert names(tmp_path / name) == {"movies-1990s.json": "[]"}


def test_files_that_were_taken_over_are_gone_afterwards_unless_they_were_put_in_place(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "films.csv").write_text("old")
    folder = hand_over([("films.csv", b"junk")], tmp_path, "mine")
    with pytest.raises(DatasetError, match="no good"), taken_over(folder, tmp_path, "mine"):
        raise DatasetError("no good")
    assert names(tmp_path / "mine") == {"films.csv": "old"}
    folder = hand_over([("other.csv", b"new")], tmp_path, "mine")
    with taken_over(folder, tmp_path, "mine"):
        assert names(tmp_path / "mine") == {"films.csv": "old"}
        put_in_place(folder, tmp_path / "mine")
    assert names(tmp_path / "mine") == {"other.csv": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_no_other_folder_can_be_taken_over(tmp_path: Path) -> None:
    """What is taken over is removed."""
    (tmp_path / "downloads" / "mine").mkdir(parents=True)
    (tmp_path / ".upload-x" / "mine").mkdir(parents=True)
    for folder in (tmp_path / "downloads" / "mine", tmp_path / ".upload-x" / "mine", tmp_path / "nowhere"):
        with pytest.raises(InvalidQueryError), taken_over(folder, tmp_path / "downloads", "mine"):
            pytest.fail("it was not handed over")
    folder = hand_over([("films.csv", b"")], tmp_path / "downloads", "mine")
    with pytest.raises(InvalidQueryError), taken_over(folder, tmp_path / "downloads", "other"):
        pytest.fail("it was handed over for another")
    assert folder.exists()
    assert (tmp_path / "downloads" / "mine").exists()
    assert (tmp_path / ".upload-x" / "mine").exists()


def test_what_a_killed_build_left_is_removed_when_files_are_handed_over_again(tmp_path: Path) -> None:
    left, used, fresh = (hand_over([("films.csv", b"1")], tmp_path, "mine") for _ in range(3))
    for folder in (left, used):
        os.utime(folder.parent, (time.time() - 2 * FRESH,) * 2)
    with claimed(used.parent):
        os.utime(used.parent, (time.time() - 2 * FRESH,) * 2)
        last = hand_over([("films.csv", b"2")], tmp_path, "mine")
    assert [folder.exists() for folder in (left, used, fresh, last)] == [False, True, True, True]


def test_files_whose_job_waits_long_stay_until_it_has_ended(tmp_path: Path) -> None:
    folder = hand_over([("films.csv", b"1")], tmp_path, "mine")
    ended = kept_waiting(folder)
    os.utime(folder.parent, (time.time() - 2 * FRESH,) * 2)
    other = hand_over([("films.csv", b"2")], tmp_path, "mine")
    assert folder.exists()
    with taken_over(folder, tmp_path, "mine"):
        assert (folder / "films.csv").read_bytes() == b"1", "the job reads them all the same"
    ended()
    assert not folder.parent.exists()
    kept_waiting(other)()
    assert not other.parent.exists(), "nor stay those of one that never began"


def test_a_disk_that_refuses_is_a_typed_error_and_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "films.csv").write_text("old")
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetError, match="cannot be kept"):
        hand_over([("a", b"")], tmp_path / "file" / "downloads", "mine")
    rename = os.rename

    def refuse(source: Path, target: Path) -> None:
        if Path(target).name == "mine" and Path(source).name != "old":
            raise OSError(28, "No space left on device")
        rename(source, target)

    folder = hand_over([("films.csv", b"new")], tmp_path, "mine")
    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(DatasetError, match="No space left"), taken_over(folder, tmp_path, "mine"):
        put_in_place(folder, tmp_path / "mine")
    assert names(tmp_path / "mine") == {"films.csv": "old"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "mine"]
