"""Damage has a way out: it is said in plain words, and a build makes again what is damaged and nothing else."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from bench.damage import DAMAGES, ODD, everything
from core.build import BuildResult, Request, build
from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.errors import AtlasError, DamagedError, NotBuiltError
from core.serving import Atlas, list_datasets
from core.storage import Manifest, Workspace
from core.storage.checksums import FILE
from core.storage.inspection import inspect, workspaces
from core.types import FloatMatrix
from tests import tiny

STAGES = (
    "dataset",
    "space-letters",
    "map-letters",
    "clusters-letters",
    "method-taste",
    "method-user_vectors",
    "table",
    "table-users",
)


@pytest.fixture(scope="module")
def pristine(home: Path) -> dict[str, str]:
    """All that can be read of the tiny films."""
    assert home
    return read()


def read() -> dict[str, str]:
    return everything("tiny", films=(0, 10, 20))


@pytest.fixture
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A copy of them, to be damaged."""
    for part in ("workspaces", "downloads"):
        shutil.copytree(home / part / "tiny", tmp_path / part / "tiny")
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
    monkeypatch.delenv("MOVIE_DATA_DIR", raising=False)
    monkeypatch.delenv("MOVIE_ATLAS_STORE_URI", raising=False)
    workspace = Workspace("tiny", tmp_path)
    again(workspace)  # its films are those of the copy from now on
    return workspace


def again(place: Workspace) -> BuildResult:
    return build(Request("tiny", place.home / "downloads" / "tiny", spaces=("letters",)))


def folder_of(place: Workspace, stage: str) -> Path:
    return place.artifact(stage, place.live().artifacts[stage])


def largest(folder: Path) -> Path:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != FILE]
    return max(files, key=lambda path: path.stat().st_size)


def strip(place: Workspace) -> None:
    """Make it a workspace of an older version: without checksums, digest and copy of the manifest."""
    for path in place.folder.glob(f"artifacts/*/{FILE}"):
        path.unlink()
    place.copy_path.unlink()
    value = json.loads(place.manifest_path.read_text())
    del value["digest"]
    place.manifest_path.write_text(json.dumps(value))


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("stage", STAGES)
def test_every_damage_is_said_and_repaired(
    place: Workspace, pristine: dict[str, str], stage: str, damage: str
) -> None:
    file = largest(folder_of(place, stage))
    DAMAGES[damage](file)
    found = inspect("tiny", whole=True)
    assert [bad.stored.stage for bad in found.damaged] == [stage]
    read()  # raises whatever is no AtlasError
    result = again(place)
    assert list(result.ran) == [stage], "only what is damaged is made again"
    assert [(repair.stage, file.name in repair.words) for repair in result.repairs] == [(stage, True)]
    assert inspect("tiny", whole=True).is_whole
    assert read() == pristine


@pytest.mark.slow
@pytest.mark.parametrize("damage", [name for name in ODD if "may not" not in name])  # root may do everything
def test_every_other_damage_is_said_and_repaired(
    place: Workspace, pristine: dict[str, str], damage: str
) -> None:
    folder = folder_of(place, "space-letters")
    ODD[damage](place.folder, folder / "vectors.npy" if "file" in damage else folder)
    inspect("tiny", whole=True)
    list_datasets(look=True)
    read()
    again(place)
    assert inspect("tiny", whole=True).is_whole
    assert read() == pristine


def test_what_a_cheap_look_sees_keeps_only_that_part_from_being_opened(place: Workspace) -> None:
    os.truncate(folder_of(place, "map-letters") / "coordinates.npy", 100)
    atlas = Atlas.open("tiny")
    with pytest.raises(
        DamagedError, match=r"The map of letters of tiny is damaged: coordinates\.npy has 100 of"
    ) as caught:
        atlas.coordinates("letters")
    assert "python -m core check tiny" in caught.value.hint
    assert "python -m core build tiny" in caught.value.hint
    assert len(atlas.space("letters").vectors) == 36, "the rest serves"
    status = next(one for one in list_datasets(look=True) if one.name == "tiny")
    assert status.is_built
    assert status.problem.startswith("Damaged: the map of letters: coordinates.npy has 100 of")
    assert not next(one for one in list_datasets() if one.name == "tiny").problem


def test_damage_that_only_a_reader_finds_is_said_too(place: Workspace) -> None:
    """A byte between the samples of a file that its reader checks."""
    file = largest(folder_of(place, "method-taste"))
    assert file.stat().st_size > 2000
    content = bytearray(file.read_bytes())
    content[1000] ^= 0xFF
    file.write_bytes(content)
    atlas = Atlas.open("tiny")
    with pytest.raises(DamagedError, match=r"method taste of tiny is damaged: state\.npz does not hold"):
        atlas.methods.fitted("taste")


def test_what_was_damaged_is_set_aside_until_a_build_finds_nothing_damaged(place: Workspace) -> None:
    file = folder_of(place, "clusters-letters") / "labels.npy"
    file.write_bytes(b"broken")
    result = again(place)
    assert result.set_aside == place.set_aside_folder
    (kept,) = place.set_aside_folder.iterdir()
    assert (kept / "labels.npy").read_bytes() == b"broken"
    ended = again(place)
    assert (ended.ran, ended.repairs, ended.set_aside) == ({}, (), None)
    assert not place.set_aside_folder.exists()


def test_who_has_opened_what_was_damaged_opens_it_again(place: Workspace) -> None:
    before = place.live()
    DAMAGES["cut"](largest(folder_of(place, "table")))
    after = again(place).manifest
    assert after.artifacts == before.artifacts
    assert after.key != before.key
    assert again(place).manifest == after == place.live()


def test_a_table_that_was_made_again_meanwhile_is_said(place: Workspace) -> None:
    atlas = Atlas.open("tiny")
    assert len(atlas.table) == 36
    DAMAGES["cut"](folder_of(place, "table") / FILE)
    again(place)
    try:
        assert len(atlas.table.matching_text("rocket", 3)) == 3
    except NotBuiltError as error:
        assert "a build has replaced it meanwhile" in error.hint  # noqa: PT017


def test_what_was_made_from_a_part_that_comes_out_otherwise_is_made_again(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tiny.Letters.encode_items

    def otherwise(
        self: tiny.Letters, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        vectors: FloatMatrix = np.roll(made(self, dataset, workdir=workdir, progress=progress), 1, axis=1)
        return vectors

    monkeypatch.setattr(tiny.Letters, "encode_items", otherwise)
    largest(folder_of(place, "space-letters")).unlink()
    result = again(place)
    needs = {"map-letters", "clusters-letters", "method-content", "table"}
    assert {"space-letters", *needs} <= set(result.ran)
    assert not {"dataset", "method-popularity", "method-ease"} & set(result.ran)
    words = {repair.stage: repair.words for repair in result.repairs}
    assert words["map-letters"] == "its embedding letters has come out otherwise"
    assert again(place).ran == {}


def test_a_workspace_of_an_older_version_opens_and_gains_checksums(
    place: Workspace, pristine: dict[str, str]
) -> None:
    strip(place)
    assert read() == pristine
    assert inspect("tiny", whole=True).unchecked == len(place.live().artifacts)
    result = again(place)
    assert (result.ran, result.checked) == ({}, len(place.live().artifacts))
    assert inspect("tiny", whole=True).unchecked == 0
    DAMAGES["flip"](largest(folder_of(place, "space-letters")))
    assert list(again(place).ran) == ["space-letters"]


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_cut_in_a_workspace_of_an_older_version_is_repaired(place: Workspace, stage: str) -> None:
    strip(place)
    DAMAGES["cut"](largest(folder_of(place, stage)))
    assert [bad.stored.stage for bad in inspect("tiny", whole=True).damaged] == [stage]
    result = again(place)
    assert list(result.ran) == [stage]
    assert inspect("tiny", whole=True).is_whole


def test_films_that_cannot_be_read_again_are_left_as_they_are(place: Workspace) -> None:
    shutil.rmtree(place.home / "downloads")
    file = folder_of(place, "dataset") / "items.parquet"
    os.truncate(file, 50)
    with pytest.raises(DamagedError, match=r"films of tiny are damaged: items\.parquet has 50 of") as caught:
        build(Request("tiny", spaces=("letters",)))
    assert "--from" in caught.value.hint
    assert file.stat().st_size == 50


def test_a_failing_repair_leaves_what_was_damaged_where_it_is(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise NotBuiltError("The model is gone.")

    monkeypatch.setattr(tiny.Letters, "encode_items", fail)
    os.truncate(folder_of(place, "space-letters") / "vectors.npy", 50)
    with pytest.raises(AtlasError, match="The model is gone"):
        again(place)
    assert (folder_of(place, "space-letters") / "vectors.npy").stat().st_size == 50
    assert not place.set_aside_folder.exists()


def test_a_damaged_manifest_loses_no_embedding(place: Workspace) -> None:
    """The copy knows what was built beyond what a build makes by itself."""
    mine = place.home / "mine.npz"
    ids = tiny.tiny_frame()["item_id"].to_numpy(str)
    np.savez(mine, ids=ids, vectors=np.random.default_rng(2).normal(size=(len(ids), 3)))
    build(Request("tiny", place.home / "downloads" / "tiny", spaces=("letters", f"own:mine={mine}")))
    place.manifest_path.write_text("{broken")
    with pytest.raises(DamagedError, match=r"manifest\.json is damaged"):
        Atlas.open("tiny")
    result = again(place)
    assert result.was_broken
    assert result.ran == {}
    assert Atlas.open("tiny").space_names == ["letters", "own_mine"]
    place.manifest_path.unlink()
    with pytest.raises(DamagedError, match="lost its manifest"):
        Atlas.open("tiny")
    assert again(place).ran == {}


def test_a_manifest_is_said_to_be_of_a_newer_version(place: Workspace) -> None:
    ODD["a manifest of a newer version"](place.folder, place.folder)
    with pytest.raises(NotBuiltError, match="made by a newer Movie Atlas") as caught:
        Atlas.open("tiny")
    assert "Update Movie Atlas. Or build it again" in caught.value.hint


def test_the_command_of_a_repair_fills_in_as_before(place: Workspace) -> None:
    live = place.live()
    place.publish(Manifest("tiny", live.artifacts, {**live.about, "filled_in": {"tmdb-5000": {"plots": 1}}}))
    os.truncate(folder_of(place, "dataset") / "dataset.json", 5)
    with pytest.raises(DamagedError) as caught:
        _ = Atlas.open("tiny").dataset
    assert caught.value.hint.endswith("python -m core build tiny --with tmdb-5000")
    place.manifest_path.write_text("")
    with pytest.raises(DamagedError) as caught:
        Atlas.open("tiny")
    assert caught.value.hint.endswith("python -m core build tiny --with tmdb-5000")


def test_a_folder_that_is_no_dataset_stops_nothing(place: Workspace) -> None:
    shutil.copytree(place.folder, place.folder.with_name("tiny copy"))
    place.folder.with_name("half").mkdir()
    assert workspaces() == (["tiny"], ["tiny copy"])
    assert "tiny" in [one.name for one in list_datasets()]
