"""A map's films and colours in few bytes, as `ui/widgets/browser/map` unpacks them; nothing here knows Streamlit."""

import zlib
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.maps.clusters import Clustering
from core.types import IndexVector

COMPRESSION = 6
PLACES = 65_535
"""Places along each side of the map: a pixel at forty times the first zoom of a screen 1,600 pixels wide."""
SEEN_FIRST = (0.002, 0.998)
"""Quantiles of the films that are in view at first; the few others are found by zooming out."""


def packed(values: npt.NDArray[Any]) -> str:
    """Numbers, little-endian, compressed (zlib) and as text."""
    little = values.astype(values.dtype.newbyteorder("<"), copy=False)
    return b64encode(zlib.compress(little.tobytes(), COMPRESSION)).decode("ascii")


def pack_films(
    frame: pd.DataFrame, clustering: Clustering, key: str, around: pd.DataFrame | None = None
) -> dict[str, Any]:
    """The films of a map with their places, titles and groups, and the names of the groups.

    Args:
        frame: From `core.exploration.map_points.map_frame`; drawn in the order that `in_drawing_order` gives.
        clustering: The groups.
        key: What the browser knows them by.
        around: All films of the map, where these are a part of them; None = these are all.
    """
    items = frame["item_index"].to_numpy(np.uint32)
    points = frame[["x", "y"]].to_numpy(np.float64)
    low, high = (points.min(0), points.max(0)) if len(points) else (np.zeros(2), np.ones(2))
    places = np.round((points - low) / np.maximum(high - low, 1e-9) * PLACES).astype(np.uint16)
    everywhere = points if around is None else around[["x", "y"]].to_numpy(np.float64)
    first, last = np.quantile(everywhere, SEEN_FIRST, axis=0)
    columns = {
        "x": places[:, 0],
        "y": places[:, 1],
        "item": items,
        "fame": np.round(frame["size"].to_numpy() * 255).astype(np.uint8),
        "region": (clustering.levels[items, 0] + 1).astype(np.uint8),
        "group": (clustering.levels[items, 1] + 1).astype(np.uint8),
        "fine": (clustering.levels[items, 2] + 1).astype(np.uint16),
    }
    titles = "\n".join(label.replace("\n", " ") for label in frame["label"])
    content = b"".join(_little(column).tobytes() for column in columns.values()) + titles.encode()
    return {
        "key": key,
        "n": len(frame),
        "columns": [[name, f"u{column.dtype.itemsize}"] for name, column in columns.items()],
        "bounds": _bounds(low, high),
        "first": _bounds(first, last),
        "names": [
            {"name": p.name, "level": p.level, "size": p.size, "x": p.x, "y": p.y, "spread": p.spread}
            for p in clustering.tree
        ],
        "levels": [
            next((n for n, p in enumerate(clustering.tree) if p.level == level), 0) for level in range(3)
        ],
        "blob": b64encode(zlib.compress(content, COMPRESSION)).decode("ascii"),
    }


def in_drawing_order(frame: pd.DataFrame) -> pd.DataFrame:
    """The films, the best known last, so that they lie on top."""
    return frame.sort_values(["size", "item_index"], kind="stable").reset_index(drop=True)


def pack_items(items: Sequence[int] | IndexVector) -> str:
    """Films by item_index."""
    return packed(np.asarray(items, np.uint32))


def pack_heights(heights: npt.NDArray[np.float32]) -> str:
    """(g, g) heights from 0 to 1, the lowest row first."""
    return b64encode(np.round(np.clip(heights, 0, 1) * 255).astype(np.uint8).tobytes()).decode("ascii")


def _bounds(low: npt.NDArray[Any], high: npt.NDArray[Any]) -> list[float]:
    """Left, right, low, high."""
    return [round(float(value), 5) for value in (low[0], high[0], low[1], high[1])]


def _little(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return values.astype(values.dtype.newbyteorder("<"), copy=False)
