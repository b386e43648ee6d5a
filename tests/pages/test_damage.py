"""A damaged dataset in the app: it says so, can be repaired, and everything else goes on."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.storage import Manifest, Workspace
from ui.text import plain

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The tiny films twice: "broken" is damaged by the tests, "tiny" stays whole; and a folder that is no dataset."""
    for name in ("broken", "tiny", "tiny copy"):
        shutil.copytree(home / "workspaces" / "tiny", tmp_path / "workspaces" / name)
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
    monkeypatch.delenv("MOVIE_DATA_DIR", raising=False)
    monkeypatch.chdir(ROOT)
    broken = Workspace("broken", tmp_path)
    live = broken.live()
    broken.publish(Manifest("broken", live.artifacts, {**live.about, "label": "Broken films"}))
    st.cache_resource.clear()  # it knows datasets by their names, whatever home they are in
    yield broken
    st.cache_resource.clear()


def opened(page: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at = app if page == "home" else app.switch_page(f"pages/{page}.py").run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    return "\n".join(part.value for part in (*at.markdown, *at.warning, *at.error, *at.caption))


@pytest.mark.parametrize(
    ("stage", "file"),
    [("dataset", "items.parquet"), ("map-letters", "faithfulness.json"), ("space-letters", "vectors.npy")],
)
def test_the_data_page_names_the_damage_and_offers_to_repair_it(
    place: Workspace, started: list[list[str]], stage: str, file: str
) -> None:
    os.truncate(place.artifact(stage, place.live().artifacts[stage]) / file, 10)
    at = opened("data")
    assert any(plain("Damaged: the") in part.value and plain(file) in part.value for part in at.warning)
    assert "`tiny`" in words(at), "the other dataset is listed"
    assert any("Load report" in part.label for part in at.expander), "and its report is shown"
    assert any(button.label == "Bring up to date" for button in at.button)
    assert at.get("file_uploader"), "the form stands below"
    at.button("Repair-broken").click().run()
    assert started == [["build", "broken"]]


def test_a_damaged_manifest_can_be_repaired_too(place: Workspace, started: list[list[str]]) -> None:
    place.manifest_path.write_text('{"version": 1}')
    at = opened("data")
    assert any("manifest" in part.value for part in at.warning)
    at.button("Repair-broken").click().run()
    assert started == [["build", "broken"]]


def test_damaged_films_are_said_and_others_are_shown(place: Workspace) -> None:
    """The damaged dataset is the first, which a page would show."""
    for folder in place.folder.glob("artifacts/dataset-*"):
        (folder / "ratings.npz").unlink()
    at = opened("home")
    assert not at.exception
    assert at.session_state["_dataset"] == "tiny"
    assert "films of broken are damaged: ratings" in words(at).replace("\\", "")


def test_where_all_films_are_damaged_the_way_to_repair_them_is_shown(place: Workspace, home: Path) -> None:
    for folder in place.folder.parent.glob("*/artifacts/dataset-*"):
        (folder / "ratings.npz").unlink()
    at = opened("home")
    assert not at.exception
    assert "are damaged: ratings" in words(at).replace("\\", "")
    assert "Go to Data" in [one.proto.label for one in at.get("page_link")]
