"""How the points of a map are drawn: few as shapes, many by WebGL."""

import plotly.graph_objects as go

FEW = 3_000
"""Films up to which a map's points are shapes (SVG). WebGL has to be started first: without a graphics card the demo's map
was drawn a second to two later with it (bench/first_visit.py); of many more points shapes would be the slower ones."""


def points_of(n_films: int) -> type[go.Scatter] | type[go.Scattergl]:
    """The kind of trace for the films of a map with so many of them."""
    kind: type[go.Scatter] | type[go.Scattergl] = go.Scatter if n_films <= FEW else go.Scattergl
    return kind
