"""What AppTest lacks: a click on an element of a page's HTML."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.serving import Atlas
from tests.pages.opening import Click
from ui.widgets import clicks


@pytest.fixture
def click(monkeypatch: pytest.MonkeyPatch) -> Click:
    """As if an element with data-do had been clicked."""

    def listen(atlas: Atlas) -> None:
        if said := st.session_state.pop("_clicked_by_test", None):
            clicks.act(atlas, *said)

    monkeypatch.setattr(clicks, "listen", listen)

    def clicked(at: AppTest, do: str, what: str, *, rank: int = 0) -> AppTest:
        at.session_state["_clicked_by_test"] = (do, what, rank)
        return at.run()

    return clicked
