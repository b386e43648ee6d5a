"""What a browser is sent of a map holds every film, its place, its title and its groups."""

import zlib
from base64 import b64decode

import numpy as np
import pytest

from core.exploration import map_points
from core.serving import Atlas
from ui.map.payload import PLACES, in_drawing_order, pack_films, pack_heights, pack_items


def unpacked(text: str) -> bytes:
    return zlib.decompress(b64decode(text))


def test_every_film_arrives_whole(atlas: Atlas) -> None:
    frame = in_drawing_order(map_points.map_frame(atlas, "letters"))
    groups = atlas.clustering("letters")
    told = pack_films(frame, groups, "a key")
    content, at, columns = unpacked(told["blob"]), 0, {}
    for name, kind in told["columns"]:
        dtype = np.dtype(kind).newbyteorder("<")
        columns[name] = np.frombuffer(content, dtype, told["n"], at)
        at += dtype.itemsize * told["n"]
    assert content[at:].decode().split("\n") == frame["label"].tolist()
    items = columns["item"].astype(int)
    assert sorted(items) == list(range(36))
    left, right, low, high = told["bounds"]
    x = left + columns["x"] / PLACES * (right - left)
    y = low + columns["y"] / PLACES * (high - low)
    assert np.allclose(np.column_stack([x, y]), atlas.coordinates("letters")[items], atol=1e-4)
    for level, name in enumerate(("region", "group", "fine")):
        assert (columns[name].astype(int) - 1).tolist() == groups.levels[items, level].tolist()
    fame = columns["fame"].astype(float)
    assert (np.diff(fame) >= 0).all(), "the best known are drawn last, over the others"
    assert fame.max() == 255
    for first, level in zip(told["levels"], (0, 1), strict=False):
        assert told["names"][first]["level"] == level


def test_films_without_a_place_are_not_sent(atlas: Atlas) -> None:
    frame = map_points.map_frame(atlas, "letters").iloc[[3, 5]]
    told = pack_films(in_drawing_order(frame), atlas.clustering("letters"), "key")
    assert told["n"] == 2


def test_a_title_of_two_lines_is_one(atlas: Atlas) -> None:
    frame = map_points.map_frame(atlas, "letters").iloc[:2].assign(label=["One\nTwo", "Three"])
    told = pack_films(frame, atlas.clustering("letters"), "key")
    assert unpacked(told["blob"]).endswith(b"One Two\nThree")


def test_items_and_heights() -> None:
    assert np.frombuffer(unpacked(pack_items([5, 70_000])), "<u4").tolist() == [5, 70_000]
    grid = np.array([[0, 0.5], [1, 7]], np.float32)
    assert list(b64decode(pack_heights(grid))) == [0, 128, 255, 255]


@pytest.mark.parametrize("n", [0, 1])
def test_few_or_no_items(n: int) -> None:
    assert len(unpacked(pack_items(list(range(n))))) == 4 * n
