"""A map that is drawn again lies like the one before."""

import numpy as np
import pytest

from core.embeddings import Space, Stamp
from core.maps.continuity import Earlier, aligned, moved, start_from
from core.maps.placing import place


def test_a_map_that_was_turned_mirrored_scaled_and_shifted_comes_back() -> None:
    rng = np.random.default_rng(0)
    before = rng.normal(size=(50, 2)).astype(np.float32)
    turn = np.array([[np.cos(2.0), -np.sin(2.0)], [np.sin(2.0), np.cos(2.0)]]) @ np.diag([1, -1])
    points = (3.7 * before @ turn + [5, -8]).astype(np.float32)
    rows = np.arange(50) < 30
    points[40] = np.nan
    found = aligned(points, before, rows)
    np.testing.assert_allclose(np.delete(found, 40, 0), np.delete(before, 40, 0), atol=1e-4)
    assert np.isnan(found[40]).all()
    assert moved(found, before, rows) == pytest.approx(0, abs=1e-5)


def test_no_similar_map_lies_nearer_to_the_one_before() -> None:
    rng = np.random.default_rng(1)
    before = rng.normal(size=(40, 2)).astype(np.float32)
    points = (before @ [[0.2, 1.1], [-0.9, 0.3]] + rng.normal(size=(40, 2))).astype(np.float32)
    rows = np.ones(40, bool)
    found = aligned(points, before, rows)
    least = ((found - before) ** 2).sum()
    for _ in range(300):
        a, scale, shift = rng.normal(0, 0.05), 1 + rng.normal(0, 0.05), rng.normal(0, 0.05, 2)
        turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
        assert (((scale * found @ turn + shift) - before) ** 2).sum() >= least - 1e-4


def test_how_far_films_have_moved_is_a_share_of_the_width() -> None:
    before = np.stack([np.linspace(0, 10, 1001), np.zeros(1001)], axis=1).astype(np.float32)
    points = before + np.float32([0, 0.98])
    points[:200] += 5  # fewer than half
    rows = np.ones(1001, bool)
    assert moved(points, before, rows) == pytest.approx(0.1, abs=1e-3)


def test_films_begin_where_they_were_and_new_ones_by_their_nearest() -> None:
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(30, 4)).astype(np.float32)
    vectors[9] = 0
    space = Space("s", vectors, Stamp("s", "1", 4))
    ids = [f"m{n}" for n in range(30)]
    earlier = Earlier([*reversed(ids[:20]), "gone"], rng.normal(size=(21, 2)).astype(np.float32))
    earlier.coordinates[0] = np.nan  # m19 had no place
    start, was_there = start_from(space, ids, earlier)
    assert np.flatnonzero(was_there).tolist() == [n for n in range(19) if n != 9]
    for n in np.flatnonzero(was_there):
        np.testing.assert_array_equal(start[n], earlier.coordinates[19 - n])
    assert np.isnan(start[9]).all()
    only = np.where(was_there[:, None], start, np.nan)
    np.testing.assert_allclose(start[[19, 25]], place(space, only, vectors[[19, 25]]))
