"""A row of a table of people that is clicked makes that person the one that the page is about."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from core.serving import Atlas
from ui.panels import tables


class Shown:
    """What of Streamlit the table touches; a click runs the callback."""

    def __init__(self) -> None:
        self.session_state: dict[str, Any] = {"person": "u1"}

    def dataframe(self, table: pd.DataFrame, *, key: str, on_select: Any, **look: Any) -> None:
        self.table, self.key, self.on_select, self.look = table, key, on_select, look

    def click(self, *rows: int) -> None:
        self.session_state[self.key] = SimpleNamespace(selection=SimpleNamespace(rows=list(rows)))
        self.on_select()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    found = Shown()
    monkeypatch.setattr(tables, "st", found)
    return found


def test_a_click_chooses_the_person_of_the_row_and_leaves_no_row_chosen(shown: Shown, atlas: Atlas) -> None:
    people = pd.DataFrame({"Person": ["u5", "=u2"]})
    tables.people_to_open(atlas, people, [5, 2], key="people")
    before = shown.key
    assert shown.table["Person"].tolist() == ["u5", "'=u2"]
    shown.click(1)
    assert shown.session_state["person"] == "u2"
    tables.people_to_open(atlas, people, [5, 2], key="people")
    assert shown.key != before


@pytest.mark.parametrize("rows", [(), (2,), (-1,)])
def test_a_row_that_is_not_there_chooses_nobody(shown: Shown, atlas: Atlas, rows: tuple[int, ...]) -> None:
    tables.people_to_open(atlas, pd.DataFrame({"Person": ["u5", "u2"]}), [5, 2], key="people")
    shown.click(*rows)
    assert shown.session_state["person"] == "u1"


def test_another_part_can_hold_the_person(shown: Shown, atlas: Atlas) -> None:
    tables.people_to_open(atlas, pd.DataFrame({"Person": ["u5"]}), [5], key="people", part="person2")
    shown.click(0)
    assert (shown.session_state["person"], shown.session_state["person2"]) == ("u1", "u5")
