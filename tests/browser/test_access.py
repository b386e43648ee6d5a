"""Every page for everybody: axe-core's serious findings, the keyboard alone, and every width."""

import pytest

from tests.browser.served import Tab

pytestmark = pytest.mark.browser

HEAT = "like=Heat+(1995)"
PAGES = {
    "Home": ("", "Movie Atlas"),
    "Map": (f"map?find_on_map=Heat+(1995)&{HEAT}", "Map"),
    "Recommend": (f"recommend?{HEAT}&text=a+heist", "Recommend"),
    "a list": (f"recommend?{HEAT}&view=List", "Recommend"),
    "a film's page": (f"recommend?{HEAT}&film=Heat+(1995)", "Recommend"),
    "a person's page": ("recommend?who=Michael+Mann", "Recommend"),
    "Compare": (f"compare?{HEAT}", "Compare"),
    "lists on the map": (f"compare?{HEAT}&compare_as=On+the+map", "Compare"),
    "all methods": (f"compare?{HEAT}&compare_as=All+methods", "Compare"),
    "blind": (f"compare?{HEAT}&compare_as=Blind", "Compare"),
    "You": ("you", "You"),
    "New here": (f"you?own=New+here%3F&{HEAT}&told=Heat+(1995)", "You"),
    "Together": ("you?own=Together&m1.like=Heat+(1995)&m2.like=Alien+(1979)", "You"),
    "Evaluate": ("evaluate", "Evaluate"),
    "Rating matrix": ("matrix", "Rating matrix"),
    "Data": ("data", "Data"),
}
SERIOUS = ("serious", "critical")


def rest(one: Tab) -> None:
    """Wait until nothing is drawn or fades any more."""
    one.settle()
    one.page.wait_for_function(
        "() => !document.querySelector('[data-testid=stSkeleton], [data-testid=stSpinner], [data-stale=true]')"
    )
    one.page.wait_for_timeout(1000)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(server: str, tab, theme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    one, found, n_rules = tab(theme), {}, 0
    for name, (path, heading) in PAGES.items():
        one.open(f"{server}/{path}", heading)
        rest(one)
        result = Axe().run(one.page).response
        n_rules += len(result["passes"])
        serious = [broken for broken in result["violations"] if broken["impact"] in SERIOUS]
        if serious:
            found[name] = [(broken["id"], broken["nodes"][0]["html"][:200]) for broken in serious]
    assert found == {}
    assert n_rules > 10 * len(PAGES), "axe has looked"


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_no_page_is_wider_than_the_window(server: str, tab, width: int) -> None:
    one, wide = tab(), {}
    one.page.set_viewport_size({"width": width, "height": 900})
    for name, (path, heading) in PAGES.items():
        one.open(f"{server}/{path}", heading)
        rest(one)
        beyond = one.page.evaluate(
            "() => { const main = document.querySelector('[data-testid=stMain]');"
            " return main.scrollWidth - main.clientWidth; }"
        )
        if beyond > 0:
            wide[name] = beyond
        one.picture(f"{width}-{name}")
    assert wide == {}


def reach(one: Tab, role: str, name: str, most: int = 120) -> None:
    """Press Tab until something has the focus."""
    wanted = one.page.get_by_role(role, name=name, exact=True).first
    wanted.wait_for()
    for _ in range(most):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        one.page.keyboard.press("Tab")
    pytest.fail(f"{role} “{name}” cannot be reached with the keyboard")


def test_the_keyboard_alone_asks_opens_likes_and_goes_on(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/recommend", "Recommend")
    rest(one)
    keys = one.page.keyboard
    reach(one, "combobox", "Films you like")
    keys.type("alien", delay=30)
    one.page.get_by_role("option", name="Alien (1979)").wait_for()
    keys.press("Enter")
    one.page.wait_for_url("**like=Alien*")
    one.page.locator(".ma-grid > li").nth(9).wait_for()
    rest(one)
    title = one.page.locator(".ma-title a").first.inner_text()
    reach(one, "link", title)
    keys.press("Enter")
    one.page.wait_for_url("**film=*")
    dialog = one.page.get_by_role("dialog")
    dialog.get_by_role("heading", name="Facts").wait_for()
    rest(one)
    keys.press("Escape")
    one.page.wait_for_function("() => !location.search.includes('film=')")
    rest(one)
    thumb = one.page.locator(".ma-grid > li").first.get_by_role("button").first
    name = thumb.get_attribute("aria-label")
    reach(one, "button", name)
    keys.press("Enter")
    one.page.wait_for_function("() => (location.search.match(/like=/g) || []).length === 2")
    rest(one)
    reach(one, "link", "Compare", most=200)
    keys.press("Enter")
    one.page.wait_for_url("**/compare?like=Alien*")
    one.page.locator(".lc-film").first.wait_for()
