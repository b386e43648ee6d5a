"""Pictures of people's ratings: one against everybody, and one against another."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.exploration.person_taste import LEAST_RATINGS
from ui.charts.literal import literal
from ui.charts.palette import Ink
from ui.charts.shared import layout

ROW, AROUND = 21, 96
"""Pixels of a row of the taste picture, and of what stands around the rows."""
SHARE_PART, STARS_PART = [0.0, 0.46], [0.54, 1.0]
PAIRS_HEIGHT = 330
LARGEST = 34
"""Pixels across the circle of the most frequent pair of stars."""
FAINT = 0.35
"""Opacity of means behind which fewer ratings stand than `LEAST_RATINGS`."""


def taste_figure(table: pd.DataFrame, ink: Ink, *, scale: tuple[float, float], has_stars: bool) -> go.Figure:
    """What a person rates and how highly, beside everybody: a full circle for the person, an open one for all.

    Args:
        table: From `core.exploration.person_taste.taste_table`.
        ink: Colours of the theme.
        scale: Lowest and highest rating.
        has_stars: Whether ratings are stars; else only shares are drawn.
    """
    names = [f"{literal(name)} · {n:,}" for name, n in zip(table["name"], table["n"], strict=True)]
    figure = go.Figure()
    parts = [("share", "x", ".0%", np.ones(len(table)))]
    if has_stars:
        parts.append(("mean", "x2", ".2f", np.where(table["n"] < LEAST_RATINGS, FAINT, 1.0)))
    for column, axis, form, opacity in parts:
        own, everybody = table[column], table[f"{column}_all"]
        figure.add_trace(_lines(own, everybody, axis, ink))
        figure.add_trace(
            go.Scatter(
                x=everybody,
                y=list(range(len(table))),
                xaxis=axis,
                mode="markers",
                name="Everybody",
                showlegend=column == "share",
                marker={"size": 9, "symbol": "circle-open", "color": ink.muted, "line": {"width": 1.6}},
                customdata=table["n_all"],
                hovertemplate=f"%{{y}}: everybody %{{x:{form}}} (%{{customdata:,}} ratings)<extra></extra>",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=own,
                y=list(range(len(table))),
                xaxis=axis,
                mode="markers",
                name="This person",
                showlegend=column == "share",
                marker={"size": 9, "color": ink.accent, "opacity": opacity.tolist()},
                customdata=table["n"],
                hovertemplate=f"%{{y}}: this person %{{x:{form}}} (%{{customdata:,}} ratings)<extra></extra>",
            )
        )
    quiet = {"gridcolor": ink.faint, "zeroline": False, "fixedrange": True, "side": "top"}
    figure.update_layout(
        **layout(ink, ROW * len(table) + AROUND),
        margin={"l": 8, "r": 8, "t": 46, "b": 8},
        xaxis=quiet
        | {
            "title": {"text": "Share of the ratings", "standoff": 4},
            "tickformat": ".0%",
            "range": _shares_span(table),
        }
        | {"domain": SHARE_PART if has_stars else [0.0, 1.0]},
        yaxis={
            "tickvals": list(range(len(table))),
            "ticktext": names,
            "range": [len(table) - 0.5, -0.5],
            "automargin": True,
            "fixedrange": True,
            "gridcolor": ink.faint,
            "zeroline": False,
        },
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top", "title": None},
    )
    if has_stars:
        figure.update_layout(
            xaxis2=quiet | {"title": {"text": "Mean stars", "standoff": 4}, "domain": STARS_PART}
        )
        figure.update_layout(xaxis2={"range": _span(table, scale)})
    return figure


def pairs_figure(
    pairs: pd.DataFrame, ink: Ink, *, scale: tuple[float, float], names: tuple[str, str]
) -> go.Figure:
    """One person's stars against another's: the larger a circle, the more films; on the line both agree.

    Args:
        pairs: From `core.exploration.two_people.pairs_of_stars`.
        ink: Colours of the theme.
        scale: Lowest and highest rating.
        names: Of the two.
    """
    low, high = scale
    room = (high - low) * 0.08
    most = max(int(pairs["n"].max()), 1) if len(pairs) else 1
    figure = go.Figure(
        go.Scatter(
            x=pairs["one"],
            y=pairs["other"],
            mode="markers",
            marker={
                "size": LARGEST * np.sqrt(pairs["n"] / most),
                "sizemin": 4,
                "color": f"rgba({ink.density},0.6)",
                "line": {"width": 0},
            },
            customdata=pairs["n"],
            hovertemplate="%{x:g} and %{y:g}: films %{customdata:,}<extra></extra>",
        )
    )
    figure.add_shape(
        type="line", x0=low, y0=low, x1=high, y1=high, layer="below",
        line={"color": ink.muted, "width": 1, "dash": "dash"},
    )  # fmt: skip
    axis = {"gridcolor": ink.faint, "zeroline": False, "range": [low - room, high + room], "fixedrange": True}
    figure.update_layout(
        **layout(ink, PAIRS_HEIGHT),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis=axis
        | {"title": {"text": f"Stars of person {literal(names[0])}", "standoff": 4}, "automargin": True},
        yaxis=axis
        | {"title": {"text": f"Stars of person {literal(names[1])}", "standoff": 4}, "automargin": True},
        showlegend=False,
    )
    return figure


def _lines(own: "pd.Series[float]", everybody: "pd.Series[float]", axis: str, ink: Ink) -> go.Scatter:
    """Thin lines from everybody to the person, one a row."""
    there = [at for at in range(len(own)) if np.isfinite(own.iloc[at]) and np.isfinite(everybody.iloc[at])]
    x = [value for at in there for value in (own.iloc[at], everybody.iloc[at], None)]
    y = [value for at in there for value in (at, at, None)]
    return go.Scatter(
        x=x,
        y=y,
        xaxis=axis,
        mode="lines",
        line={"color": ink.muted, "width": 1.4},
        hoverinfo="skip",
        showlegend=False,
    )


def _shares_span(table: pd.DataFrame) -> list[float]:
    """From 0 to the largest share, with room for half a circle."""
    most = float(table[["share", "share_all"]].to_numpy().max())
    return [-0.05 * most, 1.06 * most]


def _span(table: pd.DataFrame, scale: tuple[float, float]) -> list[float]:
    """From the lowest to the highest mean that is drawn, with a little room."""
    values = pd.concat([table["mean"], table["mean_all"]]).dropna()
    room = (scale[1] - scale[0]) * 0.03
    return [float(values.min()) - room, float(values.max()) + room]
