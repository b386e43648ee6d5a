"""Checksums: what a cheap look sees, what a whole check sees, and what is said."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from core.storage.checksums import FILE, SAMPLE, STRIDE, VERSION, Fault, contents, faults, write_checksums
from core.storage.fingerprints import fingerprint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An artefact of two files, one of them 300 kB long and nowhere zero."""
    made = tmp_path / "space-it-abc"
    (made / "inner").mkdir(parents=True)
    noise = np.random.default_rng(0).integers(1, 256, 300_001, dtype=np.uint8)
    (made / "inner" / "vectors.npy").write_bytes(noise.tobytes())
    (made / "space.json").write_text("{}")
    write_checksums(made)
    return made


def overwrite(path: Path, place: int, content: bytes) -> None:
    with path.open("r+b") as stream:
        stream.seek(place)
        stream.write(content)


def test_what_is_whole_has_no_fault(folder: Path) -> None:
    assert faults(folder, whole=False) == faults(folder, whole=True) == []
    assert set(contents(folder)) == {"inner/vectors.npy", "space.json"}
    assert not (folder / f"{FILE}.part").exists()


def test_without_checksums_nothing_is_known(folder: Path) -> None:
    (folder / FILE).unlink()
    assert faults(folder, whole=True) is None
    assert contents(folder) == {}


@pytest.mark.parametrize("place", [0, 1, 511, 512, 30_000, 32_768, 100_000, 233_000, 300_001 - 64 * 1024])
def test_no_block_of_64_kb_is_lost_unseen(folder: Path, place: int) -> None:
    assert SAMPLE + STRIDE <= 64 * 1024
    overwrite(folder / "inner" / "vectors.npy", place, bytes(64 * 1024))
    assert faults(folder, whole=False) == [
        Fault("inner/vectors.npy", "does not hold what was written into it")
    ]


def test_a_whole_check_sees_every_byte(folder: Path) -> None:
    path = folder / "inner" / "vectors.npy"
    for place in np.random.default_rng(1).integers(0, 300_001, 20).tolist():
        before = path.read_bytes()
        overwrite(path, place, bytes([before[place] ^ 1]))
        assert faults(folder, whole=True) == [
            Fault("inner/vectors.npy", "does not hold what was written into it")
        ]
        path.write_bytes(before)
    assert faults(folder, whole=True) == []


@pytest.mark.parametrize("whole", [False, True])
def test_what_is_wrong_is_said(folder: Path, whole: bool) -> None:
    path, about = folder / "inner" / "vectors.npy", folder / "space.json"
    os.truncate(path, 7)
    about.unlink()
    assert list(map(str, faults(folder, whole=whole) or [])) == [
        "inner/vectors.npy has 7 of 300,001 bytes",
        "space.json is missing",
    ]
    path.unlink()
    path.mkdir()
    about.symlink_to("space.json")
    said = list(map(str, faults(folder, whole=whole) or []))
    assert said[0] == "inner/vectors.npy is no file"
    assert said[1].startswith("space.json cannot be read (")


@pytest.mark.parametrize("whole", [False, True])
def test_a_folder_that_is_none_is_said(tmp_path: Path, whole: bool) -> None:
    assert list(map(str, faults(tmp_path / "gone", whole=whole) or [])) == ["its folder is missing"]
    (tmp_path / "file").write_text("")
    assert list(map(str, faults(tmp_path / "file", whole=whole) or [])) == ["its folder is no folder"]
    (tmp_path / "link").symlink_to("link")
    assert "its folder cannot be read" in str((faults(tmp_path / "link", whole=whole) or [])[0])


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '{"version": 1}', '{"version": "x", "files": {}, "digest": ""}']
)
def test_damaged_checksums_are_said(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text)
    assert faults(folder, whole=False) == [Fault(FILE, "does not hold what was written into it")]


def test_a_changed_checksum_is_that_files_fault_and_no_others(folder: Path) -> None:
    path = folder / FILE
    path.write_text(path.read_text().replace('"bytes": 2', '"bytes": 3'))
    assert faults(folder, whole=True) == [Fault(FILE, "does not hold what was written into it")]


def test_a_newer_form_is_said(folder: Path) -> None:
    files: dict[str, object] = {}
    value = {"version": VERSION + 1, "files": files, "digest": fingerprint(files)}
    (folder / FILE).write_text(json.dumps(value))
    assert faults(folder, whole=False) == [Fault(FILE, "was made by a newer Movie Atlas")]
