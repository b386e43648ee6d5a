"""A table in shares: files, what workers are asked for, and what is said where they cannot do it."""

import sys
from pathlib import Path
from types import ModuleType

import lancedb
import numpy as np
import pyarrow as pa
import pytest

from core.compute.fan_out import HERE, LocalWorkers
from core.errors import ClusterError, MissingPackageError
from core.storage.table_shares import IN_SHARES, index_in_shares, indexers, write_in_shares
from core.storage.vector_index import TRAINING, vector_index


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


PARAMETERS = {"distance_type": "l2", **vector_index(64)[1]}


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A lance-ray that does nothing, and keeps what it was asked for under `asked`."""
    module = ModuleType("lance_ray")
    asked: list[tuple[tuple[object, ...], dict[str, object]]] = []
    for name in ("create_index", "optimize_indices"):
        monkeypatch.setattr(module, name, lambda *own, **named: asked.append((own, named)), raising=False)
    monkeypatch.setattr(module, "asked", asked, raising=False)
    monkeypatch.setitem(sys.modules, "lance_ray", module)
    return module


def test_workers_make_the_index_that_one_process_makes(tmp_path: Path, library: ModuleType) -> None:
    table = write_in_shares(lancedb.connect(tmp_path), "t", numbers(25_100), HERE, mode="create")
    index_in_shares(table, "v", vector_index(64)[0], PARAMETERS, _Elsewhere())
    (made, how), (joined, which) = library.asked
    assert made == (table.uri, "v", "IVF_RQ", "v_idx")
    del how["ray_remote_args"]
    assert how == {
        "num_workers": 3,
        "metric": "l2",
        "num_partitions": 10,
        "max_iters": TRAINING["max_iterations"],
        "sample_rate": TRAINING["sample_rate"],
        "num_bits": 4,
    }
    assert (joined, which) == ((table.uri,), {"indices": ["v_idx"], "num_indices_to_merge": 3})


def test_lance_ray_that_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lance_ray", None)
    table = write_in_shares(lancedb.connect(tmp_path), "t", numbers(9), HERE, mode="create")
    with pytest.raises(MissingPackageError, match=r"lance-ray.*pip install -r requirements-ray\.txt"):
        index_in_shares(table, "v", "IvfRq", PARAMETERS, _Elsewhere())


@pytest.mark.parametrize("step", ["create_index", "optimize_indices"])
def test_a_table_that_workers_cannot_reach_is_said(
    step: str, tmp_path: Path, library: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **options: object) -> None:
        raise RuntimeError("Dataset at path was not found")

    monkeypatch.setattr(library, step, fails)
    table = write_in_shares(lancedb.connect(tmp_path), "t", numbers(9), HERE, mode="create")
    with pytest.raises(ClusterError, match=r"was not found.*MOVIE_ATLAS_STORE_URI"):
        index_in_shares(table, "v", "IvfRq", PARAMETERS, _Elsewhere())


@pytest.mark.parametrize(
    ("uri", "kinds"), [("db://films", ["IvfRq"]), ("films", ["IvfSq", "BTree"]), ("films", [])]
)
def test_no_cluster_is_asked_for_what_it_does_not_make(
    uri: str, kinds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_RAY", "127.0.0.1:1")
    assert indexers(uri, kinds) is HERE


@pytest.mark.parametrize("kind", IN_SHARES)
def test_workers_are_looked_for_where_they_make_an_index(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    others = _Elsewhere()
    monkeypatch.setattr("core.storage.table_shares.workers", lambda: others)
    assert indexers("films", ["BTree", kind]) is others
