"""The curves of docs/scale.md: what whole builds took against how many ratings there are, both in powers of ten."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 420, 300, 64, 34, 46
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1b1f24; } .soft { fill: #59636e; }
.title { font-weight: 600; font-size: 13px; }
.grid { stroke: #d5dae0; } .a { stroke: #0072b2; fill: #0072b2; } .b { stroke: #d55e00; fill: #d55e00; }
path { fill: none !important; stroke-width: 2; } text.a, text.b { stroke: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #e8eaed; } .soft { fill: #a3adb8; } .grid { stroke: #3a424c; }
  .a { stroke: #56b4e9; fill: #56b4e9; } .b { stroke: #e69f00; fill: #e69f00; }
}
"""


@dataclass(frozen=True)
class Curve:
    """A line of a panel.

    Attributes:
        label: What it shows.
        kind: Its colour: "a" or "b".
        points: (ratings, value) ascending, both above 0.
    """

    label: str
    kind: str
    points: Sequence[tuple[float, float]]


def picture(figures: dict[str, Any]) -> str:
    """Two panels as SVG: time until films are served and until all is there, and memory and space on disk."""
    sizes = sorted(figures.values(), key=lambda one: one["n_ratings"])

    def curve(label: str, kind: str, key: str) -> Curve:
        return Curve(label, kind, [(one["n_ratings"], one[key]) for one in sizes if one[key]])

    panels = [
        ("Seconds of a build", (curve("whole", "a", "seconds"), curve("serves", "b", "serving_seconds"))),
        ("Megabytes", (curve("memory, peak", "a", "peak_mb"), curve("on disk", "b", "megabytes_on_disk"))),
    ]
    drawn = [_panel(title, curves, place * (WIDTH + 20)) for place, (title, curves) in enumerate(panels)]
    width = len(panels) * (WIDTH + 20)
    words = (
        "Seconds and megabytes of whole builds against the number of ratings; the same stands in the table."
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" role="img" '
        f'aria-label="{words}"><style>{STYLE}</style>{"".join(drawn)}</svg>\n'
    )


def _panel(title: str, curves: Sequence[Curve], left: float) -> str:
    xs = [x for curve in curves for x, _ in curve.points]
    ys = [y for curve in curves for _, y in curve.points]
    x_ends, y_ends = _powers(xs), _powers(ys)

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - x_ends[0]) / (x_ends[1] - x_ends[0])
        up = (math.log10(y) - y_ends[0]) / (y_ends[1] - y_ends[0])
        return left + LEFT + across * (WIDTH - LEFT - 70), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    found = [f'<text class="title" x="{left + LEFT}" y="18">{title}</text>']
    for power in range(x_ends[0], x_ends[1] + 1):
        x, bottom = at(10**power, 10 ** y_ends[0])
        top = at(10**power, 10 ** y_ends[1])[1]
        found.append(f'<line class="grid" x1="{x:.1f}" y1="{top:.1f}" x2="{x:.1f}" y2="{bottom:.1f}"/>')
        found.append(
            f'<text class="soft" x="{x:.1f}" y="{bottom + 17:.1f}" text-anchor="middle">{_short(10**power)}</text>'
        )
    for power in range(y_ends[0], y_ends[1] + 1):
        x, y = at(10 ** x_ends[0], 10**power)
        right = at(10 ** x_ends[1], 10**power)[0]
        found.append(f'<line class="grid" x1="{x:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{y:.1f}"/>')
        found.append(
            f'<text class="soft" x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{_short(10**power)}</text>'
        )
    middle = left + LEFT + (WIDTH - LEFT - 70) / 2
    found.append(f'<text class="soft" x="{middle:.1f}" y="{HEIGHT - 8}" text-anchor="middle">ratings</text>')
    for curve in curves:
        places = [at(*point) for point in curve.points]
        line = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        found.append(f'<path class="{curve.kind}" d="{line}"/>')
        found += [f'<circle class="{curve.kind}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places]
        x, y = places[-1]
        found.append(f'<text class="{curve.kind}" x="{x + 8:.1f}" y="{y + 4:.1f}">{curve.label}</text>')
    return "".join(found)


def _powers(values: Sequence[float]) -> tuple[int, int]:
    """Powers of ten that hold all values, two different ones at least."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _short(value: float) -> str:
    """1000 as "1k", 1000000 as "1M"."""
    for bound, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= bound:
            return f"{value / bound:g}{letter}"
    return f"{value:g}"
