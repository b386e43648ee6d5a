"""What a browser is sent of a map holds every film, its place, its title and its groups."""

import json
import zlib
from base64 import b64decode
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.exploration import map_points
from core.maps.clusters import GROUP, REGION, SUBGROUP, Clustering, Place
from core.serving import Atlas
from ui.map.payload import PLACES, PackedFilms, in_drawing_order, pack_films, pack_heights, pack_items


def unpacked(text: str) -> bytes:
    return zlib.decompress(b64decode(text))


def read(films: PackedFilms) -> tuple[str, dict[str, Any], dict[str, np.ndarray], list[str]]:
    """The key, the head, the columns as whole numbers, and the titles: as `browser/films.js` reads them."""
    key, _, rest = films.content.partition(b"\n")
    line, _, content = zlib.decompress(rest).partition(b"\n")
    head, columns = json.loads(line), {}
    for name, width in head["columns"]:
        size = width * head["n"]
        planes = np.frombuffer(content[:size], np.uint8).reshape(width, head["n"]).astype(np.int64)
        columns[name] = sum(plane << 8 * n for n, plane in enumerate(planes))
        content = content[size:]
    columns["item"] = np.cumsum(columns["item"]) % 2**32
    return key.decode(), head, columns, content.decode().split("\n")


def test_every_film_arrives_whole(atlas: Atlas) -> None:
    frame = in_drawing_order(map_points.map_frame(atlas, "letters"))
    films = pack_films(frame, atlas.clustering("letters"), "a key")
    key, head, columns, titles = read(films)
    assert (key, head["n"]) == (films.key, films.n) == ("a key", 36)
    assert titles == frame["label"].tolist()
    assert columns["item"].tolist() == frame["item_index"].tolist()
    assert sorted(columns["item"]) == list(range(36))
    left, right, low, high = head["bounds"]
    x = left + columns["x"] / PLACES * (right - left)
    y = low + columns["y"] / PLACES * (high - low)
    assert np.allclose(np.column_stack([x, y]), atlas.coordinates("letters")[columns["item"]], atol=1e-4)
    assert (np.diff(columns["fame"]) >= 0).all(), "the best known are drawn last, over the others"
    assert columns["fame"].max() == 255


@pytest.mark.parametrize("space", ["letters", "in three levels", "of an older version", "without groups"])
def test_a_film_lies_in_its_place_and_those_around_it(atlas: Atlas, space: str) -> None:
    groups = clusterings(atlas)[space]
    frame = in_drawing_order(map_points.map_frame(atlas, "letters"))
    _, head, columns, _ = read(pack_films(frame, groups, "key"))
    assert [place["name"] for place in head["names"]] == [place.name for place in groups.tree]
    for first, level in zip(head["levels"], (0, 1, 2), strict=True):
        assert first == 0 or head["names"][first]["level"] == level
    for item, place in zip(columns["item"], columns["place"], strict=True):
        found, number = [-1, -1, -1], place - 1
        while number >= 0:
            level = head["names"][number]["level"]
            found[level] = number - head["levels"][level]
            number = head["names"][number]["parent"]
        assert found == groups.levels[item].tolist()


def clusterings(atlas: Atlas) -> dict[str, Clustering]:
    """Of an atlas of 36 films: as built, with subgroups in one of two groups, without any, and without groups."""
    own = atlas.clustering("letters")
    rows = np.arange(36)
    levels = np.stack([rows * 0, rows % 2, np.where(rows % 2, rows % 3, -1)], axis=1)
    levels[5] = -1
    parents = {REGION: [-1], GROUP: [0, 0], SUBGROUP: [2, 2, 2]}
    tree = tuple(
        Place(f"{level} {number}", level, parent, 9, 0.0, 0.0, 0.1)
        for level, around in parents.items()
        for number, parent in enumerate(around)
    )
    older = Clustering.from_json(own.labels, own.to_json())
    return {
        "letters": own,
        "in three levels": replace(own, levels=levels, tree=tree),
        "of an older version": older,
        "without groups": replace(own, levels=np.full((36, 3), -1), tree=()),
    }


@pytest.mark.parametrize("rows", [[3, 5], [7], []])
def test_only_films_of_the_frame_are_sent(atlas: Atlas, rows: list[int]) -> None:
    every = map_points.map_frame(atlas, "letters")
    frame = in_drawing_order(every.iloc[rows])
    _, head, columns, titles = read(pack_films(frame, atlas.clustering("letters"), "key", around=every))
    assert head["n"] == len(rows)
    assert sorted(columns["item"]) == rows
    assert titles == (frame["label"].tolist() or [""])


def test_large_numbers_in_any_order_come_back(atlas: Atlas) -> None:
    every = map_points.map_frame(atlas, "letters").iloc[[0, 1, 2, 3]]
    items = [70_000, 3, 999_999, 65_536]
    own = atlas.clustering("letters")
    many = replace(own, levels=np.full((1_000_000, 3), -1))
    _, _, columns, _ = read(pack_films(every.assign(item_index=items), many, "key"))
    assert columns["item"].tolist() == items


def test_a_title_of_two_lines_is_one(atlas: Atlas) -> None:
    frame = map_points.map_frame(atlas, "letters").iloc[:2].assign(label=["One\nTwo", "Three"])
    assert read(pack_films(frame, atlas.clustering("letters"), "key"))[3] == ["One Two", "Three"]


def test_items_and_heights() -> None:
    assert np.frombuffer(unpacked(pack_items([5, 70_000])), "<u4").tolist() == [5, 70_000]
    grid = np.array([[0, 0.5], [1, 7]], np.float32)
    assert list(b64decode(pack_heights(grid))) == [0, 128, 255, 255]


@pytest.mark.parametrize("n", [0, 1])
def test_few_or_no_items(n: int) -> None:
    assert len(unpacked(pack_items(list(range(n))))) == 4 * n
