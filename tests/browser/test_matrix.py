"""The rating matrix in a browser: mouse, wheel, box, keys, fingers, and what the server and the address make of them."""

import re
from urllib.parse import parse_qs

import pytest

from tests.browser.served import Tab, waiting

pytestmark = pytest.mark.browser

View = list[float]
CANVAS = "canvas[data-view]"
ALL = [0, 2000, 0, 1080]


def view(tab: Tab) -> View:
    return [float(at) for at in (tab.page.locator(CANVAS).get_attribute("data-view") or "").split(",")]


def asked(tab: Tab) -> dict[str, list[str]]:
    return parse_qs(tab.page.evaluate("location.search.slice(1)"))


def open_matrix(tab: Tab, server: str, query: str = "") -> dict[str, float]:
    """Open the page; the edges of the canvas, scrolled into view."""
    tab.open(f"{server}/matrix{query}", "Rating matrix")
    tab.page.locator(CANVAS).wait_for()
    tab.settle()
    tab.page.locator(CANVAS).scroll_into_view_if_needed()
    edges = tab.page.locator(CANVAS).bounding_box()
    assert edges
    return edges


def until(tab: Tab, what: str, is_so) -> None:
    for _ in waiting(what):
        if is_so():
            break
    tab.settle()


def window(tab: Tab) -> list[int]:
    """The part that the address names."""
    return [int(at) for at in re.split(r"[-.]", asked(tab).get("window", ["0-2000.0-1080"])[0])]


def middle(edges: dict[str, float]) -> tuple[float, float]:
    return edges["x"] + edges["width"] / 2, edges["y"] + edges["height"] / 2


def coloured(tab: Tab) -> int:
    """How many pixels of the canvas are drawn on."""
    return int(
        tab.page.evaluate(
            """() => { for (const one of document.querySelectorAll('*')) {
                const canvas = one.shadowRoot?.querySelector('canvas[data-view]');
                if (!canvas) continue;
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                let n = 0;
                for (let at = 3; at < data.length; at += 4) n += data[at] > 0;
                return n; } return 0; }"""
        )
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_is_drawn(server: str, tab, theme: str) -> None:
    one = tab(theme)
    edges = open_matrix(one, server)
    assert view(one) == ALL
    assert coloured(one) > 0.1 * edges["width"] * edges["height"]
    assert one.page.get_by_text("no rating of this part is left out").is_visible()
    one.picture(f"matrix-{theme}")


def test_the_wheel_zooms_and_the_server_sends_single_ratings(server: str, tab) -> None:
    one = tab()
    edges = open_matrix(one, server)
    one.page.mouse.move(edges["x"] + 120, edges["y"] + 60)
    for _ in range(9):
        one.page.mouse.wheel(0, -240)
    until(one, "the part in view is asked for", lambda: window(one) != ALL)
    one.page.get_by_text("Every rating of these").wait_for()
    first, last, left, right = view(one)
    assert 0 <= first < last < 300
    assert 0 <= left < right < 120
    assert window(one)[0] <= first
    assert window(one)[1] >= last
    one.page.mouse.move(*middle(edges))
    one.page.locator(".tip").get_by_text("person").wait_for()
    one.picture("matrix-ratings")
    # the page is drawn anew with a click; the picture stays where it is
    was = view(one)
    one.page.mouse.click(*middle(edges))
    until(one, "a person and a film are chosen", lambda: "person" in asked(one) and "column" in asked(one))
    assert view(one) == was
    one.page.mouse.dblclick(*middle(edges))
    until(one, "everything is shown again", lambda: view(one) == ALL and "window" not in asked(one))
    # here the wheel has nothing to zoom out of: it scrolls the page
    assert "person" in asked(one)


def test_dragging_moves_and_keys_do(server: str, tab) -> None:
    one = tab()
    edges = open_matrix(one, server, "?window=500-700.200-400")
    assert view(one) == [500, 700, 200, 400]
    x, y = middle(edges)
    one.page.mouse.move(x, y)
    one.page.mouse.down()
    one.page.mouse.move(x - 100, y - 60, steps=5)
    one.page.mouse.up()
    until(one, "the part is asked for", lambda: window(one) != [500, 700, 200, 400])
    first, last, left, right = view(one)
    assert last - first == pytest.approx(200, abs=0.1)
    assert right - left == pytest.approx(200, abs=0.1)
    assert first > 505
    assert left > 205
    one.page.locator(CANVAS).focus()
    one.page.keyboard.press("ArrowLeft")
    until(one, "the view has moved", lambda: view(one)[2] == pytest.approx(left - 30, abs=0.1))
    one.page.keyboard.press("+")
    until(one, "the view is nearer", lambda: view(one)[3] - view(one)[2] == pytest.approx(140, abs=0.1))
    one.page.keyboard.press("0")
    until(one, "everything is asked for", lambda: view(one) == window(one) == ALL)
    one.page.wait_for_timeout(2000)  # an address that changes at once may be an earlier one that comes late
    one.page.go_back()
    until(one, "Back leads to an earlier part", lambda: view(one) != ALL)


def test_a_click_and_a_box_list_what_they_hold(server: str, tab) -> None:
    one = tab()
    edges = open_matrix(one, server)
    one.page.mouse.click(edges["x"] + 60, edges["y"] + 20)
    one.page.get_by_role("heading", name="pairs rated").wait_for()
    one.settle()
    cell = asked(one)["block"]
    one.page.get_by_role("button", name="Mark a box by dragging").click()
    x, y = middle(edges)
    one.page.mouse.move(x, y)
    one.page.mouse.down()
    one.page.mouse.move(x + 120, y + 90, steps=5)
    one.page.mouse.up()
    until(one, "the box is marked", lambda: asked(one).get("block", cell) != cell)
    first, last, left, right = (int(at) for at in re.split(r"[-.]", asked(one)["block"][0]))
    assert last - first > 200
    assert right - left > 60
    heading = one.page.get_by_role("heading", name="pairs rated").inner_text()
    assert heading.endswith(f"of {(last - first) * (right - left):,} pairs rated")
    one.picture("matrix-box")
    one.page.locator(CANVAS).focus()
    one.page.keyboard.press("Escape")
    until(one, "nothing is marked", lambda: "block" not in asked(one))


def test_a_name_chooses_and_other_orders_begin_anew(server: str, tab) -> None:
    one = tab()
    edges = open_matrix(one, server, "?window=0-12.0-20")
    one.page.mouse.click(edges["x"] + 10, edges["y"] + 40)
    until(one, "a person is chosen", lambda: "person" in asked(one))
    one.page.mouse.click(edges["x"] + edges["width"] / 2, edges["y"] + edges["height"] - 60)
    until(one, "a film is chosen", lambda: "column" in asked(one))
    one.page.get_by_test_id("stSelectbox").filter(has_text="Films by").locator("input").click()
    one.page.get_by_role("option", name="Year", exact=True).click()
    until(one, "everything is in view", lambda: view(one) == ALL)
    assert asked(one)["films_by"] == ["Year"]
    assert "window" not in asked(one)


def test_fingers(server: str, browser) -> None:
    one = Tab(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    edges = open_matrix(one, server)
    x, y = edges["x"] + 60, edges["y"] + 30
    one.page.touchscreen.tap(x, y)
    until(one, "a tap marks a cell", lambda: "block" in asked(one))
    edges = one.page.locator(CANVAS).bounding_box()
    assert edges
    touch = one.page.context.new_cdp_session(one.page)
    x, y = middle(edges)

    def fingers(kind: str, apart: float) -> None:
        points = [{"x": x + side * apart, "y": y + side * apart, "id": n} for n, side in enumerate((-1, 1))]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points if apart else []})

    fingers("touchStart", 20)
    for apart in (30, 45, 60):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    until(one, "two fingers zoom", lambda: window(one) != ALL)
    first, last, left, right = view(one)
    assert last - first < 1000
    assert right - left < 540
    assert one.complaints == []
    one.page.close()
