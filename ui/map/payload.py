"""A map's films and colours in few bytes, as `browser/films.js` unpacks them; nothing here knows Streamlit."""

import json
import zlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
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


@dataclass(frozen=True)
class PackedFilms:
    """The films of a map as a browser is sent them.

    Attributes:
        key: What the browser knows them by.
        n: How many.
        content: The key and a line break; then, compressed (zlib), a line of JSON, the columns, and the titles, a line each.
            A column is all lowest bytes of its numbers, then all second ones, and so on: those compress better side by side.
    """

    key: str
    n: int
    content: bytes


def packed(values: npt.NDArray[Any]) -> str:
    """Numbers, little-endian, compressed (zlib) and as text."""
    return b64encode(zlib.compress(_little(values).tobytes(), COMPRESSION)).decode("ascii")


def pack_films(
    frame: pd.DataFrame, clustering: Clustering, key: str, around: pd.DataFrame | None = None
) -> PackedFilms:
    """The films of a map with their places, titles and groups, and the names of the groups.

    Args:
        frame: From `core.exploration.map_points.map_frame`; drawn in the order that `in_drawing_order` gives.
        clustering: The groups.
        key: What the browser knows them by, without a line break.
        around: All films of the map, where these are a part of them; None = these are all.
    """
    items = frame["item_index"].to_numpy(np.uint32)
    points = frame[["x", "y"]].to_numpy(np.float64)
    low, high = (points.min(0), points.max(0)) if len(points) else (np.zeros(2), np.ones(2))
    places = np.round((points - low) / np.maximum(high - low, 1e-9) * PLACES).astype(np.uint16)
    everywhere = points if around is None else around[["x", "y"]].to_numpy(np.float64)
    first, last = np.quantile(everywhere, SEEN_FIRST, axis=0)
    levels = [next((n for n, p in enumerate(clustering.tree) if p.level == level), 0) for level in range(3)]
    numbers = clustering.levels[items]
    columns = {
        "x": places[:, 0],
        "y": places[:, 1],
        # steps from film to film: among equally famous ones they are short
        "item": np.diff(items, prepend=np.uint32(0)),
        "fame": np.round(frame["size"].to_numpy() * 255).astype(np.uint8),
        # the narrowest place in the tree, from 1, 0 = none; the wider ones lie around it
        "place": (np.where(numbers < 0, -1, numbers + levels).max(axis=1) + 1).astype(np.uint16),
    }
    head = {
        "n": len(frame),
        "columns": [[name, column.dtype.itemsize] for name, column in columns.items()],
        "bounds": _bounds(low, high),
        "first": _bounds(first, last),
        "names": [asdict(place) for place in clustering.tree],
        "levels": levels,
    }
    titles = "\n".join(label.replace("\n", " ") for label in frame["label"])
    content = [json.dumps(head).encode(), b"\n", *map(_bytewise, columns.values()), titles.encode()]
    return PackedFilms(key, len(frame), key.encode() + b"\n" + zlib.compress(b"".join(content), COMPRESSION))


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


def _bytewise(values: npt.NDArray[Any]) -> bytes:
    """All lowest bytes, then all second ones, and so on."""
    return _little(values).view(np.uint8).reshape(-1, values.dtype.itemsize).T.tobytes()


def _little(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """As one piece of memory, little-endian."""
    return np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
