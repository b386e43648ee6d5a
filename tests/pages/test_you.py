"""You: a visitor's own films, in their session alone."""

import os
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.histories.exports import archive, table
from tests.pages.opening import ROOT, opened
from ui.widgets.history_form import NONE

pytestmark = pytest.mark.slow

RATINGS = table(
    "Date,Name,Year,Letterboxd URI,Rating",
    "2024-01-05,The Space Story,1960,https://boxd.it/a1,5",
    "2024-01-06,The Space House,1966,https://boxd.it/a2,4.5",
    "2024-01-07,The Love Story,1960,https://boxd.it/a3,1",
    "2024-01-07,The Space Summer,1976,https://boxd.it/a4,4",
    "2024-01-07,Nowhere To Be Found,1990,https://boxd.it/a5,3",
    "2024-01-07,Not Yet Made,2031,https://boxd.it/a6,3",
)


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def loaded(at: AppTest, name: str = "export.zip", data: bytes = b"") -> AppTest:
    at = opened(at, "you")
    at.file_uploader[0].set_value((name, data or archive({"ratings.csv": RATINGS}), "application/zip")).run()
    return at


def said(at: AppTest) -> str:
    return " ".join(one.value for one in [*at.markdown, *at.caption, *at.subheader]).replace("\\", "")


def html(at: AppTest) -> str:
    return " ".join(one.proto.body for one in at.get("html"))


def test_it_says_that_nothing_is_kept(app: AppTest) -> None:
    at = opened(app, "you")
    assert not at.exception
    assert "nothing is written to a disk" in said(at)
    assert "Letterboxd" in said(at)


def test_an_export_is_read_and_asks_on_every_page(app: AppTest) -> None:
    at = loaded(app)
    assert not at.exception
    assert {one.label: one.value for one in at.metric} == {
        "Found": "3",
        "Rated": "3",
        "Favourites": "0",
        "To confirm": "1",
        "Not here": "2",
    }
    assert "The Space Summer (1976)" in [one.label for one in at.selectbox if one.key.startswith("mean-")]
    left = next(one.value for one in at.dataframe if "Film" in one.value)
    assert set(left["Film"]) == {"Nowhere To Be Found", "Not Yet Made"}
    assert any("newer than" in why for why in left["Why"])
    assert "3 films" in html(at)
    at.switch_page("pages/recommend.py").run()
    assert not at.exception
    assert not at.info, "a history is a question"
    shown = html(at)
    assert "Poster of The Space Story" not in shown
    assert "Poster of The Love Story" not in shown
    assert "history" not in str(at.query_params), "nobody's films are in an address"


def test_a_doubtful_film_is_confirmed_or_refused(app: AppTest) -> None:
    at = loaded(app)
    picker = next(one for one in at.selectbox if one.key.startswith("mean-"))
    picker.set_value(NONE)
    next(one for one in at.button if one.label == "Confirm these").click().run()
    assert not at.exception
    assert {one.label: one.value for one in at.metric}["To confirm"] == "0"
    assert {one.label: one.value for one in at.metric}["Not here"] == "3"


def test_a_history_is_forgotten(app: AppTest) -> None:
    at = loaded(app)
    next(one for one in at.button if one.label == "Forget them").click().run()
    assert not at.exception
    assert not at.metric
    assert "3 films" not in html(at)


def test_nothing_is_written_and_nobody_else_sees_it(
    app: AppTest, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(home)
    opened_to_write: list[str] = []
    whole = os.open

    def watched(path, flags, *rest, **more):  # type: ignore[no-untyped-def]
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            opened_to_write.append(str(path))
        return whole(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", watched)
    at = loaded(app)
    monkeypatch.setattr(os, "open", whole)
    assert {one.label: one.value for one in at.metric}["Found"] == "3"
    assert not opened_to_write
    assert everything(home) == before
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    assert not opened(other, "you").metric


def everything(home: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}


@pytest.mark.parametrize("data", [b"\x00\xff" * 50, b"", b"a,b\n1,2\n", b"PK\x03\x04broken"])
def test_what_cannot_be_read_is_said_calmly(app: AppTest, data: bytes) -> None:
    at = loaded(app, "x.csv", data or b" ")
    assert not at.exception
    assert at.error
    assert not at.metric


def test_a_scale_that_is_not_known_is_asked_for(app: AppTest) -> None:
    films = table("title,year,rating", "The Space Story,1960,350", "The Love Story,1960,120")
    at = loaded(app, "mine.csv", films)
    assert not at.exception
    assert at.info
    at.text_input(key="history_scale").set_value("0:400").run()
    assert not at.exception
    assert {one.label: one.value for one in at.metric}["Rated"] == "2"
