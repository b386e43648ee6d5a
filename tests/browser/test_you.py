"""A visitor's own films in a browser: an export, then every page, Back, reload, and a link in somebody else's browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.served import Tab, serving, wait_for_map

pytestmark = pytest.mark.browser

SEEN = (
    ("Alien", 1979, 5),
    ("Blade Runner", 1982, 5),
    ("The Matrix", 1999, 4.5),
    ("2001: A Space Odyssey", 1968, 4.5),
    ("The Thing", 1982, 5),
    ("Heat", 1995, 4.5),
    ("Se7en", 1995, 4.5),
    ("Fargo", 1996, 5),
    ("Pulp Fiction", 1994, 4.5),
    ("Chinatown", 1974, 5),
    ("Psycho", 1960, 4.5),
    ("Rear Window", 1954, 5),
    ("Titanic", 1997, 1.5),
    ("Pretty Woman", 1990, 1),
    ("Love Actually", 2003, 2),
    ("Not Yet Made", 2031, 3),
)


@pytest.fixture(scope="module", params=["demo", "ml-latest-small"])
def films(request: pytest.FixtureRequest, built_home: Path) -> Iterator[tuple[str, str]]:
    """An address and a dataset. MovieLens is looked at where REAL_HOME names a home in which it is built."""
    home = built_home
    if request.param != "demo":
        home = Path(os.environ.get("REAL_HOME", "nowhere"))
        if not (home / "workspaces" / request.param).is_dir():
            pytest.skip("REAL_HOME names no home in which ml-latest-small is built")
    with serving(home) as url:
        yield url, request.param


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.csv"
    rows = (f'2024-01-05,"{title}",{year},https://boxd.it/x,{stars}' for title, year, stars in SEEN)
    path.write_text("\n".join(["Date,Name,Year,Letterboxd URI,Rating", *rows]), "utf-8")
    return path


def asks(one: Tab) -> str:
    """What the line above the page says."""
    return " ".join(one.page.locator(".ql").inner_text().split())


def go(one: Tab, page: str, heading: str) -> None:
    one.page.get_by_test_id("stSidebar").get_by_role("link", name=page, exact=True).click()
    one.page.get_by_role("heading", name=heading, exact=True).first.wait_for()
    one.settle()


def test_an_export_goes_over_every_page(films: tuple[str, str], tab, export: Path) -> None:
    url, dataset = films
    one = tab()
    one.open(f"{url}/you?dataset={dataset}&like=Arrival+(2016)", "You")
    one.page.locator("input[type=file]").set_input_files(str(export))
    one.page.get_by_text("films found in").first.wait_for()
    one.settle()
    said = asks(one)
    assert "your own" in said
    assert "Arrival (2016)" in said
    one.page.get_by_role("button", name="Find out").click()
    one.page.locator(".js-plotly-plot .main-svg").first.wait_for()
    one.settle()
    one.page.get_by_role(
        "heading", name="How well would each method have known you?"
    ).scroll_into_view_if_needed()
    one.page.locator(".js-plotly-plot").first.scroll_into_view_if_needed()
    one.picture(f"you-{dataset}")
    go(one, "Map", "Map")
    wait_for_map(one)
    one.page.wait_for_function(
        "() => [...window.movieAtlasLinked][0]?.told?.marks"
        ".some(mark => mark.title === 'You: liked' && mark.items.length > 5)"
    )
    one.picture(f"you-map-{dataset}")
    go(one, "Recommend", "Recommend")
    one.page.locator(".ma-grid > li").nth(9).wait_for()
    shown = one.page.locator(".ma-title a").all_inner_texts()
    assert len(shown) >= 10
    assert not set(shown) & {title for title, *_ in SEEN}, "what was seen is not listed"
    one.picture(f"you-recommend-{dataset}")
    go(one, "Compare", "Compare")
    one.page.locator(".lc-film").first.wait_for()
    assert "your own" in asks(one)
    one.picture(f"you-compare-{dataset}")
    one.page.go_back()
    one.page.wait_for_url("**/recommend?*")
    one.page.locator(".ma-grid > li").nth(9).wait_for()
    one.settle()
    assert said.split("clear")[0] == asks(one).split("clear")[0], "Back restores the question"
    address = one.page.url
    assert "Blade" not in address, "nobody's own films are in an address"
    one.page.reload()
    one.page.locator(".ma-grid > li").nth(9).wait_for()
    one.settle()
    assert "Arrival (2016)" in asks(one), "a reload keeps what the address says"
    other = tab("dark")
    other.open(address, "Recommend")
    other.page.locator(".ma-grid > li").nth(9).wait_for()
    assert "Arrival (2016)" in asks(other)
    assert "your own" not in asks(other), "the films of one visitor are not seen by another"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ten_films_to_begin_with(films: tuple[str, str], tab, theme: str) -> None:
    url, dataset = films
    one = tab(theme)
    one.open(f"{url}/you?dataset={dataset}&own=New+here%3F", "You")
    for number, said in enumerate(("I like it", "Haven’t seen it", "Not for me", "I like it"), 1):
        one.page.get_by_role("button", name=said, exact=True).click()
        one.page.get_by_text(f"{number} of 10 films", exact=True).wait_for()
        one.settle()
    assert one.page.url.count("told=") == 4
    one.page.get_by_text("What you would get now").wait_for()
    one.picture(f"new-here-{dataset}-{theme}")
    one.page.get_by_role("button", name="See them all").click()
    one.page.get_by_role("heading", name="Recommend", exact=True).wait_for()
    one.page.locator(".ma-grid > li").nth(9).wait_for()
    assert one.page.url.count("like=") == 3  # two liked films and one disliked: "dislike=" ends so, too


def test_one_film_for_several_people(films: tuple[str, str], tab) -> None:
    url, dataset = films
    one = tab()
    one.open(f"{url}/you?dataset={dataset}&own=Together&m1.name=Anna&m1.like=Alien+(1979)&m2.name=Ben", "You")
    box = one.page.get_by_role("combobox", name="Ben likes", exact=True)
    box.click()
    box.press_sequentially("amel", delay=30)
    one.page.get_by_role("option").first.wait_for()
    box.press("Enter")
    one.page.locator(".tg-map").wait_for()
    one.settle()
    assert "m2.like=" in one.page.url
    one.page.locator(".tg-map tfoot").scroll_into_view_if_needed()
    one.picture(f"together-{dataset}")
    one.page.locator(".tg-map a").first.click()
    one.page.get_by_role("dialog").get_by_role("heading", name="Facts").wait_for()
