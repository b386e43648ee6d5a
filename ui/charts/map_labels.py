"""Names on a map: placed so that none covers another, largest groups first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from core.maps.clusters import Cluster
from core.types import FloatMatrix
from ui.charts.group_marks import Mark

ASSUMED_WIDTH = 820
"""Pixels the map is assumed to be wide; Plotly tells nobody how wide it is drawn."""

SIGN = 19
"""Pixels of the sign before a name, so that its colour is seen."""


@dataclass(frozen=True)
class Label:
    """A name at its place: map coordinates, text with line breaks, font size in pixels."""

    x: float
    y: float
    html: str
    size: int


def place_labels(
    clusters: Sequence[Cluster],
    low: FloatMatrix,
    high: FloatMatrix,
    *,
    height: int,
    marks: Mapping[str, Mark] | None = None,
) -> list[Label]:
    """Place the names of groups near their films; a name that fits nowhere is left out (hovering shows every film).

    Args:
        clusters: The groups.
        low: (2,) lower left corner of what the map shows.
        high: (2,) its upper right corner.
        height: Pixels the map is high.
        marks: How the films of each group are drawn, by its name: a name carries it in front; None = they are drawn alike.
    """
    if not clusters:
        return []
    scale = np.array([ASSUMED_WIDTH, height]) / np.maximum(high - low, 1e-9)
    largest = max(c.size for c in clusters)
    taken: list[tuple[float, float, float, float]] = []
    labels = []
    for cluster in sorted(clusters, key=lambda c: -c.size):
        size = round(10 + 4 * (cluster.size / largest) ** 0.5)
        lines = _lines(cluster.name)
        lines[0] = f"{marks[cluster.name].sign} {lines[0]}" if marks else lines[0]
        width, tall = max(map(len, lines)) * size * 0.54 + 4, len(lines) * size * 1.25 + 2
        centre = (np.array([cluster.x, cluster.y]) - low) * scale
        for dx, dy in _OFFSETS:
            at = centre + np.array([dx * width, dy * tall])
            box = (at[0] - width / 2, at[1] - tall / 2, at[0] + width / 2, at[1] + tall / 2)
            inside = box[0] > -width / 3 and box[2] < ASSUMED_WIDTH + width / 3
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                x, y = at / scale + low
                colour = marks[cluster.name].colour if marks else ""
                labels.append(Label(float(x), float(y), _html(lines, colour), size))
                break
    return labels


_OFFSETS = [
    (0, 0),
    (0, 0.7),
    (0, -0.7),
    (0.3, 0.6),
    (-0.3, 0.6),
    (0.3, -0.6),
    (-0.3, -0.6),
    (0, 1.2),
    (0, -1.2),
    (0.55, 0),
    (-0.55, 0),
]


def _lines(name: str) -> list[str]:
    """The name's head and, below it, what comes after the colon."""
    head, colon, rest = name.partition(": ")
    return [head, rest] if colon else [head]


def _html(lines: Sequence[str], colour: str) -> str:
    """The head in bold; its first sign in a colour, where there is one."""
    head = escape(lines[0])
    if colour:
        head = f'<span style="color:{colour};font-size:{SIGN}px">{head[0]}</span>{head[1:]}'
    return "<br>".join([f"<b>{head}</b>", *map(escape, lines[1:])])


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
