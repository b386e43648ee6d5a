"""One question over all pages, as a visitor meets it: the box for titles, Back, reload, a link, a film's page."""

import pytest

from tests.browser.served import Tab

pytestmark = pytest.mark.browser


def asks(tab: Tab) -> str:
    """What the line above the page says."""
    return " ".join(tab.page.locator(".ql").inner_text().split())


def test_enter_takes_the_best_match_and_back_restores(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/recommend", "Recommend")
    one.settle()
    box = one.page.get_by_role("combobox", name="Films you like")
    box.click()
    box.press_sequentially("alien", delay=30)
    one.page.get_by_role("option", name="Alien (1979)").wait_for()
    box.press("Enter")
    one.page.wait_for_url("**like=Alien*1979*")
    assert one.page.url.count("like=") == 1, "one film, not all that hold the word"
    one.page.locator(".ma-grid > li").nth(9).wait_for()
    one.settle()
    one.page.get_by_test_id("stSidebar").get_by_role("link", name="Compare").click()
    one.page.wait_for_url("**/compare?like=Alien*")
    one.page.locator(".lc-film").first.wait_for()
    one.page.go_back()
    one.page.wait_for_url("**/recommend?like=Alien*")
    one.page.locator(".ma-grid > li").nth(9).wait_for()
    assert "Alien (1979)" in asks(one)
    one.page.reload()
    one.page.locator(".ma-grid > li").nth(9).wait_for()
    assert "Alien (1979)" in asks(one)


def test_a_films_page_opens_from_a_title_and_leads_on(server: str, tab) -> None:
    one = tab("dark")
    one.open(f"{server}/recommend?like=Heat+(1995)", "Recommend")
    one.page.locator(".ma-title a").first.wait_for()
    one.settle()
    one.page.locator(".ma-title a").first.click()
    one.page.wait_for_url("**film=*")
    dialog = one.page.get_by_role("dialog")
    dialog.get_by_role("heading", name="Facts").wait_for()
    dialog.locator(".map[data-drawn]").first.wait_for()
    one.settle()
    one.picture("film")
    one.page.keyboard.press("Escape")
    one.page.wait_for_function("() => !location.search.includes('film=')")


def test_what_a_link_asks_for_and_is_not_there_is_said(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/recommend?dataset=nope&method=nonsense&k=9999", "Recommend")
    said = one.page.get_by_text("there are no films called")
    said.wait_for()
    assert "nonsense" in said.inner_text()
    assert "9999" in said.inner_text()
