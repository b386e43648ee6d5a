"""The map in a browser: seconds until it is drawn, until a click is answered, and the bytes that it takes.

    python bench/map_in_browser.py HOME DATASET [DATASET ...] [--times 5] [--called NAME] [--out FILE]

Serves the app on a home where the datasets are built (`bench/generated.py HOME --films N` builds one of any size), visits
each once so that the server has opened it, and then, in a browser without a cache each time, measures

- `drawn`: from opening /map until its points, or the density of very many, are drawn;
- `click`: from a click on a film until its true neighbours, which the server finds, are drawn;
- `ring`: until the browser itself has ringed it;
- `loop`: from letting go of a loop around a third of the picture until the server has said what is in it;
- `frame`: one frame while the map is moved, milliseconds;
- `near`: where only the films in view are sent: from zooming in until they are drawn;
- `kilobytes`: of what the server sent until then, with what is near, and with a click.

Chromium draws without a graphics card and shares the cores with the server.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.in_browser import Visit, measure

MAP = "[...(window.movieAtlasLinked || [])][0]"
FILM = (
    "() => { const map = MAP; for (let i = map.films.n - 1; i >= 0; i--) { const [x, y] = map.view.toScreen(map.films.px[i],"
    " map.films.py[i]); if (x > 60 && y > 60 && x < map.view.width - 60 && y < 500 && !map.nameAt(x, y)"
    " && map.filmAt(x, y, 10) === i) return [x, y, map.films.item[i]]; } }"
)


def within(expression: str) -> str:
    """A condition on the first map, as a script."""
    return f"() => {{ const map = {MAP}; return map?.ready && ({expression}); }}"


def visit(one: Visit, address: str) -> dict[str, float]:
    """One visit with everything that is measured."""
    page, found = one.page, {}
    started = time.perf_counter()
    page.goto(address.format("map"), wait_until="commit")
    found["drawn"] = one.until(within("map.frame.dataset.drawn > 0"), started)
    one.until(within("true"), started)
    one.settle()
    found["kilobytes"] = one.sent / 1000
    if page.evaluate(f"() => {MAP}.films.n") == 0:
        before, started = one.sent, time.perf_counter()
        page.evaluate(f"() => {{ const map = {MAP}; map.view.go(map.view.x, map.view.y, 24); map.moved(); }}")
        found["near"] = one.until(within("map.films.n > 0"), started)
        one.settle()
        found["kilobytes_near"] = (one.sent - before) / 1000
    frames = "const t = performance.now(); for (let i = 0; i < 10; i++) { map.view.pan(3, 1); map.draw(); }"
    found["frame"] = page.evaluate(
        f"() => {{ const map = {MAP}; {frames} return (performance.now() - t) / 10; }}"
    )
    one.settle()
    box = page.locator(".stage").first.bounding_box()
    x, y, item = page.evaluate(FILM.replace("MAP", MAP))
    before, started = one.sent, time.perf_counter()
    page.mouse.click(box["x"] + x, box["y"] + y)
    found["ring"] = one.until(within(f"map.told.focus?.item === {item}"), started)
    found["click"] = one.until(within("map.told.focus?.near.length"), started)
    one.settle()
    found["kilobytes_of_a_click"] = (one.sent - before) / 1000
    page.keyboard.press("Escape")
    page.keyboard.down("Shift")
    corners = [(0.3, 0.3), (0.63, 0.3), (0.63, 0.63), (0.3, 0.63)]
    places = [(box["x"] + box["width"] * a, box["y"] + box["height"] * b) for a, b in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    started = time.perf_counter()
    page.mouse.up()
    page.keyboard.up("Shift")
    page.get_by_role("heading", name="films selected").wait_for()
    found["loop"] = time.perf_counter() - started
    return found


if __name__ == "__main__":
    measure(__doc__ or "", "map_in_browser", visit)
