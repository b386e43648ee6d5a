"""Lists on the map: what is marked is what was found."""

import numpy as np
import pandas as pd
import pytest

from core.domain import Answer, Question, Recommendation
from core.exploration.comparison import Column, Comparison
from ui.map import lists
from ui.map.lists import HUES, MARKS, comparison_marks, list_marks, lists_on_map_text


def column(label: str, *items: int) -> Column:
    found = tuple(Recommendation(n, i, str(i), f"Film {i}", None, 1.0) for n, i in enumerate(items, 1))
    return Column(Question(method="ease"), label, Answer(found, "ease"))


def frame(n: int = 80, without: int = 7) -> pd.DataFrame:
    whole = pd.DataFrame({"item_index": np.arange(n), "label": [f"Film {i} <b>" for i in range(n)]})
    return whole[whole["item_index"] != without].reset_index(drop=True)


FOUND = Comparison((column("A", 1, 2, 7), column("B", 2, 3), column("<i>C", 2, 1)), (), 3)


@pytest.mark.parametrize("is_dark", [False, True])
def test_every_list_has_its_mark_and_its_films(is_dark: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "is_dark", lambda: is_dark)
    marks = comparison_marks(FOUND, "#888888")
    assert [(mark["title"], mark["items"]) for mark in marks] == [
        ("A", [1, 2, 7]),
        ("B", [2, 3]),
        ("<i>C", [2, 1]),
        ("In several lists", [1, 2]),
        ("In all lists", [2]),
    ]
    assert [(mark["kind"], mark["size"]) for mark in marks[:3]] == list(MARKS[:3])
    assert [mark["colour"] for mark in marks[:3]] == [hue[is_dark] for hue in HUES[:3]]
    assert [mark["title"] for mark in marks if mark.get("named")] == ["In all lists"]


def test_marks_differ_without_colours_and_each_is_smaller_than_the_one_before() -> None:
    assert len({kind for kind, _ in MARKS}) == len(MARKS) == len(HUES)
    sizes = [size for _, size in MARKS]
    assert sizes == sorted(sizes, reverse=True)


def test_lists_with_titles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "is_dark", lambda: False)
    assert [mark["named"] for mark in list_marks([("A", [1]), ("B", [2])], is_named=True)] == [True, True]


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
