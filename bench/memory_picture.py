"""The memory of a server under a crowd, as a picture: what `bench/load.py --minutes` has written down.

    python bench/memory_picture.py LOAD.json OUT.png

Drawn by Plotly in headless Chromium.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import plotly.graph_objects as go

FLAGS = ("--no-sandbox", "--disable-background-networking")
EARLY, LATE = 5, 30
"""Minutes whose memory is compared."""


def around(minutes: np.ndarray, megabytes: np.ndarray, at: float) -> float:
    """Median MB in the minute before a moment."""
    return float(np.median(megabytes[(minutes > at - 1) & (minutes <= at)]))


def memory_figure(stay: dict[str, list[list[float]]], title: str) -> go.Figure:
    """MB over minutes, with both compared moments marked."""
    seconds, megabytes = np.array(stay["memory"]).T
    minutes = seconds / 60
    early, late = (around(minutes, megabytes, at) for at in (EARLY, LATE))
    figure = go.Figure(
        go.Scatter(x=minutes, y=megabytes, mode="lines", line={"color": "#0f6e84", "width": 2})
    )
    figure.add_trace(
        go.Scatter(
            x=[EARLY, LATE],
            y=[early, late],
            mode="markers+text",
            text=[f"{early:.0f} MB", f"{late:.0f} MB ({late / early - 1:+.1%})"],
            textposition=["bottom center", "bottom left"],
            marker={"size": 9, "color": "#d55e00"},
        )
    )
    figure.update_layout(
        title={"text": title, "font": {"size": 15}},
        width=900,
        height=380,
        showlegend=False,
        template="plotly_white",
        margin={"l": 60, "r": 20, "t": 50, "b": 50},
        xaxis={"title": "Minutes"},
        yaxis={"title": "Resident memory, MB", "rangemode": "tozero"},
    )
    return figure


def main() -> None:
    """Draw and write the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("load", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    figures = json.loads(given.load.read_text("utf-8"))
    stay = figures["now"]["stay"]
    title = f"{figures['dataset']}: {stay['at_once']} visitors at any time, {stay['visits']:,} visits"
    page_html = memory_figure(stay, title).to_html(include_plotlyjs=True, config={"staticPlot": True})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 920, "height": 400})
        page.set_content(page_html)
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        page.screenshot(path=str(given.out))
        browser.close()


if __name__ == "__main__":
    main()
