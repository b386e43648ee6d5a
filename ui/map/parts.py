"""A map of very many films in parts: the density of all, and the films around what is in view."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.ndimage import gaussian_filter

from ui.map.payload import SEEN_FIRST, pack_heights

GROUND = 384
"""Cells of the density's side."""
REACH = 1.1
"""Side of a part that is not enlarged, in larger sides of the map."""
STEPS = 2.5
"""Half the side of a part, in steps of its grid: whatever is in view of a picture up to twice as wide as high, or as high as
wide, lies in it, as does what a short move finds."""


@dataclass(frozen=True)
class Part:
    """A square of the map.

    Attributes:
        name: The same for all views that it serves.
        x, y: Its middle.
        half: Half of its side.
    """

    name: str
    x: float
    y: float
    half: float

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The films in it."""
        inside = (abs(frame["x"] - self.x) <= self.half) & (abs(frame["y"] - self.y) <= self.half)
        return frame[inside]


def part_in_view(frame: pd.DataFrame, look: tuple[float, float, float] | None) -> Part:
    """The part around what is in view.

    Its side halves whenever the view is enlarged twice, and its middle keeps to a grid of half its view, so that small moves
    and other visitors find the same part.

    Args:
        frame: All films of the map.
        look: Middle of the view, and how many times it is enlarged; None = everything.
    """
    points = frame[["x", "y"]].to_numpy(np.float64)
    first, last = np.quantile(points, SEEN_FIRST, axis=0)
    reach = float((last - first).max()) * REACH
    x, y, zoom = look or (*((first + last) / 2), 1.0)
    level = max(0, int(np.floor(np.log2(max(zoom, 1.0)))))
    step = reach / 2**level / 2
    column, row = round(float(x) / step), round(float(y) / step)
    return Part(f"{level}/{column}/{row}", column * step, row * step, step * STEPS)


def ground_of(frame: pd.DataFrame) -> dict[str, Any]:
    """Where all films of a map lie, as heights of a square grid."""
    points = frame[["x", "y"]].to_numpy(np.float64)
    low, high = points.min(0), points.max(0)
    middle, half = (low + high) / 2, float((high - low).max()) / 2 * 1.05
    bounds = [middle[0] - half, middle[0] + half, middle[1] - half, middle[1] + half]
    counts, _, _ = np.histogram2d(points[:, 1], points[:, 0], bins=GROUND, range=[bounds[2:], bounds[:2]])
    smooth = gaussian_filter(counts, 1.2)
    top = float(np.quantile(smooth[smooth > 0], 0.995)) if (smooth > 0).any() else 1.0
    heights = np.sqrt(np.clip(smooth / top, 0, 1)).astype(np.float32)
    return {"grid": pack_heights(heights), "side": GROUND, "bounds": [round(float(b), 5) for b in bounds]}
