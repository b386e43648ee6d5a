"""Charts that all visitors see alike, a visitor's own copy of one, and Plotly's settings."""

from typing import Any

from plotly.graph_objects import Figure

__all__ = ["CONFIG", "Figure", "own_copy"]

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "scrollZoom": True,
    "modeBarButtonsToRemove": ["toImage", "sendDataToCloud", "share"],
}
"""Plotly's own settings; nothing that would send a chart anywhere."""


def own_copy(figure: Figure) -> Figure:
    """A copy to put a visitor's own things on; the chart itself stays as everybody sees it.

    `Figure(figure)` takes the type out of every trace of the chart for a moment, and a second visitor's thread that copies
    it then draws something else, or nothing: the chart is only read here.
    """
    return Figure(figure.to_dict())
