"""A score drawn as the sum that it is."""

import pandas as pd
import pytest

from core.domain import Addend, Gate, ScoreSum
from core.exploration.parameter_curve import ParameterCurve
from ui.charts.gates import gates_figure
from ui.charts.palette import DARK, LIGHT
from ui.charts.parameter_curve import parameter_curve_figure
from ui.charts.score_sum import LONGEST, score_sum_figure

WHOLE = ScoreSum("EASE", 0.5, (Addend("<b>Heat</b>", 0.8, "1 × 0.8"), Addend("x" * 99, -0.3)), "words")


@pytest.mark.parametrize("ink", [LIGHT, DARK])
def test_each_bar_begins_where_the_one_before_it_ended(ink) -> None:
    (bars,) = score_sum_figure(WHOLE, ink).data
    assert list(bars.x) == [0.8, -0.3, 0.5]
    assert list(bars.base) == [0.0, 0.8, 0.0]
    assert bars.base[1] + bars.x[1] == pytest.approx(bars.x[2]), "the last bar is where they come to"
    assert list(bars.marker.color) == [ink.categories[4], ink.accent, ink.muted]


def test_names_from_outside_are_shown_as_they_are_and_long_ones_cut() -> None:
    figure = score_sum_figure(WHOLE, LIGHT)
    first, second, _ = figure.layout.yaxis.ticktext
    assert "<b>Heat" not in first
    assert len(second) == LONGEST
    assert "x" * 99 in figure.data[0].customdata[1]
    assert "<b>" not in figure.data[0].customdata[0]


def test_a_sum_of_nothing_is_drawn() -> None:
    (bars,) = score_sum_figure(ScoreSum("EASE", 0.0, (), "words"), LIGHT).data
    assert list(bars.x) == [0.0]


def test_what_a_method_ships_with_is_marked() -> None:
    frame = pd.DataFrame({"value": [1, 5, 9], "kept": [3, 10, 4], "first": [0, 1, -1]})
    figure = parameter_curve_figure(ParameterCurve("n_neighbors", 5, frame, 10), ["<i>A</i>", "B"], LIGHT)
    (line,) = figure.data
    assert list(line.marker.symbol) == ["circle", "diamond", "circle"]
    assert list(line.y) == [3, 10, 4]
    assert "<i>" not in line.customdata[0]
    assert line.customdata[2] == "no film"
    assert figure.layout.xaxis.title.text == "N neighbors"


def test_open_gates_are_filled_and_thresholds_drawn() -> None:
    gates = [Gate("<u>War</u>", 0.8, 0.3, True), Gate("Drama", 0.2, 0.4, False)]
    bars, limits = gates_figure(gates, LIGHT).data
    assert list(bars.x) == [0.8, 0.2]
    assert list(bars.marker.color) == [LIGHT.categories[4], "rgba(0,0,0,0)"]
    assert list(limits.x) == [0.3, 0.4]
    assert "<u>" not in gates_figure(gates, LIGHT).layout.yaxis.ticktext[0]
    assert len(gates_figure([Gate("War", 0.8, None, True)], LIGHT).data) == 1
