"""The form for a person's own files: a job reads them, and the form says how far it is and where the films are."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import datasets
from core.compute.jobs import Job, Jobs
from core.datasets.reading.limits import IN_WORDS
from core.errors import BuildError
from tests.pages.opening import ROOT, opened
from ui.text import plain
from ui.widgets import allowed_jobs

pytestmark = pytest.mark.slow


class Recorded(Jobs):
    """Jobs that run nothing; what becomes of them is said by the test."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.commands: list[list[str]] = []
        self.refuses = False

    def start(self, name: str, title: str, arguments: list[str], **how: object) -> Job:
        if self.refuses:
            raise BuildError(f"{name} is busy: Build.")
        self.commands.append(arguments)
        job = self._jobs[name] = Job(title)
        return job


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    recorded = Recorded(tmp_path / "jobs")
    monkeypatch.setattr(allowed_jobs, "_all", lambda: recorded)
    return recorded


@pytest.fixture
def page(home: Path, jobs: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The Data page, on a copy of the tiny films' home."""
    shutil.copytree(home, tmp_path / "home")
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MOVIE_DATA_DIR", raising=False)
    monkeypatch.chdir(ROOT)
    st.cache_resource.clear()

    def never(*args: object, **kwargs: object) -> None:
        pytest.fail("files are read in the app's process")

    monkeypatch.setattr(datasets, "load", never)
    yield opened(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60), "data")
    st.cache_resource.clear()


def hand_over(at: AppTest, name: str) -> AppTest:
    """Two files of one name."""
    at.text_input(key="own_name").set_value(name)
    files = [("Films (1).csv", content, "text/csv") for content in (b"title\nHeat\n", b"junk")]
    at.file_uploader[0].set_value(files)
    at.run()
    next(one for one in at.button if one.label == "Check and build").click()
    return at.run()


def said(at: AppTest) -> str:
    return " ".join(e.value for e in [*at.markdown, *at.caption, *at.error])


def handed_over(home: Path) -> list[Path]:
    return sorted((home / "downloads").glob(".upload-*/*"))


def test_limits_are_said_before(page: AppTest) -> None:
    assert plain(IN_WORDS) in said(page)
    assert "4 GB of memory" in IN_WORDS


def test_files_go_to_a_job_and_the_form_says_how_far_it_is(
    page: AppTest, jobs: Recorded, tmp_path: Path
) -> None:
    at = hand_over(page, "mine")
    assert not at.exception
    (folder,) = handed_over(tmp_path / "home")
    assert jobs.commands == [["build", "mine", "--uploaded", str(folder)]]
    assert sorted(path.name for path in folder.iterdir()) == ["Films__1_-2.csv", "Films__1_.csv"]
    assert "**mine** is being read and built" in said(at)
    assert any(one.label == "Stop" for one in at.button)
    job = jobs.get("mine")
    assert job is not None
    job.error, job.hint, job.is_running = "No *table* has a film's title.", "Say which.", False
    at = at.run()
    assert plain("No *table* has a film's title. Say which.") in said(at)
    assert "as they were" not in said(at), "there were none before"


def test_the_way_to_the_finished_films(page: AppTest, jobs: Recorded) -> None:
    assert "take its place once they are built" not in said(page)
    at = hand_over(page, "tiny")
    assert "new files take its place once they are built, not before" in said(at)
    job = jobs.get("tiny")
    assert job is not None
    job.is_running = False
    at = at.run()
    assert not at.exception
    assert "**tiny** is ready: 36 films and " in said(at)
    links = [one.proto for one in at.get("page_link")]
    assert {"See these films", "Map", "Recommend"} <= {one.label for one in links}
    assert all("dataset=tiny" in one.query_string for one in links if one.label == "See these films")
    job.error = "It was stopped."
    assert "The films that were here before are as they were." in said(at.run())


@pytest.mark.parametrize("name", ["wikipedia-movies", "demo", "Not a name", "../x"])
def test_a_name_that_cannot_be_used_touches_nothing(
    page: AppTest, jobs: Recorded, tmp_path: Path, name: str
) -> None:
    lists = tmp_path / "home" / "downloads" / "wikipedia-movies"
    lists.mkdir()
    (lists / "movies-1990s.json").write_text("[]")
    at = hand_over(page, name)
    assert not at.exception
    assert at.error
    assert (jobs.commands, handed_over(tmp_path / "home")) == ([], [])
    assert [path.name for path in lists.iterdir()] == ["movies-1990s.json"]


def test_what_refuses_is_said_and_leaves_nothing(page: AppTest, jobs: Recorded, tmp_path: Path) -> None:
    jobs.refuses = True
    at = hand_over(page, "mine")
    assert "mine is busy: Build." in said(at).replace("\\", "")
    assert handed_over(tmp_path / "home") == []
    tiny_files = tmp_path / "home" / "downloads"
    tiny_files.rename(tmp_path / "elsewhere")
    tiny_files.write_text("a file in the way")
    at = hand_over(at, "mine")
    assert not at.exception
    assert "cannot be kept" in said(at)


def test_the_form_and_the_list_can_show_one_job_at_a_time(page: AppTest, jobs: Recorded) -> None:
    """A dataset that is here and gets new files has its progress twice, with buttons of their own."""
    at = hand_over(page, "tiny")
    assert not at.exception
    stops = [one.key for one in at.run().button if one.label == "Stop"]
    assert sorted(stops) == ["stop-tiny", "stop-tinyform"]
