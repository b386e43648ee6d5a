"""A score as the sum that it is: each addend a bar that begins where the one before it ended."""

from itertools import accumulate

import plotly.graph_objects as go

from core.domain import ScoreSum
from ui.charts.literal import literal, shortened
from ui.charts.palette import Ink
from ui.charts.shared import layout

ROW = 27
"""Pixels of a bar's row."""
LONGEST = 46
"""Characters of an addend's name beside its bar; the whole one stands in its hint and in the table."""


def score_sum_figure(whole: ScoreSum, ink: Ink) -> go.Figure:
    """What speaks for a film goes to the right, what speaks against it to the left, and the last bar is the score.

    Args:
        whole: With as many addends as are to be drawn.
        ink: Colours of the theme.
    """
    values = [addend.value for addend in whole.addends]
    starts = [0.0, *accumulate(values)][: len(values)]
    colours = [ink.categories[4] if value > 0 else ink.accent for value in values]
    figure = go.Figure(
        go.Bar(
            x=[*values, whole.score],
            y=list(range(len(values) + 1)),
            base=[*starts, 0.0],
            orientation="h",
            marker={"color": [*colours, ink.muted]},
            text=[*(f"{value:+.3g}" for value in values), f"<b>{whole.score:.3g}</b>"],
            textposition="outside",
            cliponaxis=False,
            customdata=[
                *(_hint(addend.words, addend.detail) for addend in whole.addends),
                _hint("Score", ""),
            ],
            hovertemplate="%{customdata}<br>%{x:+.4g}<extra></extra>",
            width=0.66,
        )
    )
    edges = [0.0, whole.score, *(start + value for start, value in zip(starts, values, strict=True))]
    span = max(edges) - min(edges) or 1.0
    figure.update_layout(
        **layout(ink, 46 + ROW * (len(values) + 1)),
        margin={"l": 8, "r": 12, "t": 4, "b": 30},
        dragmode=False,
        showlegend=False,
    )
    names = [literal(shortened(addend.words, LONGEST)) for addend in whole.addends]
    figure.update_yaxes(
        tickvals=list(range(len(values) + 1)),
        ticktext=[*names, "<b>Score</b>"],
        range=[len(values) + 0.5, -0.5],
        showgrid=False,
        zeroline=False,
        automargin=True,
        fixedrange=True,
    )
    figure.update_xaxes(
        range=[min(edges) - 0.1 * span, max(edges) + 0.2 * span],
        gridcolor=ink.faint,
        zeroline=True,
        zerolinecolor=ink.muted,
        fixedrange=True,
        nticks=6,
    )
    return figure


def _hint(words: str, detail: str) -> str:
    return literal(words) + (f"<br>{literal(detail)}" if detail else "")
