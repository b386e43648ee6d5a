"""A model that has to be fetched: what it takes is said first, then it is fetched and checked, then the films are read."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core.cli.app import app
from core.compute.progress import Progress
from core.embeddings import ModelFiles
from core.errors import ModelUnavailableError
from core.maps import projection
from tests import tiny
from tests.conftest import flat_map


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


class Hub:
    """A place that models come from: with a network or without one."""

    def __init__(self) -> None:
        self.has_network, self.is_here, self.n_fetched = True, False, 0

    def files(self) -> ModelFiles:
        return ModelFiles("a/model", "the hub", "its checksum", self.is_here, lambda: 123.4, self.fetch)

    def fetch(self, progress: Progress) -> None:
        if not self.has_network:
            raise ModelUnavailableError("The model a/model could not be fetched.", hint="Check the network.")
        self.is_here, self.n_fetched = True, self.n_fetched + 1


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    """Where the tests' own embedding gets a model from."""
    found = Hub()
    monkeypatch.setattr(tiny.Letters, "model_files", found.files)
    monkeypatch.setattr(projection, "project", flat_map)
    monkeypatch.setattr("core.recommenders.names", lambda: ["popularity"])
    return found


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hub: Hub) -> tuple[str, ...]:
    """The command that builds the tiny films with it."""
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path / "home"))
    films = tiny.write_own_files(tmp_path / "films", tiny.tiny_dataset())
    return ("build", "films", "--from", str(films), "--space", "letters")


def test_what_it_takes_is_said_before_it_is_fetched_and_the_films_are_read(
    asked: tuple[str, ...], hub: Hub
) -> None:
    found = run(*asked)
    assert found.exit_code == 0, found.output
    said = " ".join(found.output.split())
    first = "Letters needs a model that is not here yet: a/model from the hub, 123 MB, fetched once"
    then = "Letters: fetched and checked in"
    assert (
        0 <= said.index(first) < said.index("Reading 1,000 films is then expected to take") < said.index(then)
    )
    assert said.index(then) < said.index("36 films ready")
    assert hub.n_fetched == 1
    again = run(*asked)
    assert "needs a model" not in again.output
    assert hub.n_fetched == 1


def test_a_plan_says_it_and_fetches_nothing(asked: tuple[str, ...], hub: Hub) -> None:
    found = run(*asked, "--plan")
    assert found.exit_code == 0, found.output
    assert "a/model from the hub, 123 MB" in " ".join(found.output.split())
    assert hub.n_fetched == 0


def test_without_a_network_it_ends_calmly_before_anything_is_built(
    asked: tuple[str, ...], hub: Hub, tmp_path: Path
) -> None:
    hub.has_network = False
    found = run(*asked)
    assert found.exit_code == 1
    assert "The model a/model could not be fetched." in found.output
    assert "Check the network." in found.output
    assert "Traceback" not in found.output
    assert not (tmp_path / "home" / "workspaces").exists()
