"""Indices made by others: files in shares, and what is said where they cannot be made."""

import sys
from pathlib import Path
from types import ModuleType

import lancedb
import numpy as np
import pyarrow as pa
import pytest

from core.compute.fan_out import HERE, LocalWorkers
from core.errors import ClusterError, MissingPackageError
from core.storage.table_indices import index_vectors, indexers, write_in_shares


class _Elsewhere(LocalWorkers):
    """Three workers that are not here, and never asked."""

    is_here, n = False, 3


def numbers(n: int) -> pa.Table:
    return pa.table({"item_index": pa.array(np.arange(n), pa.int64())})


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10])
def test_all_rows_are_written_in_their_order_in_a_file_a_worker(n: int, tmp_path: Path) -> None:
    table = write_in_shares(lancedb.connect(tmp_path), "t", numbers(n), _Elsewhere(), mode="create")
    assert table.to_arrow()["item_index"].to_pylist() == list(range(n))
    assert len(list((tmp_path / "t.lance" / "data").glob("*.lance"))) == min(n, 3)


def test_lance_ray_that_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lance_ray", None)
    table = write_in_shares(lancedb.connect(tmp_path), "t", numbers(9), HERE, mode="create")
    with pytest.raises(MissingPackageError, match=r"lance-ray.*pip install -r requirements-ray\.txt"):
        index_vectors(table, "v", "cosine", _Elsewhere())


def test_a_table_that_workers_cannot_reach_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def create_index(*args: object, **options: object) -> None:
        raise RuntimeError("Dataset at path was not found")

    library = ModuleType("lance_ray")
    monkeypatch.setattr(library, "create_index", create_index, raising=False)
    monkeypatch.setitem(sys.modules, "lance_ray", library)
    table = write_in_shares(lancedb.connect(tmp_path), "t", numbers(9), HERE, mode="create")
    with pytest.raises(ClusterError, match=r"was not found.*MOVIE_ATLAS_STORE_URI"):
        index_vectors(table, "v", "cosine", _Elsewhere())


def test_a_server_indexes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_RAY", "127.0.0.1:1")
    assert indexers("db://films") is HERE
