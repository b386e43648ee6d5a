"""Charts that all visitors see alike, a visitor's own copy of one, and Plotly's settings."""

from typing import Any

from plotly.graph_objects import Figure

from ui.charts.palette import Ink

__all__ = ["CONFIG", "FONT", "STILL", "Figure", "layout", "own_copy"]

FONT = "Source Sans, Source Sans Pro, sans-serif"

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "scrollZoom": True,
    "modeBarButtonsToRemove": ["toImage", "sendDataToCloud", "share"],
}
"""Plotly's own settings; nothing that would send a chart anywhere."""

STILL: dict[str, Any] = CONFIG | {"scrollZoom": False, "displayModeBar": False}
"""The same for charts to be read: the wheel scrolls the page."""


def own_copy(figure: Figure) -> Figure:
    """A copy to put a visitor's own things on; the chart itself stays as everybody sees it.

    `Figure(figure)` takes the type out of every trace of the chart for a moment, and a second visitor's thread that copies
    it then draws something else, or nothing: the chart is only read here.
    """
    return Figure(figure.to_dict())


def layout(ink: Ink, height: int) -> dict[str, Any]:
    """What charts beside a text have alike: no ground of their own, the page's font, quiet hints.

    Args:
        ink: Colours of the theme.
        height: Pixels.
    """
    font = {"color": ink.text, "family": FONT}
    return {
        "height": height,
        "hovermode": "closest",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": font,
        "hoverlabel": {"bgcolor": ink.ground, "bordercolor": ink.muted, "font": font},
    }
