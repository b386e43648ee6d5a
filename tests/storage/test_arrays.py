"""Named arrays come back as they were, large ones without being read."""

from pathlib import Path

import numpy as np
import pytest

from core.storage.arrays import ALIGNED, ON_DISK, load_arrays, save_arrays
from core.types import Arrays

LARGE = ON_DISK // 4


def assert_same(found: Arrays, arrays: Arrays) -> None:
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype


def test_arrays_come_back_with_their_names_and_types(tmp_path: Path) -> None:
    arrays: Arrays = {
        "numbers": np.arange(6, dtype=np.int32).reshape(2, 3),
        "words": np.array(["a", "wörd"]),
        "one": np.array(2.5),
        "none": np.empty((0, 4), np.float32),
    }
    save_arrays(tmp_path / "it.npz", arrays)
    found = load_arrays(tmp_path / "it.npz")
    assert_same(found, arrays)


def test_arrays_of_objects_are_refused_in_writing_and_in_reading(tmp_path: Path) -> None:
    objects = np.array([{"a": 1}], object)
    with pytest.raises(TypeError, match="array odd holds objects"):
        save_arrays(tmp_path / "it.npz", {"fine": np.arange(2), "odd": objects})
    assert not (tmp_path / "it.npz").exists()
    np.savez(tmp_path / "pickled.npz", allow_pickle=True, odd=objects)
    with pytest.raises(ValueError, match="pickle"):
        load_arrays(tmp_path / "pickled.npz")


def test_large_arrays_stay_on_the_disk_and_cannot_be_written_to(tmp_path: Path) -> None:
    arrays: Arrays = {
        "odd": np.arange(7, dtype=np.int8),
        "one": np.arange(LARGE, dtype=np.float32),
        "columns": np.asfortranarray(np.arange(2 * LARGE, dtype=np.float64).reshape(2, LARGE)),
        "words": np.array(["a", "wörd" * 4] * LARGE),
        "little": np.arange(LARGE - 100, dtype=np.float32),
    }
    save_arrays(tmp_path / "it.npz", arrays)
    found = load_arrays(tmp_path / "it.npz")
    assert_same(found, arrays)
    for name, array in arrays.items():
        assert isinstance(found[name], np.memmap) == (name in ("one", "columns", "words"))
        assert found[name].flags.aligned
        assert found[name].flags.f_contiguous == array.flags.f_contiguous
        if isinstance(found[name], np.memmap):
            assert found[name].ctypes.data % ALIGNED == 0
    with pytest.raises(ValueError, match="read-only"):
        found["one"][0] = 1


def test_numpy_reads_the_file_and_the_same_arrays_give_the_same_bytes(tmp_path: Path) -> None:
    arrays: Arrays = {"a": np.arange(5), "large": np.arange(LARGE, dtype=np.int32)}
    for name in ("one.npz", "other.npz"):
        save_arrays(tmp_path / name, arrays)
    with np.load(tmp_path / "one.npz", allow_pickle=False) as found:
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name], array)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_files_of_older_versions_are_read(save: object, tmp_path: Path) -> None:
    arrays: Arrays = {"x" * n: np.arange(LARGE, dtype=np.float64) + n for n in range(1, 9)}
    save(tmp_path / "it.npz", **arrays)  # type: ignore[operator]
    found = load_arrays(tmp_path / "it.npz")
    assert_same(found, arrays)
    assert all(array.flags.aligned for array in found.values())


def test_large_arrays_of_objects_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "it.npz", allow_pickle=True, odd=np.array([{"a": 1}] * LARGE, object))
    with pytest.raises(ValueError, match="pickle"):
        load_arrays(tmp_path / "it.npz")


def test_a_file_that_was_cut_is_not_read(tmp_path: Path) -> None:
    save_arrays(tmp_path / "it.npz", {"one": np.arange(LARGE, dtype=np.float32)})
    whole = (tmp_path / "it.npz").read_bytes()
    (tmp_path / "it.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Exception, match="zip"):
        load_arrays(tmp_path / "it.npz")
