"""A colour and a shape for every group on a map, which its name carries too."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.maps.clusters import Cluster
from ui.charts.palette import Ink

SHAPES = (("circle", "●"), ("diamond", "◆"), ("square", "■"), ("triangle-up", "▲"))
"""Plotly's name of a shape, and a sign that looks like it."""


@dataclass(frozen=True)
class Mark:
    """How a group's films are drawn.

    Attributes:
        colour: Of its points, and of the sign before its name.
        shape: Plotly's name of it.
        sign: A letter that looks like it.
    """

    colour: str
    shape: str
    sign: str


def group_marks(clusters: Sequence[Cluster], ink: Ink) -> dict[str, Mark]:
    """The mark of every group by its name: one of its own for up to forty groups.

    Largest groups first: each takes a colour that its shape has not had yet, the one whose other groups lie farthest off,
    so that groups of one colour are not neighbours.
    """
    hues = ink.categories
    places = np.array([(c.x, c.y) for c in clusters], dtype=float).reshape(-1, 2)
    taken: list[list[int]] = [[] for _ in hues]
    marks: dict[str, Mark] = {}
    by_size = sorted(range(len(clusters)), key=lambda i: (-clusters[i].size, i))
    for turn, i in enumerate(by_size):
        level = turn // len(hues)
        free = [hue for hue in range(len(hues)) if len(taken[hue]) == level]
        hue = max(free, key=lambda h: _distance(places, i, taken[h]))
        taken[hue].append(i)
        shape, sign = SHAPES[level % len(SHAPES)]
        marks[clusters[i].name] = Mark(hues[hue], shape, sign)
    return marks


def _distance(
    places: np.ndarray[tuple[int, int], np.dtype[np.float64]], one: int, others: Sequence[int]
) -> float:
    """From a group to the nearest of others; endless where there are none or a place is not known."""
    if not others:
        return np.inf
    found = np.linalg.norm(places[list(others)] - places[one], axis=1)
    return float(np.nan_to_num(found, nan=np.inf).min())
