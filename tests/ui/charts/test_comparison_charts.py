"""The heat map of methods: what is drawn is what was found."""

import numpy as np

from core.exploration.method_agreement import MethodAgreement
from ui.charts.method_agreement import method_agreement_figure
from ui.charts.palette import DARK, LIGHT


def test_the_heat_map_shows_the_numbers() -> None:
    rbo = np.array([[1, 0.256], [0.256, 1]])
    overlap = np.array([[1, 0.5], [0.5, 1]])
    found = MethodAgreement(("ease", "x"), ("EASE", "<b>X"), ((1,), (2,)), overlap, rbo, {}, 10)
    figure = method_agreement_figure(found, LIGHT)
    (cells,) = figure.data
    assert cells.text[0][1] == "26"
    assert cells.z[0][1] == 0.256
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert list(axis.tickvals) == list(cells.x) == list(cells.y) == [0, 1]
        assert list(axis.ticktext) == ["EASE", "&lt;b&gt;X"]
    (cells,) = method_agreement_figure(found, DARK, measure="overlap").data
    assert cells.text[1][0] == "50"
