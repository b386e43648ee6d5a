"""The map in a browser: everything that can be done on it, by mouse, keys and fingers, in both themes."""

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.browser.served import Tab, wait_for_map, waiting

pytestmark = pytest.mark.browser

MAP = "[...window.movieAtlasLinked].find(map => !map.told?.hides_legend)"
"""The only map, or the first of two, which has the legend."""


def asked(tab: Tab, expression: str) -> Any:
    """Something of the first map, called `map`."""
    return tab.page.evaluate(f"() => {{ const map = {MAP}; return {expression}; }}")


def until(tab: Tab, expression: str) -> None:
    tab.page.wait_for_function(f"() => {{ const map = {MAP}; return map?.films && ({expression}); }}")


def open_map(server: str, tab, query: str = "", theme: str = "light") -> Tab:
    one: Tab = tab(theme)
    one.open(f"{server}/map?{query}", "Map")
    wait_for_map(one)
    until(one, "map.ready")
    return one


def on_screen(tab: Tab, x: float, y: float) -> tuple[float, float]:
    """A place of the picture, as shares of its width and height."""
    box = tab.page.locator(".stage").first.bounding_box()
    assert box
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


def drag(tab: Tab, *places: tuple[float, float]) -> None:
    first, *rest = [on_screen(tab, *place) for place in places]
    tab.page.mouse.move(*first)
    tab.page.mouse.down()
    for place in rest:
        tab.page.mouse.move(*place, steps=6)
    tab.page.mouse.up()


def film_in_view(tab: Tab) -> tuple[int, float, float]:
    """A film that stands alone: its item_index, and where it is on the screen."""
    found = asked(
        tab,
        "(() => { const at = [...map.films.item.keys()]"
        "  .map(i => [i, ...map.view.toScreen(map.films.px[i], map.films.py[i])]);"
        " return at.find(([i, x, y]) => x > 120 && y > 120 && x < map.view.width - 120 && y < map.view.height - 120"
        "  && map.counts(i) && !map.nameAt(x, y)"
        "  && at.every(([j, a, b]) => j === i || Math.hypot(a - x, b - y) > 14)); })()",
    )
    box = tab.page.locator(".stage").first.bounding_box()
    assert box
    return asked(tab, f"map.films.item[{found[0]}]"), box["x"] + found[1], box["y"] + found[2]


RECTANGLE = [(0.3, 0.3), (0.65, 0.3), (0.65, 0.7), (0.3, 0.7), (0.3, 0.3)]


def coloured_share(tab: Tab) -> float:
    """Share of the picture's pixels that are clearly coloured."""
    image = Image.open(io.BytesIO(tab.page.locator(".stage").first.screenshot())).convert("HSV")
    return float((np.asarray(image)[..., 1] > 90).mean())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_shows_every_film(server: str, tab, theme: str) -> None:
    one = open_map(server, tab, theme=theme)
    assert asked(one, "map.films.n") == 1080
    for _ in waiting("the points are on the canvas"):
        if coloured_share(one) > 0.01:
            break
    one.picture(f"map-{theme}")


@pytest.mark.parametrize("width", [1440, 390])
def test_no_name_stands_over_another_or_over_the_edge(server: str, tab, width: int) -> None:
    one = open_map(server, tab)
    one.page.set_viewport_size({"width": width, "height": 900})
    until(one, f"map.view.width < {width}")
    seen: set[int] = set()
    for zoom in (1, 1.5, 2.5, 4, 7):
        names = one.page.evaluate(
            f"(zoom) => {{ const map = {MAP}; map.view.fit();"
            " map.view.zoomAt(zoom, map.view.width / 2, map.view.height / 2); map.draw();"
            " return map.placed.map(n => ({box: n.box, level: n.level})); }",
            zoom,
        )
        assert names or zoom > 1
        seen |= {name["level"] for name in names}
        size = asked(one, "[map.view.width, map.view.height]")
        for n, name in enumerate(names):
            left, top, right, bottom = name["box"]
            assert left >= 0
            assert top >= 0
            assert right <= size[0]
            assert bottom <= size[1]
            for other in names[n + 1 :]:
                box = other["box"]
                assert right <= box[0] or box[2] <= left or bottom <= box[1] or box[3] <= top
    assert seen >= {0, 1}, "coarse names from afar, finer ones near"
    assert len({name["name"] for name in asked(one, "map.films.names")}) == asked(
        one, "map.films.names.length"
    )


def test_a_loop_by_shift_selects(server: str, tab) -> None:
    one = open_map(server, tab)
    one.page.keyboard.down("Shift")
    drag(one, *RECTANGLE)
    one.page.keyboard.up("Shift")
    until(one, "map.chosen && map.state.some(dim => dim)")
    heading = one.page.get_by_role("heading", name="films selected")
    heading.wait_for()
    count = int(heading.inner_text().split()[0].replace(",", ""))
    assert 20 < count < 1080
    assert asked(one, "map.chosen.size") == count, "browser and server agree on what lies in the loop"
    one.page.locator("[data-testid=stDataFrame]").first.wait_for()
    one.page.get_by_text("over-represented").first.wait_for()
    assert "chosen=loop" in one.page.url
    one.settle()
    one.picture("map-lasso")
    one.page.get_by_role("button", name="Clear the selection").click()
    until(one, "!map.chosen")


@pytest.mark.parametrize("tool", ["loop", "box"])
def test_loop_and_box_by_their_buttons(server: str, tab, tool: str) -> None:
    one = open_map(server, tab)
    one.page.locator(f"[data-tool={tool}]").click()
    drag(one, *(RECTANGLE if tool == "loop" else RECTANGLE[::2][:2]))
    one.page.get_by_role("heading", name="films selected").wait_for()
    assert asked(one, "map.mode") == "move", "the next drag moves again"


def test_a_click_shows_the_film_and_arrows_go_through_its_neighbours(server: str, tab) -> None:
    one = open_map(server, tab)
    item, x, y = film_in_view(one)
    one.page.mouse.move(x, y)
    until(one, "map.pointed >= 0 && !map.tip.hidden")
    one.page.mouse.click(x, y)
    until(one, f"map.told.focus?.item === {item} && map.told.focus.near.length")
    one.page.get_by_text("Nearest films", exact=True).wait_for()
    assert "at=" in one.page.url
    one.settle()
    one.picture("map-film")
    one.page.keyboard.press("ArrowRight")
    one.page.keyboard.press("ArrowRight")
    second = asked(one, "map.told.focus.near[1].item")
    assert asked(one, "map.step") == 1
    one.page.keyboard.press("Enter")
    until(one, f"map.told.focus?.item === {second} && map.told.focus.near.length")
    one.page.keyboard.press("Enter")
    one.page.get_by_role("dialog").get_by_role("heading", name="Facts").wait_for()


def test_a_name_selects_its_group(server: str, tab) -> None:
    one = open_map(server, tab)
    name = asked(
        one,
        "map.placed.find(n => n.level === 1 && map.filmAt((n.box[0] + n.box[2]) / 2, n.box[1] + 4, 10) < 0)",
    )
    box = one.page.locator(".stage").first.bounding_box()
    assert box
    one.page.mouse.click(box["x"] + (name["box"][0] + name["box"][2]) / 2, box["y"] + name["box"][1] + 4)
    one.page.get_by_role("heading", name="films selected").wait_for()
    one.page.get_by_text(f"the group “{name['name']}”").wait_for()


def test_the_legend_dims_the_rest(server: str, tab) -> None:
    one = open_map(server, tab)
    entry = one.page.locator(".legend .entry", has_text="Horror")
    entry.click()
    until(one, "map.state && map.state.some(dim => !dim)")
    shown = asked(one, "map.state.filter(dim => !dim).length")
    assert entry.locator(".entry-count").inner_text() == f"{shown:,}"
    entry.click()
    until(one, "!map.state")


def test_wheel_keys_and_buttons_zoom_and_the_view_can_be_shared(server: str, tab) -> None:
    one = open_map(server, tab)
    one.page.mouse.move(*on_screen(one, 0.4, 0.6))
    one.page.mouse.wheel(0, -400)
    one.page.mouse.wheel(0, -400)
    until(one, "map.view.zoom > 2")
    one.page.locator(".stage").first.focus()
    before = asked(one, "map.view.zoom")
    one.page.keyboard.press("+")
    one.page.locator("[data-tool=zoom-in]").click()
    until(one, f"map.view.zoom > {before} * 2")
    one.page.wait_for_url("**look=**")
    told = asked(one, "map.view.told()")
    one.settle()
    again = tab()
    again.open(one.page.url, "Map")
    wait_for_map(again)
    until(again, "map.ready")
    assert asked(again, "map.view.told()") == pytest.approx(told, abs=0.02)
    one.page.locator("[data-tool=fit]").click()
    until(one, "map.view.zoom === 1")


def test_dragging_moves_it_and_titles_appear_near(server: str, tab) -> None:
    one = open_map(server, tab)
    x = asked(one, "map.view.x")
    drag(one, (0.6, 0.5), (0.4, 0.5))
    until(one, f"map.view.x > {x}")
    one.page.evaluate(f"() => {{ const map = {MAP}; map.view.go(0, 0, 8); map.draw(); }}")
    assert asked(one, "map.titles.length") > 5


def test_two_maps_share_one_selection(server: str, tab) -> None:
    one = tab("dark")
    one.open(f"{server}/map?beside=word2vec&at=Alien+(1979)", "Map")
    one.page.wait_for_function(
        "() => window.movieAtlasLinked?.size === 2 && [...window.movieAtlasLinked].every(map => map.ready)"
    )
    one.settle()
    one.page.get_by_role("heading", name="Where they disagree most").wait_for()
    one.picture("map-two-dark")
    one.page.keyboard.down("Shift")
    drag(one, *RECTANGLE)
    one.page.keyboard.up("Shift")
    one.page.wait_for_function(
        "() => { const [a, b] = [...window.movieAtlasLinked];"
        " return a.chosen?.size && a.chosen.size === b.chosen?.size; }"
    )
    one.page.get_by_role("heading", name="films selected").wait_for()
    item, x, y = film_in_view(one)
    one.page.mouse.move(x, y)
    one.page.wait_for_function(
        f"() => [...window.movieAtlasLinked].every(map => map.pointed >= 0 && map.films.item[map.pointed] === {item})"
    )


def test_a_finger_taps_and_two_fingers_zoom(server: str, browser) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = browser.new_context(**phone, device_scale_factor=2)
    page = context.new_page()
    page.goto(f"{server}/map")
    page.locator(".map[data-drawn]").first.wait_for()
    page.wait_for_function(f"() => {MAP}?.ready")
    stage = page.locator(".stage").first
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box
    place = page.evaluate(
        f"() => {{ const map = {MAP}; for (let i = map.films.n - 1; i >= 0; i--) {{"
        "  const [x, y] = map.view.toScreen(map.films.px[i], map.films.py[i]);"
        "  if (x > 40 && y > 80 && x < map.view.width - 40 && y < 400 && !map.nameAt(x, y)) return [x, y]; } }"
    )
    page.touchscreen.tap(box["x"] + place[0], box["y"] + place[1])
    page.wait_for_function(f"() => {MAP}.told.focus?.near.length")
    client = context.new_cdp_session(page)
    middle = box["x"] + box["width"] / 2, box["y"] + 200

    def fingers(kind: str, apart: float) -> None:
        sides = [] if kind == "touchEnd" else [-1, 1]
        points = [{"x": middle[0] + side * apart, "y": middle[1], "id": side + 1} for side in sides]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = page.evaluate(f"() => {MAP}.view.zoom")
    fingers("touchStart", 30)
    for apart in (50, 80, 120):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    page.wait_for_function(f"() => {MAP}.view.zoom > {before} * 1.8")
    context.close()


def test_it_can_be_taken_away(server: str, tab, browser, tmp_path) -> None:
    one = open_map(server, tab, "colour=Group")
    for tool, begins in (("png", b"\x89PNG"), ("svg", b"<svg")):
        with one.page.expect_download() as got:
            one.page.locator(f"[data-tool={tool}]").click()
        assert got.value.path().read_bytes().startswith(begins)
    one.page.get_by_role("button", name="Take it away").click()
    with one.page.expect_download() as got:
        one.page.get_by_role("button", name="An interactive page (HTML)").click()
    target = tmp_path / "map.html"
    got.value.save_as(target)
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto(f"file://{target}")
    page.locator(".map[data-drawn]").wait_for()
    page.get_by_label("Find a title").fill("alien")
    page.get_by_text("of 1,080 films").wait_for()
    assert json.dumps([url for url in asked_for if not url.startswith("file:")]) == "[]"
    context.close()
