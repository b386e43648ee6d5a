"""Several lists on one map: a symbol and a colour for each method, a ring around what several name."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from core.exploration.comparison import Comparison, Mark
from ui.charts.film_map import map_figure
from ui.charts.literal import literal
from ui.charts.palette import Ink

SYMBOLS = (("circle-open", 19), ("square-open", 14), ("diamond-open", 11), ("cross-thin-open", 9))
"""Symbol and size for each list: open, and each smaller than the one before, so that all are seen at one place."""
HUES = {
    "light": ("#0b62a4", "#d55e00", "#00794f", "#8a2be2"),
    "dark": ("#6cb6ff", "#ff9d4d", "#3ddc9a", "#d3a4ff"),
}
"""Blue, orange, green and violet, told apart by colour-blind people, who have the symbols too (after Okabe, Ito 2008)."""
NAMED = 6
"""Films that all methods name are named on the map, so many at most."""
WIDTH, OVER, LINE = 1000, 22, 15
"""Pixels: how wide the map is drawn Plotly tells nobody, so a width is assumed; a title over its point; a line of text."""
_CHARACTER = 6.4


def lists_on_map_figure(
    frame: pd.DataFrame, comparison: Comparison, ink: Ink, *, is_dark: bool, height: int = 560
) -> go.Figure:
    """The map with all films faint, and every list's films marked.

    Args:
        frame: From `core.exploration.map_points.map_frame`; of any colour.
        comparison: The answers.
        ink: Colours of the theme.
        is_dark: Whether it is the dark theme.
        height: Pixels.
    """
    figure = map_figure(frame.assign(value=""), ink, title="", view="lists", height=height)
    for trace in figure.data:
        if trace.type != "contour":
            trace.update(showlegend=False, opacity=0.3, hoverinfo="skip", hovertemplate=None)
    places = frame.set_index("item_index")
    several = [item for item, ranks in comparison.ranks.items() if len(ranks) > 1 and item in places.index]
    if several:
        _ring(figure, places.loc[several], ink)
    hues = HUES["dark" if is_dark else "light"]
    for turn, number in enumerate(comparison.compared):
        column = comparison.columns[number]
        rows = places.loc[[item for item in column.items if item in places.index]]
        symbol, size = SYMBOLS[turn % len(SYMBOLS)]
        figure.add_trace(
            go.Scatter(
                x=rows["x"],
                y=rows["y"],
                mode="markers",
                name=literal(column.label),
                text=[
                    _hover(comparison, item, label)
                    for item, label in zip(rows.index.tolist(), rows["label"], strict=True)
                ],
                customdata=rows.index,
                hovertemplate="%{text}<extra></extra>",
                marker={
                    "symbol": symbol,
                    "size": size,
                    "color": hues[turn % len(hues)],
                    "line": {"width": 2.6},
                },
                cliponaxis=False,
            )
        )
    agreed = [item for item in comparison.agreed if item in places.index]
    _name(figure, places.loc[agreed[:NAMED]], ink, height)
    figure.update_layout(legend={"itemsizing": "trace", "y": -0.01})
    return figure


def lists_on_map_text(
    frame: pd.DataFrame, comparison: Comparison, regions: Sequence[str] | None = None
) -> list[str]:
    """The same in words, a sentence for each list and one for what several name; without mark-up.

    Args:
        frame: As for the figure.
        comparison: The answers.
        regions: Name of the part of the map that each film lies in, by item_index; "" = none. None = not known.
    """
    labels = dict(zip(frame["item_index"], frame["label"], strict=True))
    said = []
    for number in comparison.compared:
        column = comparison.columns[number]
        on_map = [item for item in column.items if item in labels]
        text = f"{column.label}: {len(on_map)} of {len(column.items)} films are on the map"
        if regions is not None:
            counts = Counter(regions[item] or "outside all groups" for item in on_map)
            text += "; " + ", ".join(
                f"{n} in {name}" if name != "outside all groups" else f"{n} {name}"
                for name, n in counts.most_common(3)
            )
        said.append(text + ".")
    several = [item for item in comparison.ranks if comparison.mark(item) is not Mark.ONE and item in labels]
    several.sort(key=lambda item: (-len(comparison.ranks[item]), sum(comparison.ranks[item].values())))
    if several:
        named = ", ".join(labels[item] for item in several[:NAMED])
        more = f" and {len(several) - NAMED} more" if len(several) > NAMED else ""
        said.append(f"Ringed, in several lists: {named}{more}.")
    else:
        said.append("No film is in several lists.")
    return said


def _ring(figure: go.Figure, rows: pd.DataFrame, ink: Ink) -> None:
    figure.add_trace(
        go.Scatter(
            x=rows["x"],
            y=rows["y"],
            mode="markers",
            name="In several lists",
            hoverinfo="skip",
            marker={"symbol": "circle-open", "size": 28, "color": ink.text, "line": {"width": 1.4}},
            cliponaxis=False,
        )
    )


def _name(figure: go.Figure, rows: pd.DataFrame, ink: Ink, height: int) -> None:
    """Titles of the films that all name, one above the other where they would stand on each other."""
    (left, right), (low, high) = figure.layout.xaxis.range, figure.layout.yaxis.range
    taken: list[tuple[float, float, float]] = []
    for x, y, label in zip(rows["x"], rows["y"], rows["label"], strict=True):
        across, half = (x - left) / (right - left) * WIDTH, len(label) * _CHARACTER / 2
        up = (y - low) / (high - low) * height + OVER
        while any(abs(across - x) < half + other and abs(up - y) < LINE for x, y, other in taken):
            up += LINE
        taken.append((across, up, half))
        figure.add_annotation(
            x=x,
            y=y,
            text=literal(label),
            showarrow=False,
            yshift=up - (y - low) / (high - low) * height,
            font={"size": 12, "color": ink.text, "shadow": f"0 0 3px {ink.ground}, 0 0 5px {ink.ground}"},
            captureevents=False,
        )


def _hover(comparison: Comparison, item: int, label: str) -> str:
    ranks = sorted(comparison.ranks[item].items())
    places = "<br>".join(f"{literal(comparison.columns[n].label)}: place {rank}" for n, rank in ranks)
    return f"<b>{literal(label)}</b><br>{places}"
