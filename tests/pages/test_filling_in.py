"""Filling in from other datasets on the Data page: what is offered, and what a build is started with."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.build import Request, build
from core.maps import projection
from tests import tiny
from tests.conftest import flat_map
from tests.datasets.files import LAYOUTS, write
from ui.text import plain

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def linked_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with films that have ids, filled in from TMDB 5000, and with films that have none."""
    folder = tmp_path_factory.mktemp("linked")
    downloads = folder / "downloads"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOVIE_ATLAS_HOME", str(folder))
        patch.delenv("MOVIE_ATLAS_STORE_URI", raising=False)
        patch.delenv("MOVIE_DATA_DIR", raising=False)
        patch.setattr(projection, "project", flat_map)
        patch.setattr("core.recommenders.names", lambda: ["popularity"])
        for name in ("tmdb-5000", "ml-100k"):
            write(downloads / name, LAYOUTS[name])
        films = tiny.write_own_files(downloads / "tiny", tiny.tiny_dataset())
        bare = tiny.write_own_files(downloads / "bare", tiny.tiny_dataset("bare"))
        frame = pd.read_csv(films / "films.csv")
        frame.assign(tmdb_id=range(len(frame)), year="").to_csv(films / "films.csv", index=False)
        build(Request("bare", bare, spaces=("letters",)))
        build(Request("tiny", films, spaces=("letters",), fill_from=("tmdb-5000",)))
        yield folder


@pytest.fixture
def app(linked_home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(linked_home))
    monkeypatch.delenv("MOVIE_DATA_DIR", raising=False)
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


@pytest.fixture
def page(app: AppTest, started: list[list[str]]) -> AppTest:
    app.run()
    at = app.switch_page("pages/data.py").run()
    assert not at.exception
    return at


def pressed(at: AppTest, key: str) -> Any:
    return next(button for button in at.button if button.key == key).click().run()


def test_only_films_with_ids_are_filled_in_from_files_that_are_here_and_have_ids(page: AppTest) -> None:
    pickers = {picker.key: picker for picker in page.multiselect}
    assert set(pickers) == {"fill-in-tiny", "fill-in-demo", "fill-in-tmdb-5000"}, (
        "the others have none, or no files"
    )
    tiny_picker = pickers["fill-in-tiny"]
    assert set(tiny_picker.options) == {"Movie Atlas demo", "TMDB 5000"}
    assert tiny_picker.value == ["tmdb-5000"], "as it was built"
    assert set(pickers["fill-in-tmdb-5000"].options) == {"Movie Atlas demo", "tiny"}
    assert pickers["fill-in-tmdb-5000"].value == []


def test_a_build_takes_what_is_chosen_in_its_order(page: AppTest, started: list[list[str]]) -> None:
    pressed(page, "Bring up to date-tiny")
    page.multiselect(key="fill-in-tiny").set_value(["demo", "tmdb-5000"]).run()
    pressed(page, "Bring up to date-tiny")
    page.multiselect(key="fill-in-tiny").set_value([]).run()
    pressed(page, "Bring up to date-tiny")
    pressed(page, "Build-tmdb-5000")
    pressed(page, "Bring up to date-bare")
    assert started == [
        ["build", "tiny", "--with", "tmdb-5000"],
        ["build", "tiny", "--with", "demo", "--with", "tmdb-5000"],
        ["build", "tiny"],
        ["build", "tmdb-5000"],
        ["build", "bare"],
    ]


def test_another_embedding_is_built_on_the_films_as_they_are(page: AppTest, started: list[list[str]]) -> None:
    page.multiselect(key="fill-in-tiny").set_value([]).run()
    pressed(page, "build-space-tiny")
    pressed(page, "build-space-bare")
    (with_others, plain) = started
    assert with_others[:3] == ["build", "tiny", "--space"]
    assert with_others[4:] == ["--with", "tmdb-5000"]
    assert plain[:3] == ["build", "bare", "--space"]
    assert len(plain) == 4


def test_vectors_of_ones_own_are_kept_and_built(
    page: AppTest, started: list[list[str]], linked_home: Path
) -> None:
    page.selectbox(key="add-bare").set_value("Your own vectors").run()
    page.text_input(key="own-name-bare").set_value("mine")
    page.file_uploader(key="own-vectors-bare").set_value(("v.csv", b"item_id,a,b\n1,2,3\n", "text/csv")).run()
    pressed(page, "build-own-bare")
    kept = linked_home / "vectors" / "bare" / "mine.csv"
    assert started == [["build", "bare", "--space", f"own:mine={kept}"]]
    assert kept.read_bytes() == b"item_id,a,b\n1,2,3\n"
    page.text_input(key="own-name-bare").set_value("No Name").run()
    pressed(page, "build-own-bare")
    assert len(started) == 1
    assert any("does not name your own vectors" in one.value for one in page.warning)


@pytest.mark.parametrize(("name", "end"), [("tiny", " --with tmdb-5000`"), ("bare", "`")])
def test_commands_that_pages_show_keep_the_films_filled_in(app: AppTest, name: str, end: str) -> None:
    app.session_state["dataset"] = name
    app.run()
    said = [one.value for one in app.caption if f"core build {name} --space" in one.value]
    assert said
    assert all(re.fullmatch(rf".*--space \w+{end}", words) for words in said)


def test_several_are_named_in_their_order(page: AppTest) -> None:
    page.multiselect(key="fill-in-tiny").set_value(["tmdb-5000", "demo"]).run()
    assert "First TMDB 5000, then Movie Atlas demo." in [caption.value for caption in page.caption]


def test_the_page_tells_what_came_from_where_and_under_which_terms(page: AppTest) -> None:
    terms = (
        "Filled in from TMDB 5000: Data from TMDB: non-commercial use with attribution; not endorsed by TMDB."
    )
    assert [caption.value for caption in page.caption if caption.value.endswith(plain(terms))]
    assert any("Filled in from TMDB 5000" in element.value for element in page.markdown)
    reports = [frame.value for frame in page.dataframe if "Rows read" in frame.value]
    assert any("TMDB 5000" in report["File"].tolist() for report in reports)
