"""What AppTest lacks: a click on an element of a page's HTML, jobs that are only noted down, and a memory."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core.compute.jobs import Job
from core.policy import Change
from core.serving import Atlas
from tests.pages.opening import Click
from ui.widgets import clicks, job_controls


@pytest.fixture(scope="session", autouse=True)
def packages_are_looked_through_once() -> Iterator[None]:
    """For components of Streamlit: a server does so when it starts, AppTest for every app, in 0.15 s."""
    with pytest.MonkeyPatch.context() as patch:
        scan = manifest_scanner.scan_component_manifests
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(scan))
        yield


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


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that the page would have run."""
    commands: list[list[str]] = []

    class Recorded:
        def get(self, name: str) -> None:
            return None

        def of_base(self, base: str) -> list[tuple[str, Job]]:
            return []

        def queue(self) -> list[tuple[str, Job]]:
            return []

        def own_name(self, name: str) -> str:
            return name

        def start(
            self,
            change: Change,
            name: str,
            title: str,
            arguments: list[str],
            at_end: Callable[[], None] | None = None,
        ) -> None:
            commands.append(arguments)

    monkeypatch.setattr(job_controls, "jobs", Recorded)
    return commands
