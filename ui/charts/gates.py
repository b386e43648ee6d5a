"""Which genres are let in, and how much each is wanted: gates in, Plotly figure out."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.domain import Gate
from ui.charts.literal import literal
from ui.charts.palette import Ink
from ui.charts.shared import layout

ROW = 22
"""Pixels of a gate's row."""


def gates_figure(gates: Sequence[Gate], ink: Ink) -> go.Figure:
    """A bar for every gate, open ones in colour; a stroke where a gate would open.

    Args:
        gates: As `LetsIn.gates` gives them.
        ink: Colours of the theme.
    """
    rows = list(range(len(gates)))
    figure = go.Figure(
        go.Bar(
            x=[gate.value for gate in gates],
            y=rows,
            orientation="h",
            marker={
                "color": [ink.categories[4] if gate.is_open else "rgba(0,0,0,0)" for gate in gates],
                "line": {
                    "width": 1.5,
                    "color": [ink.categories[4] if gate.is_open else ink.muted for gate in gates],
                },
            },
            text=[f"{gate.value:.2f}" for gate in gates],
            textposition="outside",
            cliponaxis=False,
            customdata=["searched" if gate.is_open else "not searched" for gate in gates],
            hovertemplate="%{y}: %{x:.3f}, %{customdata}<extra></extra>",
            width=0.7,
        )
    )
    limits = [(row, gate.least) for row, gate in zip(rows, gates, strict=True) if gate.least is not None]
    if limits:
        figure.add_trace(
            go.Scatter(
                x=[least for _, least in limits],
                y=[row for row, _ in limits],
                mode="markers",
                marker={"symbol": "line-ns", "size": 15, "line": {"width": 2, "color": ink.accent}},
                hovertemplate="opens from %{x:.3f} on<extra></extra>",
            )
        )
    figure.update_layout(
        **layout(ink, 40 + ROW * len(gates)),
        margin={"l": 8, "r": 30, "t": 4, "b": 30},
        dragmode=False,
        showlegend=False,
    )
    figure.update_yaxes(
        tickvals=rows,
        ticktext=[literal(gate.words) for gate in gates],
        range=[len(gates) - 0.5, -0.5],
        showgrid=False,
        automargin=True,
        fixedrange=True,
    )
    figure.update_xaxes(
        gridcolor=ink.faint, zeroline=True, zerolinecolor=ink.muted, fixedrange=True, nticks=6
    )
    return figure
