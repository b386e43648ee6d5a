"""The map in a browser: seconds until it is drawn, until a click is answered, and the bytes that it takes.

    python bench/map_in_browser.py HOME DATASET [DATASET ...] [--times 5] [--out bench/results/map_in_browser.json]

Serves the app on a home where the datasets are built (`bench/generated.py HOME --films N` builds one of any size), visits
each once so that the server has opened it, and then, in a browser without a cache each time, measures

- `drawn`: from opening /map until its points, or the density of very many, are drawn;
- `click`: from a click on a film until its true neighbours, which the server finds, are drawn;
- `ring`: until the browser itself has ringed it;
- `loop`: from letting go of a loop around a third of the picture until the server has said what is in it;
- `frame`: one frame while the map is moved, milliseconds;
- `near`: where only the films in view are sent: from zooming in until they are drawn;
- `kilobytes`: of what the server sent until then, and with a click.

Chromium draws without a graphics card and shares the cores with the server.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.first_visit import CHROMIUM, FLAGS, ROOT, serving

MAP = "[...(window.movieAtlasLinked || [])][0]"
PATIENCE = 120_000
FILM = (
    "() => { const map = MAP; for (let i = map.films.n - 1; i >= 0; i--) { const [x, y] = map.view.toScreen(map.films.px[i],"
    " map.films.py[i]); if (x > 60 && y > 60 && x < map.view.width - 60 && y < 500 && !map.nameAt(x, y)"
    " && map.filmAt(x, y, 10) === i) return [x, y, map.films.item[i]]; } }"
)


def within(expression: str) -> str:
    """A condition on the first map, as a script."""
    return f"() => {{ const map = {MAP}; return map?.ready && ({expression}); }}"


def visit(browser: Any, url: str, dataset: str) -> dict[str, float]:
    """One visit with everything that is measured."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    sent = [0]
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: count(sent, frame)))
    found: dict[str, float] = {}
    try:
        started = time.perf_counter()
        page.goto(f"{url}/map?dataset={dataset}", wait_until="commit")
        page.wait_for_function(within("map.frame.dataset.drawn > 0"), polling=20)
        found["drawn"] = time.perf_counter() - started
        page.wait_for_function(within("true"), polling=20)
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        found["kilobytes"] = sent[0] / 1000
        if page.evaluate(f"() => {MAP}.films.n") == 0:
            started = time.perf_counter()
            page.evaluate(
                f"() => {{ const map = {MAP}; map.view.go(map.view.x, map.view.y, 24); map.moved(); }}"
            )
            page.wait_for_function(within("map.films.n > 0"), polling=20)
            found["near"] = time.perf_counter() - started
        frames = (
            "const t = performance.now(); for (let i = 0; i < 10; i++) { map.view.pan(3, 1); map.draw(); }"
        )
        found["frame"] = page.evaluate(
            f"() => {{ const map = {MAP}; {frames} return (performance.now() - t) / 10; }}"
        )
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        box = page.locator(".stage").first.bounding_box()
        x, y, item = page.evaluate(FILM.replace("MAP", MAP))
        before, started = sent[0], time.perf_counter()
        page.mouse.click(box["x"] + x, box["y"] + y)
        page.wait_for_function(within(f"map.told.focus?.item === {item}"), polling=10)
        found["ring"] = time.perf_counter() - started
        page.wait_for_function(within("map.told.focus?.near.length"), polling=10)
        found["click"] = time.perf_counter() - started
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        found["kilobytes_of_a_click"] = (sent[0] - before) / 1000
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
    finally:
        context.close()
    return {name: round(value, 3) for name, value in found.items()}


def count(sent: list[int], frame: str | bytes) -> None:
    """Add a message's length."""
    sent[0] += len(frame)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("datasets", nargs="+")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "map_in_browser.json")
    options = parser.parse_args()
    if CHROMIUM is None:
        raise SystemExit("chromium is not installed")
    from playwright.sync_api import sync_playwright

    load = os.getloadavg()[0]
    found: dict[str, Any] = {}
    with sync_playwright() as playwright, serving(options.home) as url:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for dataset in options.datasets:
            first, *visits = [visit(browser, url, dataset) for _ in range(options.times + 1)]
            medians = {name: statistics.median(one[name] for one in visits if name in one) for name in first}
            found[dataset] = {"first": first, "median": medians, "visits": visits}
            print(dataset, json.dumps(medians))
        browser.close()
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "load_before": round(load, 2)}
    versions = {name: version(name) for name in ("streamlit", "lancedb", "playwright")}
    known = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {"datasets": {}}
    result = {"machine": machine, "versions": versions, "datasets": {**known["datasets"], **found}}
    options.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
