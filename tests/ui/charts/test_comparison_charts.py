"""Lists on the map and the heat map of methods: what is drawn is what was found."""

import numpy as np
import pandas as pd
import pytest

from core.domain import Answer, Question, Recommendation
from core.exploration.comparison import Column, Comparison
from core.exploration.method_agreement import MethodAgreement
from ui.charts.lists_on_map import SYMBOLS, lists_on_map_figure, lists_on_map_text
from ui.charts.method_agreement import method_agreement_figure
from ui.charts.palette import DARK, LIGHT


def column(label: str, *items: int) -> Column:
    found = tuple(Recommendation(n, i, str(i), f"Film {i}", None, 1.0) for n, i in enumerate(items, 1))
    return Column(Question(method="ease"), label, Answer(found, "ease"))


def frame(n: int = 80, without: int = 7) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    whole = pd.DataFrame(
        {
            "item_index": np.arange(n),
            "x": rng.normal(size=n),
            "y": rng.normal(size=n),
            "label": [f"Film {i} <b>" for i in range(n)],
            "value": "Drama",
            "size": 0.5,
        }
    )
    return whole[whole["item_index"] != without].reset_index(drop=True)


FOUND = Comparison((column("A", 1, 2, 7), column("B", 2, 3), column("<i>C", 2, 1)), (), 3)


@pytest.mark.parametrize("is_dark", [False, True])
def test_every_list_has_its_symbol_and_its_films(is_dark: bool) -> None:
    figure = lists_on_map_figure(frame(), FOUND, DARK if is_dark else LIGHT, is_dark=is_dark)
    drawn = {
        trace.name: trace
        for trace in figure.data
        if trace.type == "scatter" and trace.customdata is not None and trace.showlegend is not False
    }
    assert {name: list(trace.customdata) for name, trace in drawn.items()} == {
        "A": [1, 2],  # 7 has no place
        "B": [2, 3],
        "&lt;i&gt;C": [2, 1],
    }
    assert [trace.marker.symbol for trace in drawn.values()] == [symbol for symbol, _ in SYMBOLS[:3]]
    assert len({trace.marker.color for trace in drawn.values()}) == 3
    places = frame().set_index("item_index")
    assert list(drawn["B"].x) == [places["x"][2], places["x"][3]]
    assert "A: place 2<br>B: place 1<br>&lt;i&gt;C: place 1" in drawn["B"].text[0]
    assert "<b>Film 2 &lt;b&gt;</b>" in drawn["B"].text[0]
    (ring,) = [trace for trace in figure.data if trace.name == "In several lists"]
    assert sorted(ring.x) == sorted([places["x"][1], places["x"][2]])
    assert [note.text for note in figure.layout.annotations] == ["Film 2 &lt;b&gt;"], (
        "what all name has its name"
    )


def test_the_other_films_are_faint_and_silent() -> None:
    figure = lists_on_map_figure(frame(), FOUND, LIGHT, is_dark=False)
    others = [
        trace
        for trace in figure.data
        if trace.type == "scatter" and trace.showlegend is False and trace.opacity
    ]
    assert others
    assert all(
        trace.opacity <= 0.3 and trace.hoverinfo == "skip" and not trace.showlegend for trace in others
    )


def test_names_do_not_stand_on_each_other() -> None:
    together = frame().assign(x=[0.0] * 4 + [float(n) for n in range(75)], y=0.0)
    same = Comparison((column("A", 0, 1, 2), column("B", 0, 1, 2)), (), 3)
    notes = lists_on_map_figure(together, same, LIGHT, is_dark=False).layout.annotations
    shifts = sorted(note.yshift for note in notes)
    assert len(shifts) == 3
    assert min(np.diff(shifts)) >= 15


def test_the_map_in_words() -> None:
    regions = ["space"] * 2 + [""] * 78
    assert lists_on_map_text(frame(), FOUND, regions) == [
        "A: 2 of 3 films are on the map; 1 in space, 1 outside all groups.",
        "B: 2 of 2 films are on the map; 2 outside all groups.",
        "<i>C: 2 of 2 films are on the map; 1 outside all groups, 1 in space.",
        "Ringed, in several lists: Film 2 <b>, Film 1 <b>.",
    ]
    apart = Comparison((column("A", 1), column("B", 2)), (), 1)
    assert lists_on_map_text(frame(), apart) == [
        "A: 1 of 1 films are on the map.",
        "B: 1 of 1 films are on the map.",
        "No film is in several lists.",
    ]


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
