"""New films and words find a place on a map that is there."""

import numpy as np
import pytest

from core.embeddings import Space, Stamp
from core.maps.placing import NEIGHBOURS, nearest_placed, place


def space_of(vectors: np.ndarray, metric: str) -> Space:
    return Space("s", vectors.astype(np.float32), Stamp("s", "1", vectors.shape[1]), metric)


@pytest.mark.parametrize("metric", ["cosine", "l2"])
def test_the_nearest_placed_films_and_their_weights_are_those_of_the_naive_loop(metric: str) -> None:
    rng = np.random.default_rng(0)
    vectors, new = rng.normal(size=(40, 5)), rng.normal(size=(7, 5)).astype(np.float32)
    vectors[3] = 0
    points = rng.normal(size=(40, 2)).astype(np.float32)
    points[11] = np.nan
    items, weights = nearest_placed(space_of(vectors, metric), points, new, 6)
    for row, vector in enumerate(new):
        if metric == "cosine":
            unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
            far = np.linalg.norm(unit - vector / np.linalg.norm(vector), axis=1)
        else:
            far = np.linalg.norm(vectors - vector, axis=1)
        far[[3, 11]] = np.inf
        order = np.argsort(far, kind="stable")[:6]
        assert items[row].tolist() == order.tolist()
        beyond = far[order] - far[order[0]]
        np.testing.assert_allclose(weights[row], np.exp(-beyond / beyond.mean()), rtol=1e-3)


def test_a_place_is_where_the_weighted_way_to_the_nearest_is_shortest() -> None:
    rng = np.random.default_rng(1)
    vectors, new = rng.normal(size=(60, 4)), rng.normal(size=(5, 4)).astype(np.float32)
    points = rng.normal(size=(60, 2)).astype(np.float32)
    space = space_of(vectors, "l2")
    items, weights = nearest_placed(space, points, new, NEIGHBOURS)
    found = place(space, points, new)
    grid = np.stack(np.meshgrid(np.linspace(-3, 3, 301), np.linspace(-3, 3, 301)), axis=-1).reshape(-1, 2)
    for row in range(5):
        near = points[items[row]].astype(float)
        ways = (np.linalg.norm(grid[:, None] - near, axis=2) * weights[row]).sum(1)
        way = (np.linalg.norm(found[row] - near, axis=1) * weights[row]).sum()
        assert way <= ways.min() * 1.002


def test_a_few_of_another_island_do_not_draw_a_film_into_the_sea() -> None:
    vectors = np.ones((10, 3)) + 1e-3 * np.random.default_rng(2).normal(size=(10, 3))
    points = np.array([[0.0, 0.0]] * 7 + [[10.0, 0.0]] * 3, np.float32)
    spot = place(space_of(vectors, "l2"), points, np.ones((1, 3), np.float32) * 1.02)
    assert spot[0, 0] < 0.5


def test_what_is_there_already_lies_with_itself_and_what_says_nothing_lies_nowhere() -> None:
    rng = np.random.default_rng(3)
    vectors = np.repeat(rng.normal(size=(1, 4)), 12, axis=0).astype(np.float32)
    points = np.tile(np.array([[0.3, -0.2]], np.float32), (12, 1))
    space = space_of(vectors, "cosine")
    found = place(space, points, np.vstack([vectors[0], np.zeros(4, np.float32)]))
    np.testing.assert_allclose(found[0], [0.3, -0.2], atol=1e-6)
    assert np.isnan(found[1]).all()
    assert np.isnan(place(space, np.full((12, 2), np.nan, np.float32), vectors[:1])).all()
    assert place(space, points, vectors[:0]).shape == (0, 2)
