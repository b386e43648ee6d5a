"""A part of a very large map holds everything that can be in view, and many views share it."""

from base64 import b64decode

import numpy as np
import pandas as pd
import pytest

from ui.map.parts import GROUND, ground_of, part_in_view
from ui.map.payload import SEEN_FIRST


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(20_000, 2)) * [1, 0.6]
    return pd.DataFrame({"x": points[:, 0], "y": points[:, 1]})


@pytest.mark.parametrize("zoom", [1, 1.5, 2, 3.9, 8, 33])
@pytest.mark.parametrize("aspect", [0.5, 1, 2])
def test_all_that_is_in_view_is_in_the_part(frame: pd.DataFrame, zoom: float, aspect: float) -> None:
    first, last = frame.quantile(SEEN_FIRST[0]), frame.quantile(SEEN_FIRST[1])
    fits = (
        0.95 * min(aspect / (last["x"] - first["x"]), 1 / (last["y"] - first["y"])) * zoom
    )  # heights of the picture
    rng = np.random.default_rng(int(zoom * 10))
    for x, y in rng.uniform(-0.5, 0.5, (20, 2)):
        part = part_in_view(frame, (x, y, zoom))
        seen = frame[(abs(frame["x"] - x) <= aspect / 2 / fits) & (abs(frame["y"] - y) <= 0.5 / fits)]
        assert set(seen.index) <= set(part.of(frame).index)


def test_small_moves_keep_the_part(frame: pd.DataFrame) -> None:
    assert part_in_view(frame, (0.1, 0.1, 4)) == part_in_view(frame, (0.11, 0.1, 4.5))
    assert part_in_view(frame, None) == part_in_view(frame, (0.0, 0.0, 1.9))


def test_the_nearer_the_fewer(frame: pd.DataFrame) -> None:
    counts = [len(part_in_view(frame, (0.0, 0.0, zoom)).of(frame)) for zoom in (1, 2, 4, 8, 16, 32)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == len(frame)
    assert counts[-1] < len(frame) / 12


def test_the_ground_is_high_where_many_lie(frame: pd.DataFrame) -> None:
    told = ground_of(frame)
    heights = np.frombuffer(b64decode(told["grid"]), np.uint8).reshape(GROUND, GROUND)
    left, right, low, high = told["bounds"]
    assert right - left == pytest.approx(high - low, abs=1e-3), "a square"
    column = int((0 - left) / (right - left) * GROUND)
    row = int((0 - low) / (high - low) * GROUND)
    assert heights[row - 9 : row + 9, column - 9 : column + 9].mean() > 60
    assert heights[5, 5] == 0
