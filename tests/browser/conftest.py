"""A server on the demo, and tabs of a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.served import CHROMIUM, FLAGS, PATIENCE, Tab, serving


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory, browser) -> Path:
    """The home of a fresh installation after its first visitor came: the visit has unpacked the demo."""
    home = tmp_path_factory.mktemp("browser")
    with serving(home) as url:
        page = browser.new_page()
        page.goto(url)
        page.get_by_role("heading", name="Movie Atlas", exact=True).first.wait_for(timeout=PATIENCE)
        page.close()
    assert (home / "workspaces" / "demo" / "manifest.json").exists()
    return home


@pytest.fixture
def fresh_server(built_home: Path) -> Iterator[str]:
    """A server that nobody has visited yet; asked for before `tab`, it ends after the tab is closed."""
    with serving(built_home) as url:
        yield url


@pytest.fixture(scope="session")
def server(built_home: Path) -> Iterator[str]:
    """The app on the demo, already built."""
    with serving(built_home) as url:
        yield url


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: browser tests need Debian's package `chromium`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def tab(browser):
    made: list[Tab] = []

    def make(theme: str = "light") -> Tab:
        made.append(Tab(browser, theme))
        return made[-1]

    yield make
    for one in made:
        complaints = one.complaints
        one.page.close()
        assert complaints == []
