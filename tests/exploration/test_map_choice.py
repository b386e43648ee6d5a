"""Which films are chosen on a map, from text that anybody may have written."""

import numpy as np
import pytest

from core.domain import Filters
from core.errors import InvalidQueryError
from core.exploration.map_choice import MapChoice, called, chosen_films, inside, read_choice
from core.serving import Atlas


def crossings(point: np.ndarray, polygon: np.ndarray) -> bool:  # type: ignore[type-arg]
    """The even-odd rule with a ray to the right, one edge at a time."""
    found = False
    for n in range(len(polygon)):
        (xa, ya), (xb, yb) = polygon[n], polygon[n - 1]
        if (ya > point[1]) != (yb > point[1]) and point[0] < xa + (point[1] - ya) * (xb - xa) / (yb - ya):
            found = not found
    return found


@pytest.mark.parametrize("corners", [3, 4, 9, 40])
def test_inside_a_polygon(corners: int) -> None:
    rng = np.random.default_rng(corners)
    points, polygon = rng.normal(size=(300, 2)).astype(np.float32), rng.normal(size=(corners, 2))
    points[7] = np.nan
    wanted = [crossings(point, polygon) if not np.isnan(point[0]) else False for point in points]
    assert inside(points, polygon).tolist() == wanted
    assert any(wanted)


def test_a_square() -> None:
    points = np.array([[0.5, 0.5], [1.5, 0.5], [0.5, -0.1], [np.nan, np.nan]], np.float32)
    assert inside(points, np.array([[0, 0], [1, 0], [1, 1], [0, 1]])).tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    "choice",
    [
        MapChoice("filter"),
        MapChoice("group", "minilm", level=2, number=17),
        MapChoice("loop", "minilm", ((0.5, -1.25), (3, 4), (1e-3, 0))),
    ],
)
def test_written_and_read(choice: MapChoice) -> None:
    assert read_choice(choice.written()) == choice


@pytest.mark.parametrize(
    "text",
    [
        "",
        "loop",
        "loop minilm 0,0 1,1",
        "loop minilm 0,0 1,1 nan,1",
        "loop minilm 0,0 1,1 1e9,1",
        "loop minilm 0,0 1,1 inf,1",
        "loop minilm 0,0 1,1 1;2",
        "loop minilm " + "0,0 " * 500,
        "group minilm 3 0",
        "group minilm 1 -1",
        "group minilm 1",
        "filter x",
        "<script>alert(1)</script>",
        "group minilm one 2",
    ],
)
def test_what_is_no_choice(text: str) -> None:
    with pytest.raises(InvalidQueryError):
        read_choice(text)


def test_films_of_a_choice(atlas: Atlas) -> None:
    nothing = Filters()
    everything = MapChoice("loop", "letters", ((-9, -9), (9, -9), (9, 9), (-9, 9)))
    assert chosen_films(atlas, everything, nothing).tolist() == list(range(36))
    groups = atlas.clustering("letters")
    found = [
        chosen_films(atlas, MapChoice("group", "letters", level=1, number=n), nothing).tolist()
        for n in range(len(groups.clusters))
    ]
    assert sorted(item for group in found for item in group) == list(range(36))
    years = Filters(years=(1990, 1999))
    passing = chosen_films(atlas, MapChoice("filter"), years)
    assert 0 < len(passing) < 36
    assert set(atlas.catalog.items["year"].iloc[passing] // 10) == {199}
    assert called(atlas, MapChoice("group", "letters", level=1)) == f"the group “{groups.places(1)[0].name}”"


@pytest.mark.parametrize(
    "choice",
    [
        MapChoice("loop", "nothing", ((0, 0), (1, 0), (0, 1))),
        MapChoice("group", "letters", level=1, number=99),
    ],
)
def test_a_map_or_a_group_that_is_not_there(atlas: Atlas, choice: MapChoice) -> None:
    with pytest.raises(InvalidQueryError):
        chosen_films(atlas, choice, Filters())
