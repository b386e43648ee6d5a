"""How far all methods agree, as a heat map."""

import plotly.graph_objects as go

from core.exploration.method_agreement import MethodAgreement
from ui.charts.literal import literal
from ui.charts.palette import DARK, Ink

CELL = 36
"""Pixels of a row."""
LABELS = 140
"""Pixels that methods' names take."""

FULL_LIGHT, FULL_DARK = "#55b3c7", "#0e6a80"
"""Where lists are the same: one hue from the page's ground to here, on which numbers can be read throughout."""

MEASURES = {"rbo": "Order (RBO)", "overlap": "Films in common"}
"""What can be shown, and its name for people."""


def method_agreement_figure(found: MethodAgreement, ink: Ink, *, measure: str = "rbo") -> go.Figure:
    """Every method against every other, alike ones beside each other; numbers in hundredths.

    Args:
        found: From `core.exploration.method_agreement.agreement_of_all`.
        ink: Colours of the theme.
        measure: One of `MEASURES`.
    """
    values = found.rbo if measure == "rbo" else found.overlap
    names = [literal(label) for label in found.labels]
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=names,
            y=names,
            zmin=0,
            zmax=1,
            colorscale=[[0, ink.ground], [1, FULL_DARK if ink is DARK else FULL_LIGHT]],
            showscale=False,
            text=[[f"{100 * value:.0f}" for value in row] for row in values],
            texttemplate="%{text}",
            textfont={"size": 11, "color": ink.text},
            hovertemplate=f"%{{y}} and %{{x}}<br>{MEASURES[measure]}: %{{z:.2f}}<extra></extra>",
            xgap=1,
            ygap=1,
        )
    )
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "", "type": "category"} | {
        "tickfont": {"color": ink.text, "size": 12}
    }
    side = CELL * len(names)
    figure.update_layout(
        height=side + LABELS,
        margin={"l": LABELS, "r": 8, "t": 8, "b": LABELS - 20},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        dragmode=False,
        font={"color": ink.text, "size": 13, "family": "Source Sans, Source Sans Pro, sans-serif"},
        xaxis=axis | {"tickangle": -50},
        yaxis=axis | {"autorange": "reversed"},
    )
    return figure


def width_of(found: MethodAgreement) -> int:
    """Pixels that the figure needs to be read."""
    return CELL * len(found.labels) + LABELS + 8
