"""The first visit: how long somebody waits for the map on a fresh installation, and on one that is built.

    python bench/first_visit.py [--out bench/results/first_visit.json] [--times 5]

Starts the app as it is shipped, in turns on an empty MOVIE_ATLAS_HOME and on one where the demo is ready, opens /map in
headless Chromium with nothing in its cache, and measures the seconds until the map's points are drawn: from the server's
start, and from opening the page, which is done as soon as the server answers. Chromium itself runs already. It draws
without a graphics card and shares the cores with the server.
"""

import argparse
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-gpu",
)
PATIENCE = 90.0
"""Seconds after which a map that does not come is an error."""
IS_DRAWN = "() => Number(document.querySelector('.map[data-drawn]')?.dataset.drawn) > 0"


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The app on a home folder, started as people start it; its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"MOVIE_ATLAS_HOME": str(home)}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url, until = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE
    try:
        while True:
            try:
                urlopen(f"{url}/_stcore/health", timeout=2).read()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise SystemExit("the server does not answer") from None
                time.sleep(0.02)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def visit(browser: Any, home: Path) -> dict[str, float]:
    """Seconds of one visit: until the server answers, and until the map is drawn from its start and from the opening."""
    started = time.perf_counter()
    with serving(home) as url:
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        try:
            page = context.new_page()
            opened = time.perf_counter()
            page.goto(f"{url}/map", wait_until="commit")
            page.wait_for_function(IS_DRAWN, timeout=PATIENCE * 1000)
            drawn = time.perf_counter()
        finally:
            context.close()
    found = {
        "server_answers": opened - started,
        "from_start": drawn - started,
        "from_opening": drawn - opened,
    }
    return {name: round(seconds, 2) for name, seconds in found.items()}


def measure(times: int) -> dict[str, list[dict[str, float]]]:
    """Visits to an empty home and to a built one, in turns."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[dict[str, float]]] = {"empty home": [], "built home": []}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for number in range(times):
            home = Path(folder) / str(number)
            home.mkdir()
            found["empty home"].append(visit(browser, home))
            found["built home"].append(visit(browser, home))
        browser.close()
    return found


def table(found: dict[str, list[dict[str, float]]]) -> str:
    """Median, least and most of every figure."""
    lines = [f"{'':12}{'':16}{'median':>8}{'least':>8}{'most':>8}"]
    for home, visits in found.items():
        for name in visits[0]:
            values: Sequence[float] = [one[name] for one in visits]
            row = (statistics.median(values), min(values), max(values))
            lines.append(f"{home:12}{name:16}" + "".join(f"{value:8.2f}" for value in row))
    return "\n".join(lines)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "first_visit.json")
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    if CHROMIUM is None:
        raise SystemExit("chromium is not installed")
    load = os.getloadavg()[0]
    found = measure(options.times)
    result = {
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "load_before": round(load, 2),
        },
        "versions": {name: version(name) for name in ("streamlit", "lancedb", "plotly", "playwright")},
        "seconds": found,
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(table(found))


if __name__ == "__main__":
    main()
