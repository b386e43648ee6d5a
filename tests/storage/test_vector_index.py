"""Tables large enough for an index: what a search finds against exact search, with and without conditions."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from bench import search_at_scale
from bench.search_at_scale import CONDITIONS, Condition, GeneratedFilms
from core.domain import Filters
from core.embeddings import Space, Stamp
from core.storage import vector_index
from core.storage.vector_table import ItemTable, TableLocation, where_clause

pytestmark = pytest.mark.slow

N_FILMS, N_QUERIES = 25_000, 30


@pytest.fixture(scope="module")
def films() -> GeneratedFilms:
    return search_at_scale.generated(N_FILMS, N_QUERIES, np.random.default_rng(3))


@pytest.fixture(scope="module")
def table(films: GeneratedFilms, tmp_path_factory: pytest.TempPathFactory) -> ItemTable:
    folder = tmp_path_factory.mktemp("films")
    return search_at_scale.written(films, folder / "lancedb")[0]


@pytest.mark.parametrize("k", [1, 10, 100])
@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=list(CONDITIONS))
def test_nearly_all_of_the_nearest_are_found(
    table: ItemTable, films: GeneratedFilms, condition: Condition, k: int
) -> None:
    passing, seen = condition.mask(films), condition.seen(films)
    n_found = n_wanted = 0
    for query, wanted in zip(films.queries, search_at_scale.exact(films, passing, k), strict=True):
        found, distances = table.search("s", query, k, filters=condition.filters, excluded=seen)
        assert len(found) == min(k, passing.sum())
        assert passing[found].all()
        np.testing.assert_allclose(distances, 1 - films.vectors[found] @ query, atol=1e-5)
        n_found, n_wanted = n_found + len(set(found.tolist()) & set(wanted)), n_wanted + len(wanted)
    assert n_found >= 0.99 * n_wanted


@pytest.mark.parametrize("name", ["a genre", "a genre and a year", "without a genre", "200 films seen"])
def test_indexes_say_who_passes(table: ItemTable, films: GeneratedFilms, name: str) -> None:
    clause = where_clause(CONDITIONS[name].filters, CONDITIONS[name].seen(films))
    plan = table._table.search(films.queries[0], "s").where(clause).explain_plan(True)
    assert "ScalarIndexQuery" in plan
    assert "_filter=" not in plan


def test_a_long_history_is_left_out(table: ItemTable, films: GeneratedFilms) -> None:
    found, _ = table.search("s", films.queries[0], 100, excluded=range(20_000))
    assert len(found) == 100
    assert found.min() >= 20_000


def test_the_index_keeps_four_bits_a_dimension(table: ItemTable) -> None:
    stats = table._table.index_stats("s_idx")
    assert (stats.index_type, stats.distance_type) == ("IVF_RQ", "cosine")
    assert stats.num_unindexed_rows == 0


def written(vectors: np.ndarray, folder: Path, metric: str = "cosine") -> ItemTable:
    columns = pa.table({"user_index": pa.array(np.arange(len(vectors)), pa.int64())})
    space = Space("s", vectors, Stamp("s", "1", vectors.shape[1]), metric)
    return ItemTable.create(TableLocation(str(folder), "users"), columns, {"s": space}, index="user_index")


@pytest.mark.parametrize("metric", ["cosine", "l2"])
@pytest.mark.parametrize(("dim", "kind"), [(10, "IVF_FLAT"), (50, "IVF_SQ"), (64, "IVF_RQ")])
def test_vectors_of_any_width_and_metric_are_found(tmp_path: Path, dim: int, kind: str, metric: str) -> None:
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(20_500, dim)).astype(np.float32)
    vectors[::50] = 0
    table = written(vectors, tmp_path, metric)
    assert table._table.index_stats("s_idx").index_type == kind
    has = np.flatnonzero(vectors.any(axis=1))
    n_found = 0
    for query in rng.normal(size=(20, dim)).astype(np.float32):
        own = vectors[has]
        near = (
            own @ query / np.linalg.norm(own, axis=1) if metric == "cosine" else -((own - query) ** 2).sum(1)
        )
        wanted = has[np.argsort(-near, kind="stable")[:10]]
        found, _ = table.search("s", query, 10, metric=metric)
        n_found += len(set(found.tolist()) & set(wanted.tolist()))
    assert n_found >= 0.98 * 200


@pytest.mark.parametrize("n_vectors", [0, 1, 7])
def test_a_space_with_few_vectors_has_no_index(tmp_path: Path, n_vectors: int) -> None:
    vectors = np.zeros((20_001, 16), np.float32)
    vectors[:n_vectors] = np.random.default_rng(2).normal(size=(n_vectors, 16))
    table = written(vectors, tmp_path)
    assert table._table.index_stats("s_idx") is None
    found, _ = table.search("s", np.ones(16, np.float32), 10)
    assert sorted(found.tolist()) == list(range(n_vectors))


def test_the_same_vector_many_times_can_be_indexed(tmp_path: Path) -> None:
    table = written(np.ones((20_001, 64), np.float32), tmp_path)
    assert len(table.search("s", np.ones(64, np.float32), 10, excluded=[0])[0]) == 10


@pytest.mark.parametrize(
    ("n_rows", "n_passing", "k", "probed"),
    [
        (25_000, 25_000, 10, 10),
        (62_423, 62_423, 100, 24),
        (1_000_000, 1_000_000, 10, 40),
        (1_000_000, 999_000, 10, 40),
        (1_000_000, 900_000, 10, 80),
        (1_000_000, 8_000, 10, 108),
        (1_000_000, 8_000, 100, 233),
        (1_000_000, 8_000, 1_000, 400),
        (1_000_000, 500, 10, 0),
        (1_000_000, 0, 10, 0),
        (25_000, 80, 10, 0),
        (25_000, 81, 10, 10),
    ],
)
def test_the_fewer_pass_the_further_a_search_looks(n_rows: int, n_passing: int, k: int, probed: int) -> None:
    assert vector_index.n_probes(n_rows, n_passing, k) == probed


def test_only_large_tables_are_made_anew_for_other_indexes() -> None:
    assert vector_index.versions(20_000) == ()
    assert vector_index.versions(20_001) == (vector_index.INDEX_VERSION,)


def test_small_tables_have_no_index(tmp_path: Path) -> None:
    table = written(np.eye(64, dtype=np.float32), tmp_path)
    assert list(table._table.list_indices()) == []
    assert table.count(Filters(), [1]) == 63
