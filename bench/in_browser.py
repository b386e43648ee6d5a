"""What benches of a page in a browser have in common: visits, their medians, and the file that keeps them."""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.first_visit import CHROMIUM, FLAGS, ROOT, serving

PATIENCE = 300_000
"""Milliseconds until what should appear is given up."""
RESTS = "[data-testid=stApp][data-test-script-state=notRunning]"
"""There when the app has stopped running."""


class Visit:
    """A page of a browser without a cache, and the bytes that its server sends."""

    def __init__(self, browser: Any) -> None:
        self.context = browser.new_context(viewport={"width": 1440, "height": 1000})
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.sent = 0
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, frame: str | bytes) -> None:
        self.sent += len(frame)

    def until(self, condition: str, started: float) -> float:
        """Seconds from a moment until a condition of the page holds."""
        self.page.wait_for_function(condition, polling=10)
        return time.perf_counter() - started

    def settle(self) -> None:
        """Wait until the app has stopped running."""
        self.page.locator(RESTS).wait_for()


def measure(doc: str, name: str, visit: Callable[[Visit, str], dict[str, float]]) -> None:
    """Read the command line, visit each dataset, print and keep what was found.

    Args:
        doc: What the command line says of itself.
        name: Of the file in bench/results.
        visit: Measures one visit of a page; takes the server's address with the dataset's name to be filled in.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("datasets", nargs="+")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument(
        "--called", default="", help="what the figures stand under, if not the dataset's name"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / f"{name}.json")
    options = parser.parse_args()
    if CHROMIUM is None:
        raise SystemExit("chromium is not installed")
    from playwright.sync_api import sync_playwright

    found: dict[str, Any] = {}
    with sync_playwright() as playwright, serving(options.home) as url:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for dataset in options.datasets:
            load, visits = os.getloadavg()[0], []
            for _ in range(options.times + 1):
                one = Visit(browser)
                try:
                    visits.append(
                        {k: round(v, 3) for k, v in visit(one, f"{url}/{{}}?dataset={dataset}").items()}
                    )
                finally:
                    one.context.close()
            first, *others = visits
            medians = {
                key: round(statistics.median(one[key] for one in others if key in one), 3) for key in first
            }
            called = options.called or dataset
            found[called] = {
                "load_before": round(load, 2),
                "first": first,
                "median": medians,
                "visits": others,
            }
            print(called, json.dumps(medians), "first:", json.dumps(first))
        browser.close()
    known = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    result = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "versions": {package: version(package) for package in ("streamlit", "lancedb", "playwright")},
        "datasets": {**known.get("datasets", {}), **found},
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
