"""The demo opens quickly because what takes long is shipped; what is shipped is what a build makes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from typer.testing import CliRunner

from core import datasets, embeddings, recommenders
from core.build import BuildResult, Request, build, first_start
from core.build.request import DEFAULT_SPACES
from core.build.shipped import LEFT_OUT, WHEN_ASKED, pack, shipped_artifact, unpack
from core.cli.app import app
from core.domain import Question
from core.embeddings.film_texts import film_texts
from core.errors import ArchiveError
from core.maps import (
    clusters,
    faithfulness,
    project,  # by its own name: other tests' fixture replaces the module's
)
from core.maps.neighbours import kept
from core.maps.projection_quality import faithfulness_json
from core.serving import Atlas, recommend
from core.storage import Workspace, artifacts, checksums
from tests.test_architecture import ROOT

SHIPPED = Path(datasets.bundled_folder("demo") or "") / "shipped"
MOST_MB = 32


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def started(place: Path) -> BuildResult:
    """The demo after a first start; where it is None, run `make demo-workspace`."""
    found = first_start("demo", base=place)
    assert found is not None, "what ships is not of this version: run `make demo-workspace`"
    return found


@pytest.fixture
def workspace(started: BuildResult, place: Path) -> Workspace:
    return Workspace("demo", place)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two methods alone, so that the ordinary build has little to do."""
    monkeypatch.setattr("core.recommenders.names", lambda: ["content", "popularity", "user_vectors"])


def test_what_ships_has_the_keys_of_a_build_of_today_and_nothing_else_lies_there(
    started: BuildResult,
) -> None:
    named = started.manifest.artifacts.items()
    wanted = {f"{stage}-{key}.zip" for stage, key in named if stage not in LEFT_OUT}
    assert {path.name for path in SHIPPED.iterdir()} == wanted
    assert set(started.manifest.names("map")) == set(DEFAULT_SPACES)
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < MOST_MB * 1e6


def test_a_first_start_makes_nothing_that_ships_and_answers(started: BuildResult, place: Path) -> None:
    assert set(started.ran) == {"method-user_vectors"}
    assert started.unusable == {}
    atlas = Atlas.open("demo", place)
    assert set(started.manifest.about["when_asked"]) == WHEN_ASKED
    for method in ("content", "hybrid", "taste", "user_vectors"):
        answer = recommend(atlas, Question(likes=(3, 40), method=method))
        assert len(answer.items) == 10
        assert answer.fallback_for is None


def test_a_first_start_loads_nothing_that_only_building_needs(tmp_path: Path) -> None:
    heavy = "torch", "umap", "gensim", "numba", "sklearn", "sentence_transformers", "streamlit"
    code = (
        "import sys; from pathlib import Path; from core.build import first_start\n"
        f"assert first_start('demo', base=Path({str(tmp_path)!r}))\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_a_build_after_a_first_start_learns_what_was_left(tmp_path: Path) -> None:
    begun = first_start("demo", base=tmp_path)
    assert begun is not None
    asked = Question(likes=(3, 40), method="ease")
    before = recommend(Atlas.open("demo", tmp_path), asked).items
    after = build(Request("demo"), base=tmp_path)
    assert set(after.ran) == {f"method-{name}" for name in WHEN_ASKED}
    assert after.unpacked == ()
    assert "when_asked" not in after.manifest.about
    assert [one.item_index for one in recommend(Atlas.open("demo", tmp_path), asked).items] == [
        one.item_index for one in before
    ]


def cut(archive: Path) -> None:
    os.truncate(archive, archive.stat().st_size // 2)


def flip(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[len(data) // 3] ^= 0xFF
    archive.write_bytes(data)


def swap(archive: Path) -> None:
    """A sound zip whose files are not those of the checksums."""
    with ZipFile(archive) as content:
        members = {name: content.read(name) for name in content.namelist()}
    members["method.json"] += b" "
    _written(archive, members)


def strip(archive: Path) -> None:
    """A sound zip without checksums."""
    with ZipFile(archive) as content:
        members = {name: content.read(name) for name in content.namelist() if name != checksums.FILE}
    _written(archive, members)


def add(archive: Path) -> None:
    with ZipFile(archive, "a") as content:
        content.writestr("another.json", "{}")


def escape(archive: Path) -> None:
    with ZipFile(archive, "a") as content:
        content.writestr("../another.json", "{}")


def _written(archive: Path, members: dict[str, bytes]) -> None:
    with ZipFile(archive, "w") as content:
        for name, data in members.items():
            content.writestr(name, data)


@pytest.mark.parametrize("damage", [cut, flip, swap, strip, add, escape])
def test_a_damaged_zip_is_not_taken(damage: Callable[[Path], None], tmp_path: Path) -> None:
    found = next(SHIPPED.glob("method-popularity-*"))
    archive = tmp_path / found.name
    archive.write_bytes(found.read_bytes())
    (tmp_path / "sound").mkdir()
    unpack(archive, tmp_path / "sound")
    damage(archive)
    (tmp_path / "place").mkdir()
    with pytest.raises(ArchiveError):
        unpack(archive, tmp_path / "place")
    assert not (tmp_path / "another.json").exists()


def test_what_a_damaged_zip_held_is_made(few: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_damage(name: str, stage: str, key: str) -> Path | None:
        found = shipped_artifact(name, stage, key)
        if found is None or stage != "method-popularity":
            return found
        broken = tmp_path / found.name
        broken.write_bytes(found.read_bytes()[:-30])
        return broken

    monkeypatch.setattr("core.build.pipeline.shipped_artifact", with_damage)
    assert first_start("demo", base=tmp_path) is None, "left to the ordinary build"
    workspace = Workspace("demo", tmp_path)
    assert workspace.manifest() is None
    result = build(Request("demo"), base=tmp_path)
    assert set(result.unusable) == {"method-popularity"}
    assert "is not a sound zip file" in result.unusable["method-popularity"]
    assert set(result.ran) == {"method-popularity", "method-user_vectors"}
    assert "dataset" not in result.unpacked, "what the first start unpacked is found"
    assert len(recommend(Atlas.open("demo", tmp_path), Question(method="popularity")).items) == 10


def test_a_first_start_that_is_killed_goes_on_where_it_was(few: None, tmp_path: Path) -> None:
    code = (
        "import os, signal, zipfile; from pathlib import Path; from core.build import first_start\n"
        "real, opened = zipfile.ZipFile.open, []\n"
        "def opening(self, *args, **kwargs):\n"
        "    opened.append('shipped' in str(self.filename))\n"
        "    if sum(opened) == 12: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(self, *args, **kwargs)\n"
        "zipfile.ZipFile.open = opening\n"
        f"first_start('demo', base=Path({str(tmp_path)!r}))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    workspace = Workspace("demo", tmp_path)
    assert workspace.manifest() is None
    there = set((workspace.folder / "artifacts").iterdir())
    assert there
    assert all(checksums.faults(folder, whole=True) == [] for folder in there)
    assert any((workspace.folder / "partial").iterdir())
    found = first_start("demo", base=tmp_path)
    assert found is not None
    assert not {folder.name.rpartition("-")[0] for folder in there} & set(found.unpacked)
    assert not any((workspace.folder / "partial").iterdir())


def test_the_same_files_give_the_same_zip(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    (folder / "inner").mkdir(parents=True)
    (folder / "b.json").write_text("{}")
    (folder / "inner" / "a.bin").write_bytes(bytes(9000))
    checksums.write_checksums(folder)
    pack(folder, tmp_path / "one.zip")
    os.utime(folder / "b.json", (1e9, 1e9))
    pack(folder, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    (tmp_path / "again").mkdir()
    unpack(tmp_path / "one.zip", tmp_path / "again")
    assert checksums.contents(tmp_path / "again") == checksums.contents(folder)


@pytest.mark.slow
def test_what_ships_answers_like_a_build_from_nothing(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nine of the first ten films at least; what takes longest, maps, groups and MiniLM's vectors, is compared below.

    Networks end elsewhere on a processor that rounds otherwise, the triplet network far more than the classifier: its space
    is held to the likenesses between films, and its lists to many more films in common than the tenth by chance.
    """

    def long(name: str, stage: str, key: str) -> Path | None:
        taken = stage.startswith(("map-", "clusters-")) or stage == "space-minilm"
        return shipped_artifact(name, stage, key) if taken else None

    monkeypatch.setattr("core.build.pipeline.shipped_artifact", long)
    fresh = build(Request("demo"), base=tmp_path).manifest
    assert fresh.artifacts == {**fresh.artifacts, **workspace.live().artifacts}
    ours, theirs = Atlas.open("demo", workspace.home), Atlas.open("demo", tmp_path)
    for name in set(DEFAULT_SPACES) - {"minilm"}:
        one, other = (np.asarray(atlas.space(name).vectors) for atlas in (ours, theirs))
        if name != "triplet":
            np.testing.assert_allclose(one, other, atol=2e-3)
            continue
        pairs = np.triu_indices(len(one), 1)
        assert np.corrcoef((one @ one.T)[pairs], (other @ other.T)[pairs])[0, 1] > 0.9
    least = {"triplet": 3, "doc2vec_genre": 7}
    for name in recommenders.names():
        for likes in ((3,), (3, 40, 200), (17, 555, 801, 1000)):
            asked = Question(likes=likes, method=name)
            first, second = ({film.item_index for film in recommend(a, asked).items} for a in (ours, theirs))
            assert len(first & second) >= least.get(name, 9), name


@pytest.mark.slow
def test_the_shipped_vectors_are_the_models(workspace: Workspace) -> None:
    """Of every ninth film: each is read for itself, as tests/embeddings/encoders/test_sentence_transformer.py shows."""
    atlas = Atlas(workspace, workspace.live())
    rows = np.arange(0, atlas.dataset.n_items, 9)
    texts = film_texts(atlas.catalog)
    encoded = embeddings.create("minilm").encode_texts([texts[i] for i in rows])
    np.testing.assert_allclose(encoded, atlas.space("minilm").vectors[rows], atol=2e-3)


@pytest.mark.slow
def test_the_shipped_map_and_groups_are_what_the_build_makes(workspace: Workspace) -> None:
    live = workspace.live()

    def folder(stage: str) -> Path:
        return workspace.artifact(stage, live.artifacts[stage])

    dataset = artifacts.load_dataset(folder("dataset"))
    space, _ = artifacts.load_space(folder("space-minilm"))
    drawn = artifacts.load_map(folder("map-minilm"))
    points, true, shares, stated = drawn.points, drawn.neighbours, drawn.kept, drawn.faithfulness
    measured = faithfulness_json(faithfulness(space, points, shares))
    assert measured["trustworthiness"] == pytest.approx(stated["trustworthiness"], abs=1e-3)
    again = project(space, seed=0)
    redrawn = faithfulness(space, again, kept(true, again))
    assert redrawn is not None
    assert redrawn.trustworthiness == pytest.approx(stated["trustworthiness"], abs=0.02)
    found = clusters.cluster(space, points, dataset.catalog, seed=0)
    levels, about = artifacts.load_clusters(folder("clusters-minilm"))
    assert (found.levels == levels).mean() > 0.98
    assert found.to_json()["genre_share"] == pytest.approx(about["genre_share"], abs=0.02)


def test_the_command_says_what_it_took_and_what_it_could_not(
    few: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
    ended = CliRunner().invoke(app, ["build", "--missing"])
    assert ended.output.strip() == "demo: 1,080 films ready."
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path / "other"))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"no zip")

    def with_damage(name: str, stage: str, key: str) -> Path | None:
        return broken if stage == "method-popularity" else shipped_artifact(name, stage, key)

    monkeypatch.setattr("core.build.pipeline.shipped_artifact", with_damage)
    ended = CliRunner().invoke(app, ["build", "--missing"])
    said = " ".join(ended.output.split())
    assert "The method popularity that ships could not be used, so it was made: broken.zip is not" in said
    assert said.endswith("demo: 1,080 films ready.")


def test_where_tables_lie_elsewhere_those_that_ship_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOVIE_ATLAS_STORE_URI", raising=False)
    shipped = {path.stem for path in (ROOT / "data" / "demo" / "shipped").glob("table*.zip")}
    assert len(shipped) == 2
    stages = [tuple(name.rsplit("-", 1)) for name in shipped]
    assert all(shipped_artifact("demo", stage, key) for stage, key in stages)
    monkeypatch.setenv("MOVIE_ATLAS_STORE_URI", "somewhere/else")
    assert not any(shipped_artifact("demo", stage, key) for stage, key in stages)
