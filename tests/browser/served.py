"""The app in a browser: started as its users start it, and looked at through a page that listens to its console."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-gpu",
]
PATIENCE = 90_000
"""Milliseconds until something that should appear is given up: machines are slow, and nothing here is timed."""


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The app as `streamlit run app.py` starts it, on a home folder; its address, once it answers."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: browser tests need Debian's package `chromium`")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"MOVIE_ATLAS_HOME": str(home)}
    environment.pop("MOVIE_DATA_DIR", None)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in waiting("the server answers"):
            assert process.poll() is None, "the server ended before it answered"
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).read()
                break
            except OSError:
                continue
        yield url
    finally:
        process.terminate()
        process.wait(20)


def waiting(what: str) -> Iterator[None]:
    """Look again and again, until what is waited for is there or a quarter of an hour has gone."""
    ends = time.monotonic() + 900
    while time.monotonic() < ends:
        yield
        time.sleep(0.2)
    pytest.fail(f"gave up waiting until {what}")


class Tab:
    """A page that collects what its console complains about."""

    def __init__(self, browser, theme: str = "light", **device) -> None:
        device = {"viewport": {"width": 1440, "height": 1000}} | device
        self.page = browser.new_page(color_scheme=theme, **device)
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message) -> None:
        where = message.location.get("url", "")
        # Streamlit asks below the page's own path first and then at the root: two 404 on every deep link
        known = "/_stcore/host-config" in where or "/_stcore/health" in where
        # posters come from their own hosts, which a machine without a network does not find
        known = known or "ERR_NAME_NOT_RESOLVED" in message.text
        if message.type == "error" and not known:
            self.complaints.append(f"{message.text} {where}")

    def open(self, url: str, heading: str) -> None:
        self.page.goto(url)
        self.page.get_by_role("heading", name=heading, exact=True).first.wait_for()
        self.settle()

    def settle(self) -> None:
        """Wait until the app has stopped running."""
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()

    def click_until(self, name: str, said: str) -> None:
        """Click a button until the address says something; a page that is still being drawn may lose a click."""
        for _ in waiting(f"the address says {said}"):
            if said in self.page.url:
                return
            self.settle()
            self.page.get_by_role("button", name=name).first.click()
            with suppress(TimeoutError):
                self.page.wait_for_url(f"**{said}**", timeout=10_000, wait_until="commit")

    def picture(self, name: str) -> None:
        """Keep a screenshot for the documentation when SCREENSHOTS names a folder."""
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.wait_for_timeout(1500)
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"))


def wait_for_map(tab: Tab) -> None:
    """Wait until the map is drawn, the app rests, and two frames have been drawn since."""
    tab.page.locator(".map[data-drawn]").first.wait_for()
    tab.settle()
    tab.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
