"""Evaluations that wait for each other, in a browser: the order is seen, one is taken out, and the next one begins."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.measuring import open_form
from tests.browser.served import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def own_server(built_home: Path, tmp_path: Path) -> Iterator[str]:
    """A server on a copy of the demo, whose queue is empty."""
    with serving(Path(shutil.copytree(built_home, tmp_path / "home"))) as url:
        yield url


def test_what_is_started_meanwhile_waits_is_taken_out_or_is_measured_next(own_server: str, tab) -> None:
    one = tab("dark")
    long = "measured=hybrid&split=k_fold"  # five times, and longer than the two visits that come next
    for methods in (long, "measured=content", "measured=popularity"):
        open_form(one, f"{own_server}/evaluate?{methods}")
        one.page.get_by_role("button", name="Measure", exact=True).click()
        one.page.get_by_text("on demo").first.wait_for()
        one.settle()
    one.page.get_by_text("Waits, 2 before it: Popularity on demo").wait_for()
    one.page.get_by_text("Waits, 1 before it: Similar films on demo").wait_for()
    one.picture("evaluate_queue")
    one.page.get_by_role("button", name="Take out").first.click()
    one.page.get_by_text("Waits, 1 before it: Popularity on demo").wait_for()
    assert not one.page.get_by_text("Similar films on demo").is_visible(), "it was taken out"
    one.page.get_by_role("button", name="Stop").first.click()
    one.page.get_by_text("What was finished is kept").wait_for()
    one.page.locator(".ytick text").filter(has_text="Popularity").first.wait_for()
    assert not one.page.get_by_text("Waits,").is_visible()
