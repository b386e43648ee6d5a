"""Pictures of an evaluation: what is full and joined, what is muted, and names that are shown as they are."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from ui.charts.curves import curve_figure
from ui.charts.evaluation import against_figure
from ui.charts.palette import LIGHT


def three(x: tuple[float, ...] = (4.0, 1.0, 5.0)) -> pd.DataFrame:
    ends = {f"{axis}_{end}": np.nan for axis in "xy" for end in ("low", "high")}
    frame = pd.DataFrame({"method": ["A", "<b>B", "C"], "x": x, "y": [0.5, 0.3, 0.2]})
    return frame.assign(**ends, is_efficient=[True, True, False])


BORDER = pd.DataFrame({"x": [1.0, 4.0, 4.0], "y": [0.3, 0.3, 0.5]})
NOTHING = BORDER.iloc[:0]


def test_efficient_methods_are_full_in_the_accent_colour_and_joined() -> None:
    figure = against_figure(three(), BORDER, LIGHT, x_title="Novelty", y_title="nDCG")
    line, points = figure.data
    assert line.mode == "lines"
    assert line.line.color == LIGHT.accent
    assert list(zip(line.x, line.y, strict=True)) == [(1.0, 0.3), (4.0, 0.3), (4.0, 0.5)]
    assert list(points.marker.color) == [LIGHT.accent, LIGHT.accent, LIGHT.muted]
    assert list(points.marker.symbol) == ["circle", "circle", "circle-open"], "not by colour alone"
    assert list(points.text) == ["A", "&lt;b&gt;B", "C"]


def test_without_a_border_there_is_no_line() -> None:
    (points,) = against_figure(three(), NOTHING, LIGHT, x_title="Novelty", y_title="nDCG").data
    assert points.mode == "markers"


def test_a_time_of_nothing_has_its_place_on_points_and_line_alike() -> None:
    border = BORDER.assign(x=[0.0, 4.0, 4.0])
    line, points = against_figure(
        three((4.0, 0.0, 5.0)), border, LIGHT, x_title="Learns in", y_title="nDCG", log_x=True
    ).data
    assert points.x[1] == line.x[0] == 2.0


def over(leading: int, others: int) -> pd.DataFrame:
    rows = [
        (f"<i>{number}", k, number + k / 100, number, number + 1, 7, number >= others)
        for number in range(leading + others)
        for k in (1, 5, 10)
    ]
    return pd.DataFrame(rows, columns=["method", "k", "mean", "low", "high", "n_users", "is_leading"])


def lines(figure: go.Figure) -> dict[str, go.Scatter]:
    return {line.hovertemplate.partition(",")[0]: line for line in figure.data}


def test_no_method_is_dropped_and_only_the_leading_ones_have_colours() -> None:
    figure = curve_figure(over(2, 3), LIGHT, title="nDCG@k", given="k", over="k")
    found = lines(figure)
    assert set(found) == {f"&lt;i&gt;{number}" for number in range(5)}
    muted = [found[f"&lt;i&gt;{number}"] for number in range(3)]
    assert {line.line.color for line in muted} == {LIGHT.muted}
    assert [line.showlegend for line in muted] == [True, False, False]
    assert muted[0].name == "3 others"
    best = found["&lt;i&gt;4"]
    assert best.line.color == LIGHT.categories[0]
    assert best.name == "&lt;i&gt;4"
    assert list(best.error_y.array) == pytest.approx([5 - (4 + k / 100) for k in (1, 5, 10)])
    assert list(figure.layout.xaxis.ticktext) == [1, 5, 10]
    assert list(best.x) == [0, 1, 2]
    assert best.customdata[0].tolist() == [4, 5]


def test_a_curve_that_ends_early_is_drawn_too() -> None:
    frame = over(2, 0).drop(columns="is_leading").rename(columns={"k": "n_known"})
    frame = frame[(frame["method"] == "<i>0") | (frame["n_known"] < 10)]
    found = lines(curve_figure(frame, LIGHT, title="nDCG"))
    assert {name: len(line.x) for name, line in found.items()} == {"&lt;i&gt;0": 3, "&lt;i&gt;1": 2}
