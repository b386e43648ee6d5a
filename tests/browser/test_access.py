"""Every page for everybody: axe-core's serious findings, the keyboard alone, and every width."""

import pytest

from tests.browser.served import Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

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
WIDTHS = (1024, 390)
"""Beside 1,440 px, at which axe looks."""


def rest(one: Tab) -> None:
    """Wait until nothing is drawn or fades any more."""
    one.settle()
    one.page.wait_for_function(
        "() => !document.querySelector('[data-testid=stSkeleton], [data-testid=stSpinner], [data-stale=true]')"
    )
    one.page.wait_for_timeout(600)


def test_every_page_is_for_everybody(server: str, tab) -> None:
    """axe-core in both themes, then three widths, on each page once: visits cost most."""
    from axe_playwright_python.sync_playwright import Axe

    one, axe = tab(), Axe()
    found: dict[str, object] = {}
    n_rules = 0
    for name, (path, heading) in PAGES.items():
        one.page.emulate_media(color_scheme="light")
        one.page.set_viewport_size({"width": 1440, "height": 1000})
        one.open(f"{server}/{path}", heading)
        for theme in ("light", "dark"):
            one.page.emulate_media(color_scheme=theme)
            rest(one)
            result = axe.run(one.page).response
            n_rules += len(result["passes"])
            for broken in result["violations"]:
                if broken["impact"] in SERIOUS:
                    found[f"{name}, {theme}: {broken['id']}"] = broken["nodes"][0]["html"][:200]
        for width in WIDTHS:
            one.page.set_viewport_size({"width": width, "height": 1000})
            one.page.wait_for_timeout(300)
            beyond = one.page.evaluate(
                "() => { const main = document.querySelector('[data-testid=stMain]');"
                " return main.scrollWidth - main.clientWidth; }"
            )
            if beyond > 0:
                found[f"{name}, {width} px"] = f"{beyond} px wider than the window"
            one.picture(f"{width}-{name}")
    assert found == {}
    assert n_rules > 20 * len(PAGES), "axe has looked"


def reach(one: Tab, role: str, name: str, most: int = 120) -> None:
    """Press Tab until something has the focus."""
    wanted = one.page.get_by_role(role, name=name, exact=True).first
    wanted.wait_for()
    for _ in range(most):
        if wanted.evaluate("element => element.getRootNode().activeElement === element"):
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
