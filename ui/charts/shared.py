"""Charts that all visitors see alike, and a visitor's own copy of one."""

from plotly.graph_objects import Figure

__all__ = ["Figure", "own_copy"]


def own_copy(figure: Figure) -> Figure:
    """A copy to put a visitor's own things on; the chart itself stays as everybody sees it."""
    return Figure(figure)
