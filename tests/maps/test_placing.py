"""What is new gets a place among its nearest films, and moves nothing."""

import numpy as np
import pytest

from core.embeddings import Space, Stamp
from core.maps.placing import NEAREST, place


def space_of(vectors: np.ndarray, metric: str) -> Space:  # type: ignore[type-arg]
    return Space("s", vectors.astype(np.float32), Stamp("s", "1", vectors.shape[1]), metric)


@pytest.mark.parametrize("metric", ["cosine", "l2"])
def test_among_its_nearest(metric: str) -> None:
    rng = np.random.default_rng(0)
    centres = np.eye(4, 8) * 5
    vectors = np.repeat(centres, 40, axis=0) + rng.normal(scale=0.2, size=(160, 8))
    points = np.repeat(np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]]), 40, axis=0).astype(np.float32)
    points += rng.normal(scale=0.02, size=points.shape).astype(np.float32)
    found = place(space_of(vectors, metric), points, centres.astype(np.float32))
    assert np.allclose(found, [[-1, -1], [1, -1], [-1, 1], [1, 1]], atol=0.05)


def test_a_film_that_is_there_comes_near_its_own_place() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(200, 2))
    found = place(space_of(vectors, "l2"), vectors.astype(np.float32), vectors[:20].astype(np.float32))
    assert np.linalg.norm(found - vectors[:20], axis=1).mean() < 0.12


def test_without_vector_or_place() -> None:
    space = space_of(np.vstack([np.zeros(3), np.eye(3)]), "cosine")
    points = np.array([[9, 9], [np.nan, np.nan], [1, 2], [1, 2]], np.float32)
    found = place(space, points, np.array([[0, 0, 0], [0, 1, 0]], np.float32))
    assert np.isnan(found[0]).all()
    assert found[1].tolist() == [1, 2]
    assert np.isnan(place(space, np.full((4, 2), np.nan, np.float32), np.eye(3, dtype=np.float32))).all()


def test_fewer_films_than_neighbours() -> None:
    assert NEAREST > 3
    space = space_of(np.eye(3), "cosine")
    assert place(space, np.zeros((3, 2), np.float32), np.eye(3, dtype=np.float32)).shape == (3, 2)
