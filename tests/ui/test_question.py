"""One question on every page: the address and the session follow each other."""

from contextlib import suppress
from html import unescape
from pathlib import Path
from re import findall
from typing import Any
from unittest.mock import patch

import pytest
import streamlit
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.errors import AtlasError
from core.serving import Atlas
from core.storage import Workspace
from tests.pages.opening import ROOT, opened
from ui.question import changes, part
from ui.question.parts import PARTS

STORY = "The Space Story (1960)"
LOVE = "The Love Story (1960)"


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


@pytest.fixture
def tiny_atlas(home: Path, monkeypatch: pytest.MonkeyPatch) -> Atlas:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    return Atlas.open("tiny")


def line(at: AppTest) -> str:
    return next((e.proto.body for e in at.get("html") if 'class="ql"' in e.proto.body), "")


@pytest.mark.slow
def test_a_question_goes_to_every_page_and_into_the_address(app: AppTest) -> None:
    at = opened(app, "recommend")
    at.session_state["like"] = [STORY]
    at.run()
    for page in ("map", "compare", "matrix", "evaluate", "you", "recommend"):
        at.switch_page(f"pages/{page}.py").run()
        assert not at.exception, page
        assert at.query_params["like"] == STORY
        assert STORY in line(at)


@pytest.mark.slow
def test_back_restores_what_was_asked_before(app: AppTest) -> None:
    at = opened(app, "recommend")
    at.session_state["like"] = [STORY]
    at.run()
    before = dict(at.query_params)
    at.session_state["dislike"] = [LOVE]
    at.run()
    at.run()  # the browser has shown the new address
    assert at.query_params["dislike"] == LOVE
    at.query_params.clear()
    at.query_params.update(before)
    at.run()
    assert at.session_state["dislike"] == []
    assert at.session_state["like"] == [STORY]


@pytest.mark.slow
def test_a_browser_that_is_late_undoes_nothing(app: AppTest) -> None:
    at = opened(app, "recommend")
    before = dict(at.query_params)
    for film in (STORY, LOVE):  # two quick clicks: the second comes with the address of before the first
        at.query_params.clear()
        at.query_params.update(before)
        at.session_state["like"] = [*at.session_state["like"], film]
        at.run()
    assert at.session_state["like"] == [STORY, LOVE]
    assert at.query_params["like"] == [STORY, LOVE]


@pytest.mark.slow
def test_what_is_not_there_is_said_and_the_rest_is_taken(app: AppTest) -> None:
    wrong = {
        "dataset": "nope",
        "method": "nonsense",
        "user": "<b>xx</b>",
        "k": "9999",
        "genre": ["Romance", "Opera"],
        "years": ["1990"],
        "fame": "nan",
        "space": "minilm",
        "p.ease.reg": "-5",
        "p.ease.nothing": "1",
        "p.no.thing": "1",
        "like": STORY,
    }
    app.query_params.update(wrong)
    at = opened(app, "recommend")
    assert not at.exception
    said = at.warning[0].value.replace("\\", "")
    for word in ("nope", "nonsense", "<b>xx</b>", "9999", "Opera", "1990", "nan", "minilm", "nothing"):
        assert word in said, word
    assert at.session_state["genre"] == ["Romance"]
    assert at.session_state["like"] == [STORY]
    assert at.session_state["k"] == 10
    at.session_state["k"] = 20
    at.run()
    assert not [one for one in at.warning if "nonsense" in one.value], "said until something else is asked"


@pytest.mark.slow
def test_settings_of_a_method_are_in_the_address(app: AppTest) -> None:
    at = opened(app, "recommend")
    at.session_state["like"], at.session_state["method"] = [STORY], "item_knn"
    at.run()
    at.number_input(key="p.item_knn.n_neighbors").set_value(3).run()
    assert at.query_params["p.item_knn.n_neighbors"] == "3"
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    again.query_params.update(at.query_params)
    assert opened(again, "recommend").number_input(key="p.item_knn.n_neighbors").value == 3


@pytest.mark.slow
def test_every_chip_takes_its_part_away(app: AppTest) -> None:
    app.query_params.update(
        {
            "like": [STORY],
            "dislike": [LOVE],
            "seen": ["The Space House (1966)"],
            "text": "a rocket",
            "genre": "Drama",
            "without": "Romance",
            "years": ["1961", "1990"],
            "least": "1",
            "method": "ease",
            "p.ease.reg": "77",
            "variety": "0.5",
            "fame": "-0.5",
            "k": "20",
        }
    )
    at = opened(app, "recommend")
    assert not at.exception
    chips = [unescape(one) for one in findall(r'data-do="drop" data-what="([^"]*)"', line(at))]
    assert len(chips) == 13
    atlas = Atlas.open("tiny")
    for chip in chips:
        name, _, value = chip.partition("=")
        state = {one: at.session_state[one] for one in PARTS}
        state |= {"p.ease.reg": 77.0}
        changed = dropped(atlas, state, name, value)
        assert changed != state, chip


def dropped(atlas: Atlas, state: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    now = dict(state)
    with patch.object(streamlit, "session_state", now):
        changes.drop(atlas, name, value)
    return now


@settings(max_examples=60)
@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=4))
@pytest.mark.parametrize("name", list(PARTS))
def test_no_address_breaks_a_part(tiny_atlas_once: Atlas, name: str, texts: list[str]) -> None:
    one = PARTS[name]
    with suppress(AtlasError):  # any other error fails
        value = one.read(tiny_atlas_once, texts)
        if again := one.write(value):
            assert one.read(tiny_atlas_once, again) == value


@pytest.fixture(scope="module")
def tiny_atlas_once(home: Path) -> Atlas:
    workspace = Workspace("tiny", home)
    return Atlas(workspace, workspace.live())


def test_defaults_are_their_own_round_trip(tiny_atlas_once: Atlas) -> None:
    for one in PARTS.values():
        default = one.default(tiny_atlas_once)
        if texts := one.write(default):
            assert one.read(tiny_atlas_once, texts) == default, one.name


def test_an_option_is_named_by_itself_or_as_people_call_it(tiny_atlas_once: Atlas) -> None:
    method = PARTS["method"]
    assert method.read(tiny_atlas_once, ["ease"]) == method.read(tiny_atlas_once, ["EASE"]) == "ease"


def test_one_wrong_value_of_several_keeps_the_others(tiny_atlas_once: Atlas) -> None:
    with pytest.raises(part.PartlyReadError, match="Opera") as caught:
        PARTS["genre"].read(tiny_atlas_once, ["Drama", "Opera"])
    assert caught.value.kept == ["Drama"]
