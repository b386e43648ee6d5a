"""Files that are handed over: none is lost, and none takes the place of good ones before it is good itself."""

import os
from pathlib import Path

import pytest

from core.datasets.own.uploads import kept, safe_names
from core.errors import DatasetError


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


def test_all_files_are_kept_a_zip_beside_others_too(tmp_path: Path) -> None:
    files = [("a.zip", b"PK"), ("ratings.csv", b"1"), ("films (1).csv", b"2"), ("films [1].csv", b"3")]
    with kept(files, tmp_path / "mine") as staging:
        assert len(list(staging.iterdir())) == 4
    assert names(tmp_path / "mine") == {
        "a.zip": "PK",
        "ratings.csv": "1",
        "films__1_.csv": "2",
        "films__1_-2.csv": "3",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_earlier_files_stay_until_the_new_ones_are_good(tmp_path: Path) -> None:
    with kept([("films.csv", b"old")], tmp_path / "mine"):
        pass
    with pytest.raises(DatasetError, match="no good"), kept([("films.csv", b"junk")], tmp_path / "mine"):
        raise DatasetError("no good")
    assert names(tmp_path / "mine") == {"films.csv": "old"}
    with kept([("other.csv", b"new")], tmp_path / "mine"):
        assert names(tmp_path / "mine") == {"films.csv": "old"}
    assert names(tmp_path / "mine") == {"other.csv": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_disk_that_refuses_is_a_typed_error_and_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept([("films.csv", b"old")], tmp_path / "mine"):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetError, match="cannot be kept"), kept([("a", b"")], tmp_path / "file" / "mine"):
        pytest.fail("there is no folder to keep them in")
    rename = os.rename

    def refuse(source: Path, target: Path) -> None:
        if Path(target).name == "mine" and Path(source).name != "old":
            raise OSError(28, "No space left on device")
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(DatasetError, match="No space left"), kept([("films.csv", b"new")], tmp_path / "mine"):
        pass
    assert names(tmp_path / "mine") == {"films.csv": "old"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "mine"]
