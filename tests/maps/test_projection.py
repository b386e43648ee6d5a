"""Maps: coordinates, true neighbours, and how far a map can be believed."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from core.embeddings import Space, Stamp
from core.maps import measure, project
from core.maps.neighbours import nearest
from core.maps.projection import neighbour_graph


def space_of(vectors: np.ndarray, metric: str = "cosine") -> Space:
    return Space("s", vectors.astype(np.float32), Stamp("s", "1", vectors.shape[1]), metric)


@pytest.mark.parametrize("metric", ["cosine", "l2"])
def test_trustworthiness_is_sklearns(metric: str) -> None:
    vectors = np.random.default_rng(0).normal(size=(150, 12)).astype(np.float32)
    points = vectors[:, :2].copy()
    found = measure(space_of(vectors, metric), points, batch=64).faithfulness
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True) if metric == "cosine" else vectors
    assert found is not None
    assert found.trustworthiness == pytest.approx(trustworthiness(unit, points, n_neighbors=15), abs=1e-4)


def test_a_perfect_map_keeps_every_neighbour() -> None:
    vectors = np.random.default_rng(0).normal(size=(80, 2)).astype(np.float32)
    found = measure(space_of(vectors, "l2"), vectors).faithfulness
    assert found is not None
    assert (found.trustworthiness, found.neighbours_kept) == (1.0, 1.0)
    assert measure(space_of(vectors[:20], "l2"), vectors[:20]).faithfulness is None


@pytest.mark.parametrize("metric", ["cosine", "l2"])
def test_every_films_neighbours_and_how_many_the_map_keeps(metric: str) -> None:
    rng = np.random.default_rng(5)
    vectors, points = rng.normal(size=(90, 6)).astype(np.float32), rng.normal(size=(90, 2)).astype(np.float32)
    vectors[[3, 50]] = 0
    points[[3, 50]] = np.nan
    space = space_of(vectors, metric)
    found = measure(space, points, batch=32)
    assert found.faithfulness is not None
    has = [row for row in range(90) if row not in (3, 50)]
    for row in has:
        true = nearest(space, np.array([row]), 15)[0].tolist()
        assert found.neighbours[row].tolist() == true
        there = [
            other for other in np.argsort(((points - points[row]) ** 2).sum(1), kind="stable") if other in has
        ][1:16]
        assert found.kept[row] == pytest.approx(len(set(true) & set(there)) / 15)
    assert found.neighbours[[3, 50]].tolist() == [[-1] * 15] * 2
    assert np.isnan(found.kept[[3, 50]]).all()
    assert found.faithfulness.neighbours_kept == pytest.approx(float(np.nanmean(found.kept)), abs=1e-4)


def test_neighbours_of_few_films() -> None:
    found = measure(
        space_of(np.eye(4), "l2"), np.random.default_rng(0).normal(size=(4, 2)).astype(np.float32)
    )
    assert found.neighbours[0].tolist() == [1, 2, 3] + [-1] * 12
    assert found.kept.tolist() == [1.0] * 4
    assert measure(space_of(np.eye(4)[:1]), np.zeros((1, 2), np.float32)).neighbours.tolist() == [[-1] * 15]


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


@pytest.mark.parametrize("metric", ["cosine", "l2"])
def test_the_neighbour_graph_holds_each_film_itself_then_its_nearest_with_their_distances(
    metric: str,
) -> None:
    vectors = np.random.default_rng(3).normal(size=(30, 5)).astype(np.float32)
    vectors[[4, 20]] = 0
    space = space_of(vectors, metric)
    has = np.flatnonzero(space.has_vector)
    places, distances = neighbour_graph(space, has, 6, batch=7)
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
    found = measure(space, points).faithfulness
    assert found is not None
    assert found.trustworthiness > 0.85
