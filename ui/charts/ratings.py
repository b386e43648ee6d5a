"""Charts of ratings: frames and counts in, Plotly figures out; nothing here knows Streamlit."""

import pandas as pd
import plotly.graph_objects as go

from core.exploration.rating_statistics import HEAD_SHARE, concentration
from core.types import IndexVector
from ui.charts.palette import Ink
from ui.charts.shared import layout

SMALL_HEIGHT = 230
MOST_LETTERS = 26
"""Letters of all labels that fit below a small chart side by side; more are slanted."""


def bars(
    table: pd.DataFrame, ink: Ink, *, x: str, y: str, hover: str = "", height: int = SMALL_HEIGHT
) -> go.Figure:
    """A histogram.

    Args:
        table: `label` and `n`, one row a bar; `mean` where `hover` shows it.
        ink: Colours of the theme.
        x: What the bars are.
        y: What their height counts.
        hover: What `mean` is called.
        height: Pixels.
    """
    angle = -40 if table["label"].str.len().sum() > MOST_LETTERS else 0
    more = f"<br>{hover} %{{customdata:.2f}}" if hover else ""
    figure = go.Figure(
        go.Bar(
            x=table["label"],
            y=table["n"],
            customdata=table["mean"] if hover else None,
            marker={"color": f"rgba({ink.density},0.78)", "line": {"width": 0}},
            hovertemplate=f"%{{x}}: %{{y:,}}{more}<extra></extra>",
        )
    )
    figure.update_layout(
        **layout(ink, height),
        margin={"l": 8, "r": 8, "t": 6, "b": 8},
        bargap=0.12,
        xaxis={
            "title": {"text": x, "standoff": 4},
            "type": "category",
            "tickangle": angle,
            "automargin": True,
            "showgrid": False,
        },
        yaxis={
            "title": {"text": y, "standoff": 4},
            "automargin": True,
            "gridcolor": ink.faint,
            "zeroline": False,
        },
    )
    return figure


def concentration_figure(per_item: IndexVector, per_user: IndexVector, ink: Ink) -> go.Figure:
    """Which share of all ratings the most rated films and the most active people hold."""
    figure = go.Figure()
    lines = (("Films", per_item, ink.accent, "solid"), ("People", per_user, f"rgb({ink.density})", "dot"))
    for name, counts, colour, dash in lines:
        share, held = concentration(counts)
        figure.add_trace(
            go.Scatter(
                x=share.round(4),
                y=held.round(4),
                mode="lines",
                name=name,
                line={"color": colour, "width": 2.2, "dash": dash},
                hovertemplate=f"%{{x:.1%}} of {name.lower()} hold %{{y:.1%}} of the ratings<extra></extra>",
            )
        )
    figure.add_shape(
        type="line", x0=0, y0=0, x1=1, y1=1, line={"color": ink.muted, "width": 1, "dash": "dash"}
    )
    figure.add_hline(HEAD_SHARE, line={"color": ink.muted, "width": 1})
    percent = {"tickformat": ".0%", "gridcolor": ink.faint, "zeroline": False, "automargin": True}
    figure.update_layout(
        **layout(ink, SMALL_HEIGHT),
        margin={"l": 8, "r": 8, "t": 6, "b": 8},
        xaxis=percent
        | {
            "title": {"text": "Most rated, most active first", "standoff": 4},
            "range": [0, 1.03],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
        },
        yaxis=percent | {"title": {"text": "Of all ratings", "standoff": 4}, "range": [0, 1.02]},
        legend={"x": 0.98, "y": 0.05, "xanchor": "right", "yanchor": "bottom", "title": None},
    )
    return figure
