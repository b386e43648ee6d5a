"""Files that are handed over take the place of earlier ones when everything is built, and not before."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core.build import pipeline
from core.cli.app import app
from core.datasets.own.uploads import hand_over
from core.errors import BuildError
from core.maps import projection
from core.serving import Atlas
from core.settings import ROOT
from core.storage import Workspace
from tests import tiny
from tests.conftest import flat_map
from tests.datasets.files import zipped


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The downloads of a home of its own."""
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MOVIE_DATA_DIR", raising=False)
    monkeypatch.setattr(projection, "project", flat_map)
    return tmp_path / "home" / "downloads"


def films(place: Path, per_world: int) -> bytes:
    return (tiny.write_own_files(place, tiny.tiny_dataset(per_world=per_world)) / "films.csv").read_bytes()


def build(folder: Path) -> Result:
    arguments = ["build", "mine", "--uploaded", str(folder), "--space", "letters", "--progress"]
    return CliRunner().invoke(app, arguments)


def said(result: Result) -> str:
    return str(json.loads(result.stdout.splitlines()[-1]).get("error", ""))


def kept(downloads: Path) -> list[str]:
    return sorted(str(path.relative_to(downloads)) for path in downloads.rglob("*") if path.is_file())


def test_new_films_replace_old_ones_once_they_are_built(downloads: Path, tmp_path: Path) -> None:
    table = films(tmp_path / "a", 9)
    done = build(hand_over([("Films (1).csv", table)], downloads, "mine"))
    assert done.exit_code == 0, done.output
    assert kept(downloads) == ["mine/Films__1_.csv"]
    assert len(Atlas.open("mine").catalog) == 36
    assert Workspace("mine").live().about["origin"] == str(downloads / "mine")

    bad = build(hand_over([("films.csv", b"\0\1\2")], downloads, "mine"))
    assert bad.exit_code == 1
    assert "upload" not in said(bad), "no folder of ours is named"
    assert kept(downloads) == ["mine/Films__1_.csv"]

    archive = zipped(tmp_path / "FILMS.ZIP", {"films.csv": films(tmp_path / "b", 5)})
    done = build(hand_over([("FILMS.ZIP", archive.read_bytes())], downloads, "mine"))
    assert done.exit_code == 0, done.output
    assert kept(downloads) == ["mine/FILMS.ZIP"]
    assert len(Atlas.open("mine").catalog) == 20
    again = CliRunner().invoke(app, ["build", "mine", "--space", "letters"])
    assert "nothing to do" in again.output


def test_a_build_that_fails_after_reading_keeps_the_old_files(
    downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build(hand_over([("films.csv", films(tmp_path / "a", 9))], downloads, "mine")).exit_code == 0

    def refuse(*args: object, **kwargs: object) -> None:
        raise BuildError("The disk is full.")

    monkeypatch.setattr(pipeline, "films_table_stage", refuse)
    assert (
        said(build(hand_over([("other.csv", films(tmp_path / "b", 5))], downloads, "mine")))
        == "The disk is full."
    )
    assert kept(downloads) == ["mine/films.csv"]
    assert len(Atlas.open("mine").catalog) == 36


def test_a_table_beside_a_zip_is_read_too(downloads: Path, tmp_path: Path) -> None:
    folder = tiny.write_own_files(tmp_path / "a", tiny.tiny_dataset())
    first, *others = sorted(folder.iterdir())
    archive = zipped(tmp_path / "one.zip", {first.name: first.read_bytes()})
    files = [("one.zip", archive.read_bytes()), *((path.name, path.read_bytes()) for path in others)]
    assert len(others) == 1
    assert build(hand_over(files, downloads, "mine")).exit_code == 0
    atlas = Atlas.open("mine")
    assert (len(atlas.catalog), atlas.interactions.n_users) == (36, 23)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_build_that_is_ended_leaves_the_old_files(downloads: Path, tmp_path: Path, number: int) -> None:
    """By SIGTERM nothing of the new ones is left; by SIGKILL a folder that the next one to hand over removes."""
    downloads.mkdir(parents=True)
    (downloads / "mine").mkdir()
    (downloads / "mine" / "films.csv").write_text("title\nHeat\n")
    folder = hand_over([("films.csv", films(tmp_path / "a", 9))], downloads, "mine")
    program = (
        "import sys, time\nfrom core import datasets\n"
        "def slow(*args, **kwargs):\n    print('reading', flush=True)\n    time.sleep(60)\n"
        "datasets.load = slow\nfrom core.cli.app import app\napp(sys.argv[1:])\n"
    )
    command = [sys.executable, "-c", program, "build", "mine", "--uploaded", str(folder), "--progress"]
    job = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert job.stdout is not None
        while (line := job.stdout.readline()) != "reading\n":
            assert line, "it ended before it read"
        job.send_signal(number)
        job.wait(30)
    finally:
        job.kill()
    assert (downloads / "mine" / "films.csv").read_text() == "title\nHeat\n"
    assert folder.parent.exists() == (number == signal.SIGKILL)
    if number == signal.SIGKILL:
        os.utime(folder.parent, (time.time() - 3600,) * 2)
        shutil.rmtree(hand_over([("films.csv", b"")], downloads, "mine").parent)
    assert kept(downloads) == ["mine/films.csv"]
