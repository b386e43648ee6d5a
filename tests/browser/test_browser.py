"""What only a browser shows: deep links, pages that work by clicks, a calm console."""

import pytest
from playwright.sync_api import TimeoutError

from tests.browser.served import PATIENCE, wait_for_map, waiting

pytestmark = pytest.mark.browser
FEW_METHODS = "measured=popularity&measured=content&measured=ials"
"""One of each kind; what the page does with more is no other."""


def test_a_deep_link_is_a_fresh_servers_first_page(fresh_server: str, tab) -> None:
    one = tab()
    one.open(f"{fresh_server}/map?colour=Decade&find_on_map=Heat+(1995)", "Map")
    wait_for_map(one)
    assert one.page.get_by_role("link", name="Heat").first.is_visible()
    assert "colour=Decade" in one.page.url
    assert one.page.get_by_role("link", name="Recommend").first.is_visible()


def test_recommends_with_reasons(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/recommend?like=Heat+(1995)", "Recommend")
    one.page.locator(".ma-card").nth(5).wait_for()
    assert one.page.locator(".ma-card", has_text="Heat (1995)").count() >= 5, "reasons name the liked film"
    one.picture("recommend")
    one.settle()
    one.click_until("I have seen", "seen=")
    one.page.get_by_text("You have seen").wait_for()
    one.page.get_by_role("button", name="Take back what you said").click()
    one.page.wait_for_function("() => !location.search.includes('seen=')")


def test_a_words_question_is_answered(server: str, tab) -> None:
    one = tab("dark")
    one.open(f"{server}/recommend?text=a+robot+learns+to+love", "Recommend")
    one.page.locator(".ma-card").nth(5).wait_for()
    one.picture("recommend-text")


def test_home_and_data_open(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/", "Movie Atlas")
    one.page.get_by_label("Find a film").fill("seven samurai")
    one.page.keyboard.press("Enter")
    one.page.locator(".ma-title", has_text="Seven Samurai").first.wait_for()
    one.picture("home")
    one.open(f"{server}/data", "Data")
    one.page.get_by_text("Load report").first.wait_for()
    one.picture("data")


def test_compares_methods_side_by_side(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/compare?like=Heat+(1995)&method2=EASE&method3=Hybrid&genre=Crime", "Compare")
    one.page.locator(".lc-film").nth(29).wait_for()
    assert one.page.locator(".lc-mark").count() > 5
    assert one.page.locator(".lc-film").filter(has_text="Crime").count() == 30
    one.picture("compare")


def test_a_method_is_seen_through_to_the_sums_of_its_parts(server: str, tab) -> None:
    one = tab("dark")
    likes = "like=Heat+(1995)&like=Alien+(1979)"
    one.open(f"{server}/methods?method=hybrid&{likes}", "Methods")
    one.page.locator(".barlayer .point").nth(6).wait_for()
    one.page.locator(".katex").first.wait_for()
    one.settle()
    parts = one.page.get_by_role("radiogroup").get_by_role("radio")
    parts.last.click()
    one.settle()
    one.page.get_by_text("Without Heat (1995)").wait_for()
    one.picture("methods")
    one.page.get_by_role("link", name="Recommend").first.click()
    one.page.get_by_role("heading", name="Recommend", exact=True).wait_for()
    assert "like=Alien" in one.page.url, "the question goes along"


def test_methods_are_measured_from_the_page(server: str, tab) -> None:
    one = tab("dark")
    one.open(f"{server}/evaluate?{FEW_METHODS}", "Evaluate")
    one.page.get_by_role("button", name="Measure", exact=True).click()
    one.page.get_by_role("heading", name="What accuracy costs").wait_for(timeout=4 * PATIENCE)
    assert one.page.get_by_text("Simulated ratings").first.is_visible()
    best = one.page.get_by_role("table").filter(has_text="What people will watch and like next")
    assert best.is_visible()
    assert best.get_by_role("row").count() >= 4, "a head, and what a holdout answers"
    one.settle()
    one.picture("evaluate")


def test_a_few_likes_are_measured_from_the_page(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/evaluate?{FEW_METHODS}", "Evaluate")
    form = one.page.get_by_text("Measure methods", exact=True)
    form.wait_for()
    one.settle()
    picker = one.page.get_by_test_id("stSelectbox").filter(has_text="Which ratings are held out")
    option = one.page.get_by_role("option", name="A few likes")
    for _ in waiting("the ways to hold out are offered"):
        if not picker.is_visible():  # it is open where nothing was measured yet
            form.click()
            picker.wait_for()
        picker.locator("input").click()
        try:  # a page that is still being drawn closes the list again
            option.click(timeout=5000)
            break
        except TimeoutError:
            continue
    one.page.get_by_text("names one to five films that they like").wait_for()
    one.page.get_by_role("button", name="Measure", exact=True).click()
    one.page.get_by_role("heading", name="From the first liked film on").wait_for(timeout=4 * PATIENCE)
    assert one.page.get_by_text("Asked with a few likes.").is_visible()
    assert one.page.get_by_text("A few films that I like").first.is_visible()
    one.settle()
    one.picture("evaluate_few_likes")


def test_nonsense_in_the_address_is_ignored(server: str, tab) -> None:
    one = tab()
    one.open(
        f"{server}/map?dataset=../../etc&space=<script>&colour=Nope&find_on_map=<img src=x onerror=alert(1)>",
        "Map",
    )
    wait_for_map(one)
    assert one.page.evaluate("() => [...window.movieAtlasLinked][0].films.n") == 1080
