"""How far films were moved: from their place by score alone to the one where they are shown."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.exploration.see_through import Moved
from ui.charts.literal import literal, shortened
from ui.charts.palette import Ink
from ui.charts.shared import layout

ROW = 26
"""Pixels of a film's row."""
LONGEST = 40
"""Letters of a film's name; what is longer is cut."""


def moved_figure(films: Sequence[Moved], labels: Sequence[str], ink: Ink) -> go.Figure:
    """A line for every film, from a ring at its place by score alone to a full point where it is shown.

    Args:
        films: In the order in which they are shown.
        labels: "Title (Year)" of every film, by item_index.
        ink: Colours of the theme.
    """
    alone, shown = [film.alone for film in films], [film.shown for film in films]
    rows = list(range(len(films)))
    colours = [
        ink.muted if now == was else ink.categories[4] if now < was else ink.accent
        for now, was in zip(shown, alone, strict=True)
    ]
    ends = [(was, now, None) for was, now in zip(alone, shown, strict=True)]
    figure = go.Figure(
        [
            go.Scatter(
                x=[place for line in ends for place in line],
                y=[place for row in rows for place in (row, row, None)],
                mode="lines",
                line={"color": ink.muted, "width": 1.5},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=alone,
                y=rows,
                mode="markers",
                marker={
                    "size": 10,
                    "color": ink.ground,
                    "line": {"width": 1.8, "color": colours},
                },
                hovertemplate="place %{x} by score alone<extra></extra>",
            ),
            go.Scatter(
                x=shown,
                y=rows,
                mode="markers",
                marker={"size": 10, "color": colours},
                hovertemplate="shown at place %{x}<extra></extra>",
            ),
        ]
    )
    figure.update_layout(
        **layout(ink, 60 + ROW * len(rows)),
        margin={"l": 8, "r": 12, "t": 4, "b": 44},
        dragmode=False,
        showlegend=False,
    )
    names = [f"{film.shown}. {literal(shortened(labels[film.item], LONGEST))}" for film in films]
    figure.update_yaxes(
        tickvals=rows,
        ticktext=names,
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
        automargin=True,
        fixedrange=True,
    )
    most = max([*alone, *shown])
    figure.update_xaxes(
        type="log",
        title={"text": "place in the list", "font": {"size": 12}},
        tickvals=[
            tick for tick in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20_000) if tick <= 2 * most
        ],
        gridcolor=ink.faint,
        zeroline=False,
        fixedrange=True,
    )
    return figure
