"""`python -m core check`: what is whole, what is damaged, and what to do."""

import json
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core.cli.app import app
from core.errors import BuildError
from core.storage import Workspace
from core.storage.artifacts import make_writable


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    shutil.copytree(home / "workspaces" / "tiny", tmp_path / "workspaces" / "tiny")
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
    return Workspace("tiny", tmp_path)


def damage(place: Workspace) -> Path:
    folder = place.artifact("map-letters", place.live().artifacts["map-letters"])
    os.truncate(folder / "coordinates.npy", 100)
    return folder


def test_what_is_whole_is_said(place: Workspace) -> None:
    for arguments in (["check"], ["check", "tiny"]):
        ended = run(*arguments)
        assert ended.exit_code == 0, ended.output
        assert ended.output.strip() == f"tiny: all {len(place.live().artifacts)} artefacts are whole."


def test_what_is_damaged_is_said_with_what_to_do(place: Workspace) -> None:
    folder = damage(place)
    ended = run("check")
    assert ended.exit_code == 1
    n = len(place.live().artifacts)
    lines = [line.strip() for line in ended.output.splitlines()]
    assert lines == [
        f"tiny: {n - 1} of {n} artefacts are whole, 1 damaged.",
        f"{folder.name}: coordinates.npy has 100 of 416 bytes",
        "Make again what is damaged, and nothing else: python -m core build tiny",
    ]


def test_it_is_said_as_json(place: Workspace) -> None:
    folder = damage(place)
    place.folder.with_name("tiny copy").mkdir()
    ended = run("check", "--json")
    assert ended.exit_code == 1
    value = json.loads(ended.stdout)
    assert value["no_datasets"] == ["tiny copy"]
    (one,) = value["datasets"]
    assert (one["name"], one["is_whole"], one["repair"]) == ("tiny", False, "python -m core build tiny")
    (bad,) = [item for item in one["artifacts"] if item["faults"]]
    assert bad == {
        "stage": "map-letters",
        "folder": str(folder),
        "has_checksums": True,
        "faults": [{"file": "coordinates.npy", "what": "has 100 of 416 bytes"}],
    }


def test_a_folder_that_is_no_dataset_is_named(place: Workspace) -> None:
    place.folder.with_name("tiny copy").mkdir()
    ended = run("check")
    assert ended.exit_code == 0
    assert "tiny copy lies among the workspaces and is left alone" in ended.output
    assert run("datasets").exit_code == 0


def test_other_commands_say_damage_in_two_lines(place: Workspace) -> None:
    damage(place)
    ended = run("status", "tiny")
    assert ended.exit_code == 1
    assert "The map of letters of tiny is damaged: coordinates.npy has 100 of 416 bytes." in ended.output
    assert "python -m core check tiny" in ended.output
    assert "Damaged: the map of letters" in run("datasets").output
    assert run("recommend", "tiny", "--like", "The Space Story (1960)").exit_code == 0, "it needs no map"


def test_nothing_to_check_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
    assert "Nothing is built yet." in run("check").output
    ended = run("check", "demo")
    assert ended.exit_code == 1
    assert "demo is not built yet" in ended.output


def test_a_home_that_cannot_be_written_is_said_before_anything_is_measured(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place.home / "evaluations").write_text("a file in the way")
    ended = run("evaluate", "tiny", "--methods", "popularity", "--k", "5")
    assert ended.exit_code == 1
    assert "Nothing can be kept in" in ended.output
    assert "MOVIE_ATLAS_HOME" in " ".join(ended.output.split())
    with pytest.raises(BuildError, match="Nothing can be kept in"):
        make_writable(place.home / "evaluations" / "tiny")


def test_whatever_the_system_refuses_is_two_lines(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied", "/somewhere")

    monkeypatch.setattr("core.cli.datasets.list_datasets", refuse)
    ended = run("datasets")
    assert ended.exit_code == 1
    assert "The system refused at /somewhere: Permission denied." in ended.output
    assert "Traceback" not in ended.output
