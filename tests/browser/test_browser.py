"""What only a browser shows: points on the canvas, a lasso, deep links, a calm console."""

import numpy as np
import pytest
from playwright.sync_api import TimeoutError

from tests.browser.served import PATIENCE, Tab, waiting

pytestmark = pytest.mark.browser


def drawn(tab: Tab) -> int:
    """How many points Plotly holds for the map."""
    return int(
        tab.page.evaluate(
            "() => document.querySelector('.js-plotly-plot').data.filter(t => t.type.startsWith('scatter'))"
            ".reduce((n, t) => n + (t.x.length || t.x._inputArray?.length || 0), 0)"
        )
    )


def wait_for_map(tab: Tab) -> None:
    """Wait until the map is there, the app rests, and two frames have been drawn since."""
    tab.page.locator(".js-plotly-plot .main-svg").first.wait_for()
    tab.settle()
    tab.page.wait_for_function(
        "() => { const plot = document.querySelector('.js-plotly-plot');"
        " return plot?._fullLayout && plot.calcdata?.some(c => c[0]?.trace?.type?.startsWith('scatter'))"
        " && !plot._transitioning && !plot._redrawing; }"
    )
    tab.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def coloured_share(tab: Tab) -> float:
    """Share of the map's pixels that are clearly coloured: points are drawn."""
    import io

    from PIL import Image

    image = Image.open(io.BytesIO(tab.page.locator(".js-plotly-plot").screenshot())).convert("HSV")
    saturation = np.asarray(image)[..., 1]
    return float((saturation > 90).mean())


def test_a_deep_link_is_a_fresh_servers_first_page(fresh_server: str, tab) -> None:
    one = tab()
    one.open(f"{fresh_server}/map?colour=Decade&find_on_map=Heat+(1995)", "Map")
    wait_for_map(one)
    assert one.page.get_by_text("Heat (1995)").first.is_visible()
    assert "colour=Decade" in one.page.url
    assert one.page.get_by_role("link", name="Recommend").first.is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_map_shows_its_points(server: str, tab, theme: str) -> None:
    one = tab(theme)
    one.open(f"{server}/map", "Map")
    wait_for_map(one)
    assert drawn(one) == 1080
    for _ in waiting("the points are on the canvas"):
        if coloured_share(one) > 0.01:
            break
    one.picture(f"map-{theme}")


def test_a_lasso_fills_the_table(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/map?mouse=Loop", "Map")
    wait_for_map(one)
    box = one.page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert box
    corners = [(0.35, 0.3), (0.65, 0.3), (0.65, 0.7), (0.35, 0.7), (0.35, 0.3)]
    places = [(box["x"] + box["width"] * a, box["y"] + box["height"] * b) for a, b in corners]
    one.page.mouse.move(*places[0])
    one.page.mouse.down()
    for place in places[1:]:
        one.page.mouse.move(*place, steps=12)
    one.page.mouse.up()
    heading = one.page.get_by_role("heading", name="films selected")
    heading.wait_for()
    count = int(heading.inner_text().split()[0].replace(",", ""))
    assert 20 < count < 1080
    one.settle()
    one.page.locator("[data-testid=stDataFrame]").first.wait_for()
    assert drawn(one) == 1080
    one.picture("map-lasso")


def test_a_click_opens_the_films_card(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/map", "Map")
    wait_for_map(one)
    place = one.page.evaluate(
        "() => { const plot = document.querySelector('.js-plotly-plot'); const layout = plot._fullLayout;"
        " const trace = plot.calcdata.map(c => c[0].trace).find(t => t.type.startsWith('scatter'));"
        " const box = plot.querySelector('.nsewdrag').getBoundingClientRect(); const x = trace.x, y = trace.y;"
        " for (let i = 0; i < x.length; i++) { const a = layout.xaxis.l2p(x[i]), b = layout.yaxis.l2p(y[i]);"
        "  if (a > 150 && a < box.width - 150 && b > 100 && b < box.height - 100) return [box.x + a, box.y + b]; } }"
    )
    one.page.mouse.move(place[0] - 3, place[1] - 3)
    one.page.mouse.move(*place, steps=5)
    one.page.wait_for_function("() => document.querySelector('.js-plotly-plot')._hoverdata?.length")
    one.page.mouse.click(*place)
    one.page.locator(".ma-plot").first.wait_for()
    one.page.get_by_text("Nearest films").wait_for()
    one.settle()
    one.picture("map-film")


def test_a_view_can_be_shared(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/map", "Map")
    wait_for_map(one)
    one.page.get_by_text("Number of ratings", exact=True).first.click()
    one.page.wait_for_url("**colour=Number**")
    one.settle()
    again = tab()
    again.open(one.page.url, "Map")
    wait_for_map(again)
    chosen = again.page.locator("[data-testid=stButtonGroup] [aria-checked=true], button[kind$=Active]").first
    assert "Number of ratings" in chosen.inner_text()


def test_recommends_with_reasons(server: str, tab) -> None:
    one = tab()
    one.open(f"{server}/recommend?like=Heat+(1995)", "Recommend")
    one.page.locator(".ma-card").nth(5).wait_for()
    assert one.page.locator(".ma-card", has_text="Heat (1995)").count() >= 5, "reasons name the liked film"
    one.picture("recommend")
    one.settle()
    one.page.get_by_role("button", name="I have seen").first.click()
    one.page.wait_for_url("**seen=**")
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


def test_methods_are_measured_from_the_page(server: str, tab) -> None:
    one = tab("dark")
    one.open(f"{server}/evaluate", "Evaluate")
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
    one.open(f"{server}/evaluate", "Evaluate")
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
    assert drawn(one) == 1080
