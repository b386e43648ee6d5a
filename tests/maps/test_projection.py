"""Maps: coordinates, true neighbours, and how far a map can be believed."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from core.compute.progress import no_progress
from core.embeddings import Space, Stamp
from core.errors import BuildError
from core.maps import faithfulness, project, projection_quality
from core.maps import neighbours as maps_neighbours
from core.maps.drawing import draw
from core.maps.map_process import draw_apart
from core.maps.neighbours import by_film, kept, nearest, nearest_on_map, neighbour_graph, share_found
from core.maps.projection_quality import Faithfulness
from core.settings import ROOT


def space_of(vectors: np.ndarray, metric: str = "cosine") -> Space:
    return Space("s", vectors.astype(np.float32), Stamp("s", "1", vectors.shape[1]), metric)


def true_neighbours(space: Space) -> np.ndarray:
    has = np.flatnonzero(space.has_vector)
    return by_film(neighbour_graph(space, has, min(16, len(has)))[0], has, len(space.vectors))


def measured(space: Space, points: np.ndarray) -> Faithfulness | None:
    return faithfulness(space, points, kept(true_neighbours(space), points))


@pytest.fixture
def few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven films of thirty at a time, so that there are several blocks."""
    monkeypatch.setattr(maps_neighbours, "BLOCK", 210)


@pytest.mark.parametrize("metric", ["cosine", "l2"])
def test_trustworthiness_is_sklearns(metric: str, few_rows: None) -> None:
    vectors = np.random.default_rng(0).normal(size=(150, 12)).astype(np.float32)
    points = vectors[:, :2].copy()
    found = measured(space_of(vectors, metric), points)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True) if metric == "cosine" else vectors
    assert found is not None
    assert found.trustworthiness == pytest.approx(trustworthiness(unit, points, n_neighbors=15), abs=1e-4)


def test_a_perfect_map_keeps_every_neighbour() -> None:
    vectors = np.random.default_rng(0).normal(size=(80, 2)).astype(np.float32)
    found = measured(space_of(vectors, "l2"), vectors)
    assert found is not None
    assert (found.trustworthiness, found.neighbours_kept) == (1.0, 1.0)
    assert measured(space_of(vectors[:20], "l2"), vectors[:20]) is None


@pytest.mark.parametrize("metric", ["cosine", "l2"])
def test_nearest_equals_the_naive_loop(metric: str) -> None:
    vectors = np.random.default_rng(2).normal(size=(30, 5)).astype(np.float32)
    vectors[9] = 0
    space = space_of(vectors, metric)
    found = nearest(space, np.arange(9), 6)
    for row in range(9):
        if metric == "l2":
            far = ((vectors - vectors[row]) ** 2).sum(1)
        else:
            far = -(vectors @ vectors[row]) / np.maximum(np.linalg.norm(vectors, axis=1), 1e-9)
        far[[row, 9]] = np.inf
        assert found[row].tolist() == np.argsort(far, kind="stable")[:6].tolist()


@pytest.mark.parametrize("k", [1, 4, 19, 200, 599])
def test_nearest_of_many_are_in_order_of_item_index_where_they_are_as_near(k: int) -> None:
    rng = np.random.default_rng(4)
    vectors = (
        np.eye(9)[rng.integers(9, size=600)] * 2
    )  # as many films have the same vector as there can be of one
    vectors[rng.integers(600, size=150)] = 0
    space = space_of(vectors, "l2")
    found = nearest(space, np.arange(600), k)
    for row in range(600):
        far = np.where(space.has_vector, ((vectors - vectors[row]) ** 2).sum(1), 1e9)
        far[row] = np.inf
        order = np.argsort(far, kind="stable")[:k]
        n_near = min(k, int((far < 1e9).sum()))
        assert found[row, :n_near].tolist() == order[:n_near].tolist()
        assert not space.has_vector[np.setdiff1d(found[row, n_near:], row)].any()


@pytest.mark.parametrize("metric", ["cosine", "l2"])
def test_the_neighbour_graph_holds_each_film_itself_then_its_nearest_with_their_distances(
    metric: str, few_rows: None
) -> None:
    vectors = np.random.default_rng(3).normal(size=(30, 5)).astype(np.float32)
    vectors[[4, 20]] = 0
    space = space_of(vectors, metric)
    has = np.flatnonzero(space.has_vector)
    places, distances = neighbour_graph(space, has, 6)
    kept = vectors[has].astype(np.float64)
    if metric == "cosine":
        unit = kept / np.linalg.norm(kept, axis=1, keepdims=True)
        far = 1 - unit @ unit.T
    else:
        far = np.linalg.norm(kept[:, None] - kept, axis=2)
    np.fill_diagonal(far, -1)
    np.testing.assert_array_equal(places, np.argsort(far, axis=1)[:, :6])
    np.fill_diagonal(far, 0)
    np.testing.assert_allclose(distances, np.take_along_axis(far, places, axis=1), atol=1e-6)


def test_of_every_film_the_true_neighbours_are_known_and_how_many_the_map_keeps() -> None:
    rng = np.random.default_rng(6)
    vectors = rng.normal(size=(60, 6)).astype(np.float32)
    vectors[[4, 20]] = 0
    points = vectors[:, :2] + 0.3 * rng.normal(size=(60, 2)).astype(np.float32)
    points[[4, 20]] = np.nan
    points[[30, 31, 32]] = points[30]  # films that share a place are no neighbours of themselves
    space = space_of(vectors, "l2")
    true, shares = true_neighbours(space), kept(true_neighbours(space), points)
    for film in range(60):
        if film in (4, 20):
            assert (true[film] == -1).all()
            assert np.isnan(shares[film])
            continue
        orders = []
        for place in (vectors, points):
            far = ((place - place[film]) ** 2).sum(1)
            far[[film, 4, 20]] = np.inf
            orders.append(np.argsort(far, kind="stable")[:15])
        assert true[film].tolist() == orders[0].tolist()
        assert set(nearest_on_map(points, 15)[film]) == set(orders[1].tolist())
        assert shares[film] == pytest.approx(len(set(orders[0]) & set(orders[1])) / 15)
    stated = measured(space, points)
    assert stated is not None
    assert stated.neighbours_kept == pytest.approx(np.nanmean(shares), abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["cosine", "l2"])
def test_of_very_many_films_nearly_all_neighbours_are_found_and_the_share_is_measured(
    metric: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maps_neighbours, "EXACT_UP_TO", 1000)
    monkeypatch.setattr(maps_neighbours, "CHECKED", 400)
    rng = np.random.default_rng(7)
    vectors = (rng.normal(size=(20, 16))[rng.integers(20, size=3000)] + rng.normal(size=(3000, 16))) * 3
    vectors[[4, 20]] = 0
    vectors[50:60] = vectors[50]  # films that cannot be told apart
    space = space_of(vectors, metric)
    has = np.flatnonzero(space.has_vector)
    places, distances = neighbour_graph(space, has, 20)
    assert (places[:, 0] == np.arange(len(has))).all()
    assert all(len(set(row)) == 20 for row in places.tolist())
    far = 1 - vectors[has] @ vectors[has[5]] / (
        np.linalg.norm(vectors[has], axis=1) * np.linalg.norm(vectors[has[5]])
    )
    far = far if metric == "cosine" else np.linalg.norm(vectors[has] - vectors[has[5]], axis=1)
    np.testing.assert_allclose(distances[5], far[places[5]], atol=1e-4)
    assert (np.diff(distances[:, 1:], axis=1) > -1e-4).all(), "nearest first"
    found = share_found(space, has, places, 0)
    true = np.stack([nearest(space, has[one : one + 1], 15)[0] for one in range(0, len(has), 7)])
    share = np.mean([np.isin(a, b).mean() for a, b in zip(true, has[places[::7, 1:16]], strict=True)])
    assert found == pytest.approx(share, abs=0.02)
    assert found > 0.95
    shuffled = rng.permuted(places, axis=0)
    assert share_found(space, has, shuffled, 0) < 0.2
    monkeypatch.undo()
    assert share_found(space, has, places, 0) == 1.0, "below the limit every pair is compared"


def test_of_very_many_films_the_map_is_measured_on_some_with_an_interval(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(8)
    vectors = rng.normal(size=(1500, 6)).astype(np.float32)
    points = (vectors[:, :2] + 0.5 * rng.normal(size=(1500, 2))).astype(np.float32)
    space = space_of(vectors, "l2")
    whole = measured(space, points)
    monkeypatch.setattr(projection_quality, "MOST_MEASURED", 400)
    monkeypatch.setattr(projection_quality, "STRIPS", 20)
    part = measured(space, points)
    assert whole is not None
    assert part is not None
    assert (whole.n_measured, part.n_measured, part.n_items) == (1500, 400, 1500)
    assert whole.interval == (whole.trustworthiness, whole.trustworthiness)
    low, high = part.interval
    assert 0 < high - low < 0.03
    assert low <= whole.trustworthiness <= high
    chosen = projection_quality._spread_out(points, 400)
    assert len(set(chosen.tolist())) == 400
    left = (points[:, 0] < np.median(points[:, 0]))[chosen].mean()
    assert left == pytest.approx(0.5, abs=0.02), "as many from everywhere"


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_few_films_have_few_neighbours_and_keep_them(n: int) -> None:
    vectors = np.random.default_rng(1).normal(size=(n + 1, 4)).astype(np.float32)
    vectors[n] = 0
    points = vectors[:, :2].copy()
    points[n] = np.nan
    true = true_neighbours(space_of(vectors))
    assert [(row >= 0).sum() for row in true] == [max(n - 1, 0)] * n + [0]
    np.testing.assert_array_equal(kept(true, points), [1.0 if n > 1 else np.nan] * n + [np.nan])


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_few_films_are_placed_without_umap(n: int) -> None:
    vectors = np.random.default_rng(1).normal(size=(n + 1, 4)).astype(np.float32)
    vectors[n] = 0
    points = project(space_of(vectors))
    assert np.isfinite(points[:n]).all()
    assert np.isnan(points[n]).all()


@pytest.mark.slow
def test_umap_keeps_groups_apart_and_repeats_itself() -> None:
    rng = np.random.default_rng(4)
    centres = rng.normal(size=(3, 16)) * 6
    vectors = np.concatenate([c + rng.normal(size=(40, 16)) for c in centres])
    vectors[5] = 0
    space = space_of(vectors)
    points = project(space, seed=1)
    assert np.isnan(points[5]).all()
    assert np.nanmax(np.abs(points)) < 4
    np.testing.assert_array_equal(points, project(space, seed=1))
    found = measured(space, points)
    assert found is not None
    assert found.trustworthiness > 0.85


@pytest.mark.slow
@pytest.mark.parametrize("is_new", [True, False])
def test_a_process_of_its_own_draws_the_same_map_and_goes_on_being_told_of(is_new: bool) -> None:
    vectors = np.random.default_rng(5).normal(size=(60, 8))
    vectors[5] = 0
    space = space_of(vectors, "l2")
    was_there = space.has_vector & (np.arange(60) % 4 > 0)
    start = None if is_new else (np.where(space.has_vector[:, None], space.vectors[:, :2], np.nan), was_there)
    notes: list[str] = []
    apart = draw_apart(space, start, seed=1, progress=lambda done, total, note="": notes.append(note))
    beside = draw(space, start, seed=1, progress=no_progress)
    for one in ("points", "neighbours", "kept"):
        np.testing.assert_array_equal(getattr(apart, one), getattr(beside, one))
    assert apart.faithfulness == beside.faithfulness
    assert apart.faithfulness["n_items"] == 59
    assert notes.count("placing 59 films") > 1


def test_a_process_that_draws_is_ended_when_nobody_wants_it_any_more() -> None:
    begun: list[subprocess.Popen[bytes]] = []

    class Popen(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[call-overload]
            begun.append(self)

    class StopHereError(Exception):
        pass

    def stop(done: int, total: int, note: str = "") -> None:
        if begun:
            raise StopHereError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.maps.map_process.subprocess.Popen", Popen)
        with pytest.raises(StopHereError):
            draw_apart(space_of(np.eye(9)), None, seed=0, progress=stop)
    assert begun[0].returncode is not None


def test_what_goes_wrong_in_a_process_that_draws_is_said() -> None:
    too_few = np.zeros((3, 2), np.float32), np.ones(3, bool)
    with pytest.raises(BuildError, match=r"ended with 1\. IndexError"):
        draw_apart(space_of(np.eye(9)), too_few, seed=0, progress=no_progress)


DRAWING = """
import subprocess, sys
import numpy as np
from core.embeddings import Space, Stamp
from core.maps import map_process

class Popen(subprocess.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        print(self.pid, flush=True)

map_process.subprocess.Popen = Popen
vectors = np.random.default_rng(0).normal(size=(4000, 8)).astype(np.float32)
space = Space("s", vectors, Stamp("s", "1", 8))
map_process.draw_apart(space, None, seed=0, progress=lambda *told: None)
"""


@pytest.mark.skipif(
    sys.platform == "win32", reason="a process there keeps the number of a parent that has ended"
)
def test_a_process_that_draws_ends_with_the_one_that_began_it_and_leaves_nothing(tmp_path: Path) -> None:
    own = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", DRAWING], cwd=ROOT, env=own, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    ends = time.monotonic() + 60
    while Path(f"/proc/{child}").exists() and _is_running(child):
        assert time.monotonic() < ends
        time.sleep(0.1)
    assert not list(tmp_path.glob("movie-atlas-map-*"))


def _is_running(pid: int) -> bool:
    """A process that has ended may wait for whoever takes note of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
