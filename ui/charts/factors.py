"""A score by factors and likes: what each like adds through each factor."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.exploration.factors import Factor, FactorSum
from ui.charts.literal import literal, shortened
from ui.charts.palette import DARK, Ink
from ui.charts.shared import layout

ROW, HEAD = 42, 130
"""Pixels of a factor's row, and of the names of the likes above."""
AGAINST_DARK, FOR_DARK = "#8a5520", "#1f6f9e"
"""The fullest colours on a dark ground: numbers can be read on them."""
LONGEST = 24
"""Letters of a film's name that fit; what is longer is cut."""


def factors_figure(found: FactorSum, labels: Sequence[str], ink: Ink) -> go.Figure:
    """A heat map: what speaks for the film in one colour, what speaks against it in the other; sums at the edges.

    Args:
        found: From `core.exploration.factors.factors_behind`.
        labels: "Title (Year)" of every film, by item_index.
        ink: Colours of the theme.
    """
    values = np.vstack([found.values, found.values.sum(0)])
    values = np.column_stack([values, values.sum(1)])
    shown = np.where(np.arange(values.shape[1]) < values.shape[1] - 1, values, np.nan)
    shown[-1] = np.nan  # sums stand on the ground: beside them their parts would all be pale
    named = shown[
        : len(found.factors), : len(found.likes)
    ]  # all others together may be far more: they are as full at most
    most = float(np.abs(named).max()) or 1.0
    columns = [_short(labels[film]) for film in found.likes]
    columns += [f"{found.n_likes - len(found.likes)} other likes"] * (len(found.likes) < found.n_likes)
    rows = [_named(factor, labels) for factor in found.factors]
    rows += [f"{found.n_factors - len(rows)} other factors"] * (len(rows) < found.n_factors)
    columns, rows = [*columns, "<b>all likes</b>"], [*rows, "<b>Score</b>"]
    against, speaking = (AGAINST_DARK, FOR_DARK) if ink is DARK else (ink.accent, ink.categories[4])
    figure = go.Figure(
        go.Heatmap(
            z=shown,
            zmin=-most,
            zmax=most,
            colorscale=[[0, against], [0.5, ink.ground], [1, speaking]],
            showscale=False,
            hoverongaps=False,
            customdata=[[f"{column}, through<br>{row}" for column in columns] for row in rows],
            hovertemplate="%{customdata}<br>%{z:+.4f}<extra></extra>",
            xgap=1,
            ygap=1,
        )
    )
    figure.add_trace(
        go.Scatter(
            x=np.tile(np.arange(values.shape[1]), len(values)),
            y=np.repeat(np.arange(len(values)), values.shape[1]),
            mode="text",
            text=[_number(value) for value in values.ravel()],
            textfont={"size": 11, "color": ink.text},
            hoverinfo="skip",
        )
    )
    figure.update_layout(
        **layout(ink, HEAD + ROW * len(rows)),
        margin={"l": 8, "r": 8, "t": HEAD - 20, "b": 8},
        dragmode=False,
        showlegend=False,
    )
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "", "title": None}
    figure.update_xaxes(
        **axis, side="top", tickangle=-40, tickvals=list(range(len(columns))), ticktext=columns
    )
    figure.update_yaxes(
        **axis, automargin=True, tickvals=list(range(len(rows))), ticktext=rows, range=[len(rows) - 0.5, -0.5]
    )
    return figure


def _named(factor: Factor, labels: Sequence[str]) -> str:
    """Both ends of a factor, the film's own first."""
    near, far = (", ".join(_short(labels[film]) for film in end) for end in (factor.near, factor.far))
    return f"{near}<br><i>{'against</i> ' + far if far else 'with all well-known films</i>'}"


def _short(label: str) -> str:
    return literal(shortened(label, LONGEST))


def _number(value: float) -> str:
    """In thousandths; nothing where it is less than half of one."""
    return "" if abs(value) < 0.0005 else f"{1000 * value:+.0f}"
