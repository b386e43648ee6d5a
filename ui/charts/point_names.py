"""Names beside the points of a chart, placed so that they cover neither each other nor what is drawn."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.types import FloatVector
from ui.charts.literal import literal
from ui.charts.palette import Ink

Box = tuple[float, float, float, float]
HEIGHT, WIDTH = 430, 480
"""Pixels of a figure with two axes; how wide it is drawn Plotly tells nobody, so a width is assumed."""
_CHARACTER = 6.4
"""Pixels that a character of a name is assumed to be wide."""
_AROUND = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)]


def name_points(
    figure: go.Figure, frame: pd.DataFrame, ranges: tuple[Sequence[float], Sequence[float]], ink: Ink, *, log_x: bool
) -> None:  # fmt: skip
    """Write each method's name where no other name, point or bar is; far ones get a line to their point."""
    (x0, x1), (y0, y1) = ranges
    x = np.log10(frame["x"]) if log_x else frame["x"]
    scale = WIDTH / (x1 - x0), (HEIGHT - 70) / (y1 - y0)
    px, py = ((x - x0) * scale[0]).to_numpy(float), ((frame["y"] - y0) * scale[1]).to_numpy(float)
    taken = [(a - 7, b - 7, a + 7, b + 7) for a, b in zip(px, py, strict=True)]
    taken += _bar_boxes(frame, px, py, scale, log_x=log_x)
    for number, name in enumerate(frame["method"]):
        half = len(name) * _CHARACTER / 2
        best, cost = (0.0, 0.0), np.inf
        for far, dx, dy in [
            (f, dx * (half + 10 + 22 * f), dy * (15 + 16 * f)) for f in range(5) for dx, dy in _AROUND
        ]:
            box = (px[number] + dx - half, py[number] + dy - 9, px[number] + dx + half, py[number] + dy + 9)
            outside = (box[0] < 0) + (box[2] > WIDTH) + (box[1] < -12) + (box[3] > HEIGHT - 70)
            found = sum(_overlap(box, other) for other in taken) + 1000 * outside + 25 * far
            if found < cost:
                best, cost, chosen = (dx, dy), found, box
        taken.append(chosen)
        figure.add_annotation(
            x=float(x.iloc[number]),
            y=float(frame["y"].iloc[number]),
            text=literal(name),
            ax=best[0],
            ay=-best[1],
            arrowhead=0,
            arrowwidth=0.8,
            arrowcolor=ink.muted if abs(best[0]) > half + 24 or abs(best[1]) > 24 else "rgba(0,0,0,0)",
            standoff=6,
            font={"size": 12, "color": ink.text},
        )


def _bar_boxes(
    frame: pd.DataFrame, px: FloatVector, py: FloatVector, scale: tuple[float, float], *, log_x: bool
) -> list[Box]:
    """Where the interval bars are drawn, in pixels; wider than they are, so that names keep off them."""
    found: list[Box] = []
    for row, x, y in zip(frame.to_dict("records"), px, py, strict=True):
        low, high = ((row[f"y_{end}"] - row["y"]) * scale[1] for end in ("low", "high"))
        found.append((x - 6, y + low, x + 6, y + high))
        if not log_x:
            low, high = ((row[f"x_{end}"] - row["x"]) * scale[0] for end in ("low", "high"))
            found.append((x + low, y - 6, x + high, y + 6))
    return [box for box in found if np.isfinite(box).all()]


def _overlap(a: Sequence[float], b: Sequence[float]) -> float:
    """Square pixels that two boxes share."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
