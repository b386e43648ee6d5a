"""Work on a Ray cluster of two processes on this machine: the same results as in one, whatever happens to a worker."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from core import embeddings
from core.compute.fan_out import Workers, workers
from core.domain import Catalog, Dataset
from core.embeddings import Space, Stamp
from core.embeddings.vector_cache import VectorCache
from core.errors import ClusterError, TooFewFilmsError
from core.evaluation.protocol import measure
from core.evaluation.protocol.runner import evaluate, method_factories
from core.evaluation.results.result import EvaluationResult
from core.evaluation.splits import make_splits
from core.recommenders import Ability, Recommender
from core.storage.vector_table import ItemTable, TableLocation, movie_columns
from tests import tiny
from tests.embeddings.tiny_bert import make_tiny_bert

ray = pytest.importorskip("ray", reason="Ray is not installed (requirements-ray.txt)")

pytestmark = pytest.mark.slow

NODE = {"num_cpus": 1, "object_store_memory": 100 * 1024**2, "node_ip_address": "127.0.0.2"}
"""Ray takes 127.0.0.1 for whatever other address the machine has; of the others of the loop it makes nothing."""

DRAWN = {"fast_rotation_signs", "bounds"}
"""Of an index: its rotation, and the least and largest number in a sample of the rows."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Workers]:
    """Two nodes of one core each, reached by their address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        from ray.cluster_utils import Cluster

        nodes = Cluster(initialize_head=True, head_node_args=NODE | {"include_dashboard": False})
        nodes.add_node(**NODE)
        patch.setenv("MOVIE_ATLAS_RAY", nodes.address)
        try:
            yield workers()
        finally:
            ray.shutdown()
            nodes.shutdown()


def square(part: int) -> int:
    return part * part


def place_of(part: int) -> str:
    time.sleep(0.05)  # long enough for the other node to take one too
    return str(ray.get_runtime_context().get_node_id())


def dies_once(mark: Path, part: int) -> int:
    """Kills its own process when part 3 is tried for the first time."""
    if part == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return part * part


def dies(part: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return part


def refuses(part: int) -> int:
    if part == 2:
        raise TooFewFilmsError(part, 3)
    return part


def begins(folder: Path, part: int) -> int:
    """Part 0 ends at once, every other never; each leaves the number of its process."""
    (folder / f"{part}.{os.getpid()}").touch()
    while part:
        time.sleep(60)
    return part


def is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(is_so: Callable[[], bool], tries: int = 600) -> None:
    while not is_so():
        tries -= 1
        assert tries, "it never came to be"
        time.sleep(0.05)


def test_both_nodes_work_and_results_keep_their_order(cluster: Workers) -> None:
    assert (cluster.n, cluster.is_here) == (2, False)
    with closing(cluster.map(square, range(50))) as found:
        assert list(found) == [part * part for part in range(50)]
    with closing(cluster.map(place_of, range(12))) as places:
        assert len(set(places)) == 2


def test_a_worker_that_is_killed_is_replaced(cluster: Workers, tmp_path: Path) -> None:
    mark = tmp_path / "died"
    with closing(cluster.map(partial(dies_once, mark), range(10))) as found:
        assert list(found) == [part * part for part in range(10)]
    assert mark.exists()


def test_a_part_that_kills_every_worker_is_said(cluster: Workers) -> None:
    with closing(cluster.map(dies, range(1))) as found, pytest.raises(ClusterError, match="up to 4 times"):
        list(found)


def test_an_error_of_the_work_arrives_as_itself(cluster: Workers) -> None:
    with closing(cluster.map(refuses, range(5))) as found:
        assert [next(found), next(found)] == [0, 1]
        with pytest.raises(TooFewFilmsError) as caught:
            next(found)
    assert (caught.value.n, caught.value.least) == (2, 3)


def test_parts_that_nobody_waits_for_are_called_off(cluster: Workers, tmp_path: Path) -> None:
    with closing(cluster.map(partial(begins, tmp_path), range(1_000))) as found:
        assert next(found) == 0
        wait_until(lambda: any(tmp_path.glob("[1-9].*")))
    wait_until(lambda: not any(is_alive(path.suffix[1:]) for path in tmp_path.glob("[1-9].*")))
    assert {path.stem for path in tmp_path.iterdir()} <= set("01234")
    with closing(cluster.map(square, range(4))) as squares:  # there is room for them again
        assert list(squares) == [0, 1, 4, 9]


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "Tiny"
    return make_tiny_bert(tmp_path_factory.mktemp("bert"), folder)


def encoded(model: Path, films: Dataset, folder: Path) -> tuple[np.ndarray, list[tuple[int, int]]]:
    steps: list[tuple[int, int]] = []
    vectors = embeddings.create(f"st:{model}").encode_items(
        films, workdir=folder, progress=lambda done, total, note="": steps.append((done, total))
    )
    return vectors, steps


def test_films_get_the_same_bytes(
    cluster: Workers, tiny_bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.embeddings.vector_cache.CHUNK", 20)
    films = tiny.tiny_dataset(per_world=24)
    vectors, steps = encoded(tiny_bert, films, tmp_path / "ray")
    monkeypatch.delenv("MOVIE_ATLAS_RAY")
    alone, steps_alone = encoded(tiny_bert, films, tmp_path / "alone")
    assert vectors.tobytes() == alone.tobytes()
    assert [step for step in steps if step[1]] == [step for step in steps_alone if step[1]]
    assert len(list((tmp_path / "ray").rglob("*.npz"))) == 5


def encode_and_die_once(mark: Path, texts: Sequence[str]) -> np.ndarray:
    dies_once(mark, 3 if any("17" in text for text in texts) else 0)
    return np.array([[len(text), 1] for text in texts], np.float32)


def test_films_get_the_same_bytes_where_a_worker_dies(
    cluster: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.embeddings.vector_cache.CHUNK", 8)
    texts, mark = [f"film {n}" for n in range(60)], tmp_path / "died"
    far = VectorCache(tmp_path / "ray", 2).encode(texts, partial(encode_and_die_once, mark), workers=cluster)
    assert mark.exists()
    near = VectorCache(tmp_path / "alone", 2).encode(texts, partial(encode_and_die_once, mark))
    assert far.tobytes() == near.tobytes()


class DiesOnce(Recommender):
    """Prefers films by their number; a process that is asked about user 6 is killed once."""

    name = "dies_once"
    label = "Dies once"
    source = "made for tests"
    abilities = Ability.LIKES
    mark: Path

    def fit(self, dataset, spaces, *, rng):
        self.n_items = dataset.n_items
        return self

    def score(self, profiles):
        dies_once(self.mark, 3 if any(profile.user == 6 for profile in profiles) else 0)
        scores = np.arange(self.n_items, dtype=np.float32)[None].repeat(len(profiles), 0)
        return scores * np.array([[profile.user % 3 - 1] for profile in profiles], np.float32)

    def explain(self, profile, item_indices):
        return [() for _ in item_indices]

    def state(self):
        return {}

    def restore(self, dataset, spaces, state):
        return self.fit(dataset, spaces, rng=np.random.default_rng(0))


def assert_same_figures(one: EvaluationResult, other: EvaluationResult) -> None:
    assert list(one.runs) == list(other.runs)
    assert not one.failed
    assert not other.failed
    for name, run in one.runs.items():
        np.testing.assert_array_equal(run.values, other.runs[name].values)
        np.testing.assert_array_equal(run.ranked, other.runs[name].ranked)
        assert run.columns == other.runs[name].columns
        assert (run.n_tied, run.n_short) == (other.runs[name].n_tied, other.runs[name].n_short)
        assert other.runs[name].memory["score"] is None


def test_figures_are_the_same(
    cluster: Workers, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "_BATCH_ENTRIES", dataset.n_items * 3)
    methods = method_factories(["ease", "item_knn", "popularity", "user_knn"])

    def dying() -> Recommender:
        method = DiesOnce()
        method.mark = tmp_path / "died"
        return method

    split = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(0))[0]
    notes: list[str] = []
    far = evaluate(
        dataset,
        {},
        methods | {"dies_once": dying},
        split,
        progress=lambda done, total, note="": notes.append(note),
    )
    assert (tmp_path / "died").exists()
    assert sum("users" in note for note in notes) == 5 * 8
    monkeypatch.delenv("MOVIE_ATLAS_RAY")
    assert_same_figures(evaluate(dataset, {}, methods | {"dies_once": dying}, split), far)


def written(vectors: np.ndarray, folder: Path) -> ItemTable:
    frame = tiny.tiny_frame(1).loc[[0] * len(vectors)].assign(item_id=[str(i) for i in range(len(vectors))])
    columns = movie_columns(Catalog.of(frame), np.zeros(len(vectors), np.int64))
    space = Space("s", vectors, Stamp("s", "1", vectors.shape[1]))
    return ItemTable.create(TableLocation(str(folder), "movies"), columns, {"s": space})


def of_index(folder: Path) -> dict[str, object]:
    """What Lance says of the index of vectors, but for what is drawn at random or learned."""
    lance = pytest.importorskip("lance", reason="lance-ray is not installed (requirements-ray.txt)")
    said = lance.dataset(str(folder / "movies.lance")).stats.index_stats("s_idx")
    (segment,) = said["indices"]
    kind = {name: value for name, value in segment["sub_index"].items() if name not in DRAWN}
    rows = said["num_indexed_rows"], said["num_unindexed_rows"]
    return {"type": segment["index_type"], "partitions": segment["num_partitions"], "rows": rows, **kind}


@pytest.mark.parametrize(("dim", "n_files"), [(10, 2), (50, 1), (64, 2)])
def test_an_index_of_workers_is_that_of_one_process(
    cluster: Workers, dim: int, n_files: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("lance_ray", reason="lance-ray is not installed (requirements-ray.txt)")
    vectors = np.random.default_rng(1).normal(size=(25_000, dim)).astype(np.float32)
    vectors[::50] = 0
    table = written(vectors, tmp_path / "far")
    monkeypatch.delenv("MOVIE_ATLAS_RAY")
    here = written(vectors, tmp_path / "here")
    assert len(list((tmp_path / "far" / "movies.lance" / "data").glob("*.lance"))) == n_files
    assert of_index(tmp_path / "far") == of_index(tmp_path / "here")
    kinds = [{(i.name, i.index_type) for i in own._table.list_indices()} for own in (table, here)]
    assert kinds[0] == kinds[1]
    np.testing.assert_array_equal(table.vectors("s"), vectors)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    hits = 0
    for row in range(1, 50):
        cosines = np.where(vectors.any(1), unit @ unit[row], -9)
        found, distances = table.search("s", vectors[row], 10)
        np.testing.assert_allclose(distances, 1 - cosines[found], atol=1e-5)
        hits += len(set(found.tolist()) & set(np.argsort(-cosines, kind="stable")[:10].tolist()))
    assert hits >= 0.98 * 490
