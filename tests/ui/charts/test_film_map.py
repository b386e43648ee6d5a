"""The map: what its colours mean stands below it, and a group's name looks like its films."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from core.exploration import map_points
from core.maps.clusters import Cluster
from core.serving import Atlas
from ui.charts.film_map import FOOT, LEVELS, add_found, map_figure
from ui.charts.group_marks import SHAPES, group_marks
from ui.charts.palette import DARK, LIGHT, Ink
from ui.charts.points import FEW


def clusters(n: int) -> list[Cluster]:
    """Groups on a line, neighbours beside each other, of falling size."""
    return [Cluster(f"Group {i}: a<b", "Region", 100 - i, ("", 0), (), float(i), 0.0) for i in range(n)]


def frame(value: list[object]) -> pd.DataFrame:
    n = len(value)
    return pd.DataFrame(
        {
            "item_index": range(n),
            "x": np.linspace(0, n, n),
            "y": np.zeros(n),
            "label": "Film",
            "value": value,
            "size": 0.5,
        }
    )


@pytest.mark.parametrize("ink", [LIGHT, DARK])
@pytest.mark.parametrize("n", [3, 13, 39])
def test_every_group_has_a_mark_of_its_own(ink: Ink, n: int) -> None:
    marks = group_marks(clusters(n), ink)
    assert len(marks) == n
    assert len({(mark.colour, mark.shape) for mark in marks.values()}) == n
    assert len({mark.colour for mark in marks.values()}) == min(n, len(ink.categories))
    colours = [marks[one.name].colour for one in clusters(n)]
    assert all(a != b for a, b in pairwise(colours)), "neighbours differ in colour"


def test_more_groups_than_marks_and_places_that_are_not_known() -> None:
    many = [Cluster(f"{i}", "", 1, ("", 0), (), float("nan"), float("nan")) for i in range(50)]
    assert len(group_marks(many, LIGHT)) == 50


def test_the_names_of_groups_look_like_their_films() -> None:
    groups = clusters(13)
    figure = map_figure(
        frame([one.name for one in groups] + [""]), LIGHT, title="Group", clusters=groups, groups=groups
    )
    signs = dict(SHAPES)
    points = {trace.customdata[0]: trace for trace in figure.data if trace.type == "scatter"}
    assert len(points) == 14
    named = 0
    for one in groups:
        place = groups.index(one)
        trace = next(t for t in points.values() if t.customdata.tolist() == [place])
        for note in figure.layout.annotations:
            if f"{one.name.partition(':')[0]}</b>" in note.text:
                assert trace.marker.color in note.text
                assert f">{signs[trace.marker.symbol]}</span>" in note.text
                assert "a&lt;b" in note.text
                named += 1
        assert trace.showlegend is False, "its name stands on the map"
    assert named >= 6
    assert [t.showlegend for t in points.values()].count(True) == 1, "films of no group"


def test_by_any_other_colour_names_are_plain() -> None:
    groups = clusters(3)
    figure = map_figure(frame(["Drama", "Comedy", ""]), LIGHT, title="Genre", clusters=groups)
    assert figure.layout.annotations
    assert not any("span" in note.text for note in figure.layout.annotations)
    assert all(trace.showlegend is not False for trace in figure.data)


@pytest.mark.parametrize("title", ["Rating", "Number of ratings"])
def test_the_colours_of_numbers_stand_below_the_map_and_unknown_ones_are_counted(title: str) -> None:
    figure = map_figure(frame([1.0, 2.0, 3.0, np.nan, np.nan]), LIGHT, title=title)
    bar = figure.data[-1].marker.colorbar
    assert (bar.orientation, bar.y, bar.yanchor, bar.x, bar.xanchor) == ("h", 0, "top", 0, "left")
    assert bar.lenmode == "pixels"
    assert figure.layout.margin.b == FOOT
    assert next(t.name for t in figure.data if t.type == "scatter") == "Unknown (2)"
    assert (figure.layout.legend.x, figure.layout.legend.xanchor) == (1, "right")


def test_the_groups_of_the_map_are_those_that_are_named(atlas: Atlas) -> None:
    space = atlas.space_names[0]
    names = {cluster.name for cluster in atlas.clustering(space).clusters}
    values = set(map_points.map_frame(atlas, space, "Group")["value"])
    assert values - {""} <= names
    assert len(values - {""}) == len(names)
    regions = {cluster.region for cluster in atlas.clustering(space).clusters}
    assert set(map_points.regions(atlas, space)) - {""} <= regions


def test_a_map_that_is_only_looked_at_sends_no_titles_and_no_ids() -> None:
    whole, still = (
        map_figure(frame(["Drama"] * 60), LIGHT, title="Genre", is_still=is_still)
        for is_still in (False, True)
    )
    points = next(trace for trace in still.data if trace.type == "scatter")
    assert points.text is None
    assert points.customdata is None
    assert points.hovertemplate is None
    assert len(still.to_json()) < len(whole.to_json())


def test_points_are_as_large_as_said_in_few_bytes() -> None:
    figure = map_figure(frame(["Drama"] * 60), LIGHT, title="Genre")
    points = next(trace for trace in figure.data if trace.type == "scatter")
    assert points.marker.size.dtype == np.uint8
    assert points.customdata.dtype == np.uint8
    pixels = points.marker.size / points.marker.sizeref
    assert pixels == pytest.approx((12.5 - 2.1 * np.log10(60)) * (0.75 + 0.9 * 0.5), abs=0.05)
    heights = figure.data[0].z
    assert (heights.dtype, int(heights.max())) == (np.dtype(np.uint8), LEVELS)


def test_films_are_pointed_out_by_name() -> None:
    rows = frame(["Drama"] * 3)
    figure = map_figure(rows, LIGHT, title="Genre")
    before = len(figure.data)
    add_found(figure, rows, [7], LIGHT)
    assert len(figure.data) == before, "a film without a place"
    add_found(figure, rows, [2, 0], LIGHT)
    assert list(figure.data[-1].customdata) == [0, 2]


@pytest.mark.parametrize(("n", "kind"), [(60, "scatter"), (FEW, "scatter"), (FEW + 1, "scattergl")])
def test_few_films_are_shapes_and_many_are_drawn_by_webgl(n: int, kind: str) -> None:
    figure = map_figure(frame(["Drama", ""] * (n // 2) + [""] * (n % 2)), LIGHT, title="Genre")
    assert {trace.type for trace in figure.data[1:]} == {kind}
