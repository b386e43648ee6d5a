"""Questions in words, in a browser: chips, taking one away, and what to do where little fits."""

import pytest

from tests.browser.served import Tab, wait_for_map

pytestmark = pytest.mark.browser

FRENCH = "recommend?text=French+thriller+from+the+60s,+no+horror"
STARVING = "recommend?text=Korean+horror+from+the+90s"


def chip(tab: Tab, name: str):
    return tab.page.get_by_test_id("stButtonGroup").get_by_role("button", name=name, exact=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_was_understood_stands_on_chips(server: str, tab, theme: str) -> None:
    one = tab(theme)
    one.open(f"{server}/{FRENCH}", "Recommend")
    for name in ("French", "Thriller", "1960s", "not Horror"):
        chip(one, name).wait_for()
    one.page.locator(".ma-card").first.wait_for()
    years = one.page.locator(".ma-year").all_inner_texts()
    assert years
    assert all("(196" in year for year in years if year.startswith("("))
    one.picture(f"words-{theme}")


def test_a_chip_that_is_taken_away_is_in_the_address_and_can_be_put_back(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/{FRENCH}", "Recommend")
    chip(one, "1960s").click()
    one.page.wait_for_url("**taken=years*")
    one.settle()
    one.page.locator(".ma-year", has_text="(19").first.wait_for()
    one.page.wait_for_function(
        "() => [...document.querySelectorAll('.ma-year')].some(y => /^.(?!196)/.test(y.innerText))"
    )
    address = one.page.url
    one.open(address, "Recommend")
    one.page.locator(".ma-card").first.wait_for()
    assert any(
        "(196" not in year for year in one.page.locator(".ma-year").all_inner_texts() if "(" in year
    ), "the address carries what was taken away"
    chip(one, "1960s").click()
    one.page.wait_for_function("() => !location.search.includes('taken')")


def test_the_part_that_starves_a_question_can_be_taken_away(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/{STARVING}", "Recommend")
    one.page.get_by_text("Little fits all of this.").wait_for()
    one.picture("words-starving")
    button = one.page.get_by_role("button", name="without “Korean”")
    n_films = int(button.inner_text().split(":")[1].split()[0])
    assert n_films > 0
    button.click()
    one.page.locator(".ma-card").nth(min(n_films, 10) - 1).wait_for()
    one.settle()
    assert one.page.locator(".ma-card").count() == min(n_films, 10)
    assert "taken=" in one.page.url


def test_on_a_narrow_screen_nothing_is_wider_than_the_page(server: str, tab) -> None:
    one = tab()
    one.page.set_viewport_size({"width": 390, "height": 900})
    one.open(f"{server}/{FRENCH}", "Recommend")
    chip(one, "not Horror").wait_for()
    one.page.locator(".ma-card").first.wait_for()
    assert one.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    one.picture("words-390")


def test_home_finds_people_and_plots_and_says_why(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/", "Movie Atlas")
    box = one.page.get_by_label("Find a film")
    box.fill("hitchcock")
    one.page.keyboard.press("Enter")
    one.page.get_by_text("Fits: directed by Alfred Hitchcock.").first.wait_for()
    one.settle()
    box.fill("a film about a shark")
    one.page.keyboard.press("Enter")
    one.page.locator(".ma-title", has_text="Jaws").wait_for()
    one.picture("home-words")


def test_words_point_out_films_on_the_map(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/map?words_on_map=directed+by+Akira+Kurosawa", "Map")
    wait_for_map(one)
    one.page.wait_for_function(
        "() => [...window.movieAtlasLinked].some(map => (map.told.marks || []).some(mark => mark.title.includes('Kurosawa')"
        " && mark.items.some(item => map.films.titles[map.films.at.get(item)].includes('Seven Samurai'))))"
    )
