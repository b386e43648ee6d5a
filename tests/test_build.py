"""The build: stages, resuming, publishing, and being killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core.atlas import Atlas
from core.build import Request, Step, build
from core.errors import BuildError, DatasetError, InvalidQueryError, NotBuiltError, UnknownNameError
from core.spaces import projection
from core.workspace import Workspace
from tests import tiny
from tests.conftest import flat_map

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
    monkeypatch.delenv("MOVIE_DATA_DIR", raising=False)
    monkeypatch.setattr(projection, "project", flat_map)
    tiny.write_own_files(tmp_path / "films", tiny.tiny_dataset())
    return tmp_path


def request(place: Path, **changes: object) -> Request:
    return Request("tiny", place / "films", spaces=("letters",), **changes)  # type: ignore[arg-type]


def test_builds_every_stage_and_then_nothing(place: Path) -> None:
    steps: list[Step] = []
    first = build(request(place), on_step=steps.append)
    assert {"dataset", "space-letters", "map-letters", "clusters-letters", "table"} <= set(first.ran)
    assert {step.number for step in steps} == set(range(1, steps[-1].number + 1))
    assert all(step.number <= step.of for step in steps)
    second = build(request(place))
    assert second.ran == {}
    assert second.manifest == first.manifest


def test_a_changed_rating_leaves_the_vectors_alone(place: Path) -> None:
    build(request(place))
    ratings = place / "films" / "ratings.csv"
    lines = ratings.read_text().splitlines()
    ratings.write_text("\n".join(lines[:-1]) + "\n")
    ran = build(request(place)).ran
    assert "dataset" in ran
    assert "method-popularity" in ran
    assert "table" in ran
    assert not {"space-letters", "map-letters", "clusters-letters"} & set(ran)


def test_a_changed_film_changes_what_depends_on_it(place: Path) -> None:
    before = build(request(place)).manifest
    films = place / "films" / "films.csv"
    films.write_text(films.read_text().replace("The Space Story", "The Space Tale"))
    after = build(request(place))
    assert "space-letters" in after.ran
    assert after.manifest.artifacts["space-letters"] != before.artifacts["space-letters"]
    assert "The Space Tale" in Atlas.open("tiny", place).titles.labels[0]


def test_keeps_what_the_last_manifest_named_and_removes_older(place: Path) -> None:
    films = place / "films" / "films.csv"
    keys = []
    for title in ("One", "Two", "Three"):
        films.write_text(films.read_text().replace("The Space Story", f"The Space {title}"))
        text = films.read_text()
        keys.append(build(request(place)).manifest.artifacts["table"])
        films.write_text(text.replace(f"The Space {title}", "The Space Story"))
    workspace = Workspace("tiny", place)
    assert not workspace.artifact("table", keys[0]).exists()
    assert workspace.artifact("table", keys[1]).exists()
    assert workspace.artifact("table", keys[2]).exists()


def test_rebuilds_without_the_files_from_what_was_read(place: Path) -> None:
    build(request(place))
    (place / "films").rename(place / "elsewhere")
    assert build(Request("tiny", spaces=("letters",))).ran == {}


def test_a_failing_stage_publishes_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build(request(place)).manifest
    films = place / "films" / "films.csv"
    films.write_text(films.read_text().replace("The Space Story", "The Space Tale"))

    def fails(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.build.ItemTable.create", fails)
    with pytest.raises(BuildError, match="No space left on device"):
        build(request(place))
    assert Workspace("tiny", place).live() == before
    assert len(Atlas.open("tiny", place).table) == 36


def test_two_builds_at_once_are_refused(place: Path) -> None:
    with Workspace("tiny", place).building(), pytest.raises(BuildError, match="being built already"):
        build(request(place))


@pytest.mark.parametrize(
    ("name", "path", "error", "words"),
    [
        ("tiny", "missing", DatasetError, "no folder or file"),
        ("../evil", "films", InvalidQueryError, "cannot be a dataset's name"),
        ("tiny", None, DatasetError, "are not here"),
        ("ml-1m", None, DatasetError, "fetch ml-1m"),
        ("ml-1m", "films", DatasetError, "MovieLens 1M"),
    ],
)
def test_refuses_with_a_reason(
    place: Path, name: str, path: str | None, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        build(Request(name, place / path if path else None, spaces=("letters",)))
    with pytest.raises(UnknownNameError, match="no embedding called"):
        build(Request("tiny", place / "films", spaces=("nonsense",)))


def test_a_broken_manifest_is_said_and_built_over(place: Path) -> None:
    build(request(place))
    workspace = Workspace("tiny", place)
    workspace.manifest_path.write_text("{broken")
    with pytest.raises(NotBuiltError, match="cannot be read"):
        Atlas.open("tiny", place)
    build(request(place))
    assert len(Atlas.open("tiny", place).table) == 36


def test_serves_and_finishes_after_being_killed_at_many_points(place: Path) -> None:
    """SIGKILL at ten moments: what was published still serves, and the next build finishes."""
    build(request(place))
    films = place / "films" / "films.csv"
    script = (
        "import sys, time; sys.path.insert(0, '.')\n"
        "from tests import tiny\nfrom tests.conftest import flat_map\n"
        "from core.spaces import projection; projection.project = flat_map\n"
        "from core.build import Request, build\nfrom pathlib import Path\n"
        "import lancedb\n"
        "print('ready', flush=True)\n"
        f"build(Request('tiny', Path({str(place / 'films')!r}), spaces=('letters',)),"
        " on_step=lambda step: (print(step.number, flush=True), time.sleep(0.02)))\n"
        "print('done', flush=True)\n"
    )
    killed = 0
    for attempt in range(10):
        served = Workspace("tiny", place).live()
        films.write_text(tiny_films_with(f"Take {attempt}"))
        process = subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert process.stdout is not None
        seen = 0
        for line in process.stdout:
            seen += line.strip() != "ready"
            if seen > attempt:
                time.sleep(0.002 * attempt)
                process.send_signal(signal.SIGKILL)
                break
        process.wait()
        killed += process.returncode == -signal.SIGKILL
        live = Workspace("tiny", place).live()
        if process.returncode != 0 and live != served:
            assert live.artifacts["dataset"] != served.artifacts["dataset"]  # published just before the kill
        opened = Atlas.open("tiny", place)
        assert len(opened.table) == len(opened.catalog) == 36
        assert opened.table.vectors("letters").shape == (36, 64)
        assert np.isfinite(opened.coordinates("letters")).all()
    assert killed >= 8
    build(request(place))
    assert Atlas.open("tiny", place).titles.labels[0] == "The Space Take 9 (1960)"
    assert not list((place / "workspaces" / "tiny" / "partial").glob("*"))


def tiny_films_with(title: str) -> str:
    frame = tiny.tiny_frame()
    frame.loc[0, "title"] = f"The Space {title}"
    for name in ("genres", "keywords", "cast", "directors"):
        frame[name] = ["|".join(values) for values in frame[name]]
    return str(frame.to_csv(index=False))
