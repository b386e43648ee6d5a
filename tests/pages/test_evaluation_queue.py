"""Evaluations that wait for each other, as the page shows them: their order, the way out, and that the next one begins."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from core.cli.app import app as command
from core.compute import jobs as module
from core.compute.jobs import Job, Jobs
from core.errors import BuildError
from tests.compute.test_jobs import WAITS, runs, stepped
from tests.pages.opening import ROOT, opened
from ui.widgets import allowed_jobs

pytestmark = pytest.mark.slow
NAME = "The evaluation of tiny"
REAL = module._process


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """Jobs of the test's own, whose work is to wait."""
    made = Jobs(tmp_path)
    monkeypatch.setattr(allowed_jobs, "_all", lambda: made)
    monkeypatch.setattr(module, "_process", runs(WAITS))
    yield made
    for _, job in reversed(made.queue):
        job.stop()
        job.wait()


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    monkeypatch.chdir(ROOT)
    yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    shutil.rmtree(home / "evaluations", ignore_errors=True)


def words(at: AppTest) -> str:
    return " ".join(
        e.value for kind in (at.markdown, at.caption, at.info, at.warning, at.error) for e in kind
    )


def measure(at: AppTest, method: str) -> AppTest:
    at.multiselect(key="measured").set_value([method]).run()
    next(button for button in at.button if button.label == "Measure").click().run()
    assert not at.exception
    return at


def ended(job: Job) -> None:
    job.wait()
    assert not job.is_running


def test_what_is_started_meanwhile_waits_is_taken_out_or_begins(app: AppTest, jobs: Jobs) -> None:
    at = opened(app, "evaluate")
    for method in ("popularity", "ease", "content"):
        measure(at, method)
    (_, first), (_, second), (_, third) = jobs.queue
    stepped(first)
    at.run()
    assert "**Measuring** Popularity on tiny" in words(at)
    assert "**Waits**, 1 before it: EASE on tiny" in words(at)
    assert "**Waits**, 2 before it: Similar films on tiny" in words(at)
    assert "what you start now waits for 3" in words(at)
    next(button for button in at.button if button.key == f"stop-{NAME}, 2").click().run()
    ended(second)
    at.run()
    assert "EASE" not in words(at), "who took it out knows"
    assert "**Waits**, 1 before it: Similar films" in words(at)
    next(button for button in at.button if button.key == f"stop-{NAME}").click().run()
    ended(first)
    stepped(third)
    at.run()
    assert "**Measuring** Similar films on tiny" in words(at)
    assert "Popularity on tiny, Random holdout. It was stopped. What was finished is kept" in words(at)
    assert not at.error


def test_the_page_opens_on_what_has_ended(
    app: AppTest, jobs: Jobs, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = CliRunner().invoke(command, ["evaluate", "tiny", "--methods", "ease", "--k", "5"])
    assert first.exit_code == 0, first.output
    at = opened(app, "evaluate")
    shown = at.session_state["result"]
    monkeypatch.setattr(module, "_process", REAL)
    measure(at, "popularity")
    for _, job in jobs.of_base(NAME):
        ended(job)
    at.run()
    assert at.session_state["result"] != shown
    assert "Popularity" in at.session_state["result"]


def test_another_tab_sees_the_same_queue(app: AppTest, jobs: Jobs) -> None:
    measure(opened(app, "evaluate"), "popularity")
    other = opened(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60), "evaluate")
    assert "**Measuring** Popularity on tiny" in words(other)
    measure(other, "popularity")
    assert "The same is measured or waits already" in words(other)
    assert len(jobs.queue) == 1


def test_what_failed_is_said_until_something_else_is_started(
    app: AppTest, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = """print('{"error": "train.csv has no row.", "hint": "Give another."}'); raise SystemExit(1)"""
    monkeypatch.setattr(module, "_process", runs(failing))
    at = measure(opened(app, "evaluate"), "popularity")
    for _, job in jobs.of_base(NAME):
        ended(job)
    at.run()
    assert [error.value for error in at.error] == [
        "Popularity on tiny, Random holdout. train.csv has no row. Give another."
    ]
    monkeypatch.setattr(module, "_process", runs(WAITS))
    measure(at, "ease")
    assert not at.error


def test_files_of_one_that_is_refused_or_taken_out_are_gone(
    app: AppTest, jobs: Jobs, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = measure(opened(app, "evaluate"), "popularity")
    stepped(jobs.queue[0][1])
    before = set((home / "downloads").iterdir())
    at.file_uploader(key="given_lists").set_value([("mine.csv", b"user_id,item_id", "text/csv")]).run()
    measure(at, "popularity")
    assert len(set((home / "downloads").iterdir()) - before) == 1
    waiting = jobs.queue[1][1]
    waiting.stop()
    ended(waiting)
    assert set((home / "downloads").iterdir()) == before

    def full(*_: object, **__: object) -> None:
        raise BuildError("The line is full.")

    monkeypatch.setattr(jobs, "start", full)
    measure(at, "popularity")
    assert "The line is full" in words(at)
    assert set((home / "downloads").iterdir()) == before
