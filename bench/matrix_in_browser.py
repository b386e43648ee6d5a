"""The rating matrix in a browser: seconds until it is drawn, until a nearer part is there, and until a click is answered.

    python bench/matrix_in_browser.py HOME DATASET [DATASET ...] [--times 5] [--called NAME] [--out FILE]

Serves the app on a home where the datasets are built (`bench/generated.py HOME --films N --people N --ratings N` builds one
of any size), visits each once so that the server has opened it, and then, in a browser without a cache each time, measures

- `drawn`: from opening /matrix until every rating stands in its cell on the screen;
- `page`: until the whole page is there;
- `near`: from turning the wheel over the middle until the server's cells of the nearer part are drawn, 250 ms of them the
  rest that the browser waits for;
- `click`: from a click on a cell until its films and people are listed, 230 ms of them to tell it from a double one;
- `kilobytes`: of what the server sent until the page was there.

The first visit is told beside the medians: it counts what is counted once for all visitors.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.in_browser import Visit, measure

CANVAS = "canvas[data-cells]"


def visit(one: Visit, address: str) -> dict[str, float]:
    """One visit with everything that is measured."""
    page, found = one.page, {}
    started = time.perf_counter()
    page.goto(address.format("matrix"), wait_until="commit")
    canvas = page.locator(CANVAS)
    canvas.wait_for()
    found["drawn"] = time.perf_counter() - started
    one.settle()
    found["page"] = time.perf_counter() - started
    found["kilobytes"] = one.sent / 1000
    canvas.scroll_into_view_if_needed()
    box, before = canvas.bounding_box(), canvas.get_attribute("data-cells")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    started = time.perf_counter()
    page.mouse.wheel(0, -600)
    page.locator(f"{CANVAS}:not([data-cells='{before}'])").wait_for()
    found["near"] = time.perf_counter() - started
    one.settle()
    started = time.perf_counter()
    page.mouse.click(x, y)
    page.get_by_role("heading", name="pairs rated").wait_for()
    found["click"] = time.perf_counter() - started
    return found


if __name__ == "__main__":
    measure(__doc__ or "", "matrix_in_browser", visit)
