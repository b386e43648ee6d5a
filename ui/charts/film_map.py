"""Frames in, Plotly figures out; nothing here knows Streamlit."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy.ndimage import gaussian_filter

from core.maps.clusters import Cluster
from core.types import FloatMatrix
from ui.charts.compact import smallest
from ui.charts.group_marks import Mark, group_marks
from ui.charts.literal import literal
from ui.charts.map_labels import place_labels
from ui.charts.palette import GENRE_FAMILIES, OTHER, RAMP, Ink
from ui.charts.points import points_of

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "scrollZoom": True,
    "modeBarButtonsToRemove": ["toImage", "sendDataToCloud", "share"],
}
"""Plotly's own settings; nothing that would send a chart anywhere."""

MAP_HEIGHT = 660
FOOT = 62
"""Pixels below the map, for what its colours mean."""
BAR = 210
"""Pixels that the bar of a number's colours is long: on a phone there is room for a legend beside it."""
LEVELS = 250
"""Heights of the density, so that each takes a byte on its way."""
PER_PIXEL = 15
"""Sizes of points are sent in whole parts of a pixel, a byte each."""


def map_figure(
    frame: pd.DataFrame,
    ink: Ink,
    *,
    title: str,
    clusters: Sequence[Cluster] = (),
    groups: Sequence[Cluster] = (),
    view: str = "map",
    height: int = MAP_HEIGHT,
    dragmode: str = "pan",
    is_still: bool = False,
) -> go.Figure:
    """The map of a space.

    Args:
        frame: From `core.exploration.map_points.map_frame`.
        ink: Colours of the theme.
        title: What the colours mean.
        clusters: Groups whose names are written on the map.
        groups: The groups that the colours mean, where they mean groups.
        view: The map keeps its zoom as long as this stays the same.
        height: Pixels; `FOOT` of them are for the legend.
        dragmode: "pan" or "lasso". Streamlit hears clicks on points only where dragging does not select.
        is_still: Whether it is only looked at: nothing is sent that pointing and clicking would need.
    """
    figure = go.Figure()
    marks = group_marks(groups, ink)
    _add_density(figure, frame, ink)
    if pd.api.types.is_numeric_dtype(frame["value"]):
        _add_numbers(figure, frame, ink, title)
    else:
        _add_categories(figure, frame, ink, title, marks)
    if is_still:
        figure.update_traces(
            hoverinfo="skip", hovertemplate=None, text=None, customdata=None, selector={"mode": "markers"}
        )
    low, high = _bounds(frame)
    names = [
        {
            "x": label.x,
            "y": label.y,
            "text": label.html,
            "showarrow": False,
            "font": {"size": label.size, "color": ink.text, "shadow": _halo(ink)},
            "captureevents": False,
        }
        for label in place_labels(clusters, low, high, height=height - FOOT, marks=marks)
    ]
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_layout(
        annotations=names,  # all at once: Plotly looks at all that are there with every one that is added
        height=height,
        margin={"l": 0, "r": 0, "t": 0, "b": FOOT},
        xaxis=axis | {"range": [float(low[0]), float(high[0])]},
        yaxis=axis | {"range": [float(low[1]), float(high[1])]},
        dragmode=dragmode,
        hovermode="closest",
        uirevision=view,
        selectionrevision=view,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": ink.text, "family": "Source Sans, Source Sans Pro, sans-serif"},
        legend={
            "orientation": "h",
            "y": 0,
            "yanchor": "top",
            "itemsizing": "constant",
            "title": None,
        },
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": ink.muted, "activecolor": ink.text},
        newselection={"line": {"color": ink.accent, "width": 2, "dash": "solid"}},
    )
    return figure


def _halo(ink: Ink) -> str:
    """A glow in the colour of the ground, so that names read well over points."""
    return ", ".join([f"0 0 {blur}px {ink.ground}" for blur in (2, 3, 4, 6)])


def _bounds(frame: pd.DataFrame) -> tuple[FloatMatrix, FloatMatrix]:
    """Lower left and upper right corner of what is shown first: nearly all films, a few far ones by zooming out."""
    points = frame[["x", "y"]].to_numpy(np.float64)
    if not len(points):
        return np.array([-1.0, -1.0]), np.array([1.0, 1.0])
    low, high = np.quantile(points, 0.002, axis=0), np.quantile(points, 0.998, axis=0)
    margin = np.maximum((high - low) * 0.06, 0.05)
    return low - margin, high + margin


def _add_density(figure: go.Figure, frame: pd.DataFrame, ink: Ink) -> None:
    """Where many films lie, like heights on a map: all films, whatever is selected."""
    if len(frame) < 50:
        return
    x, y = frame["x"].to_numpy(float), frame["y"].to_numpy(float)
    low, high = min(x.min(), y.min()) - 0.1, max(x.max(), y.max()) + 0.1
    counts, edges, _ = np.histogram2d(x, y, bins=110, range=[[low, high], [low, high]])
    smooth = gaussian_filter(counts, 2.2)
    top = float(np.quantile(smooth[smooth > 0.02], 0.97)) if (smooth > 0.02).any() else 1.0
    middle = (edges[:-1] + edges[1:]) / 2
    levels = np.round(np.minimum(smooth / top, 1) * LEVELS)
    steps = [
        [0, f"rgba({ink.density},0)"],
        [0.08, f"rgba({ink.density},0.03)"],
        [1, f"rgba({ink.density},0.15)"],
    ]
    figure.add_trace(
        go.Contour(
            x=middle.astype(np.float32),
            y=middle.astype(np.float32),
            z=levels.T.astype(np.uint8),
            colorscale=steps,
            contours={"start": 0.05 * LEVELS, "end": LEVELS, "size": 0.12 * LEVELS},
            line={"width": 0.5, "color": f"rgba({ink.density},0.25)", "smoothing": 1.2},
            showscale=False,
            hoverinfo="skip",
            showlegend=False,
            zmin=0,
            zmax=LEVELS,
        )
    )


def _points(
    frame: pd.DataFrame, colour: object, name: str, n_all: int, **marker: object
) -> go.Scatter | go.Scattergl:
    # few films can be drawn large, many must be small; the known ones are a little larger
    base = float(np.clip(12.5 - 2.1 * np.log10(max(n_all, 10)), 2.6, 9))
    return points_of(n_all)(
        x=frame["x"].to_numpy(np.float32),
        y=frame["y"].to_numpy(np.float32),
        customdata=smallest(frame["item_index"].to_numpy()),
        text=[literal(label) for label in frame["label"]],
        hovertemplate="%{text}<extra>" + literal(name).replace("%", "%%") + "</extra>",
        mode="markers",
        name=literal(name),
        marker={
            "size": smallest((PER_PIXEL * base * (0.75 + 0.9 * frame["size"].to_numpy(np.float32))).round()),
            "sizeref": PER_PIXEL,
            "sizemode": "diameter",
            "color": colour,
            "opacity": 0.82,
            "line": {"width": 0},
            **marker,
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0.13}},
    )


def _add_categories(
    figure: go.Figure, frame: pd.DataFrame, ink: Ink, title: str, marks: Mapping[str, Mark]
) -> None:
    """A trace a category; a group's name stands on the map or is read by pointing, so groups fill no legend."""
    family_of = {genre: family for family, genres in GENRE_FAMILIES.items() for genre in genres}
    if title == "Genre":
        values = frame["value"].map(lambda genre: family_of.get(genre, OTHER))
        order = [f for f in (*GENRE_FAMILIES, OTHER) if (values == f).any()]
        colours = dict(zip((*GENRE_FAMILIES, OTHER), (*ink.categories, ink.muted), strict=True))
    else:
        values = frame["value"].replace("", OTHER)
        order = [str(v) for v in values.value_counts().index]
        colours = {
            v: ink.categories[i % len(ink.categories)] for i, v in enumerate(v for v in order if v != OTHER)
        }
        colours |= {name: mark.colour for name, mark in marks.items()} | {OTHER: ink.muted}
    for value in order:
        more = {"symbol": marks[value].shape} if value in marks else {}
        trace = _points(frame[values == value], colours[value], value, len(frame), **more)
        trace.showlegend = value not in marks
        figure.add_trace(trace)


def _add_numbers(figure: go.Figure, frame: pd.DataFrame, ink: Ink, title: str) -> None:
    known = frame["value"].notna()
    numbers = frame["value"].to_numpy(np.float32)
    if (~known).any():
        figure.add_trace(_points(frame[~known], ink.muted, f"Unknown ({(~known).sum():,})", len(frame)))
    low, high = np.nanquantile(numbers, [0.01, 0.99]) if known.any() else (0, 1)
    bar: dict[str, object] = {
        "title": {"text": title, "side": "top"},
        "orientation": "h",
        "thickness": 10,
        "lenmode": "pixels",
        "len": BAR,
        "x": 0,
        "xanchor": "left",
        "y": 0,
        "yanchor": "top",
        "ypad": 2,
    }
    figure.update_layout(legend={"x": 1, "xanchor": "right"})  # beside it, below the map as well
    if title == "Number of ratings":
        ticks = [t for t in (0, 1, 2, 3, 4, 5) if t <= high + 0.3]
        bar |= {
            "tickvals": [float(np.log10(1 + 10**t)) for t in ticks],
            "ticktext": [f"{10**t:,}" for t in ticks],
        }
    trace = _points(
        frame[known],
        numbers[known.to_numpy()],
        title,
        len(frame),
        colorscale=RAMP,
        cmin=float(low),
        cmax=float(high),
        colorbar=bar,
    )
    trace.showlegend = False
    figure.add_trace(trace)


def add_found(figure: go.Figure, frame: pd.DataFrame, found: Sequence[int], ink: Ink) -> None:
    """Point out films, by item_index, with their titles."""
    rows = frame[frame["item_index"].isin(list(found))]
    if rows.empty:
        return
    figure.add_trace(
        go.Scatter(
            x=rows["x"],
            y=rows["y"],
            mode="markers+text",
            text=rows["label"].map(literal),
            textposition="top center",
            textfont={"color": ink.text, "size": 13},
            customdata=rows["item_index"],
            hovertemplate="%{text}<extra></extra>",
            marker={"size": 15, "color": "rgba(0,0,0,0)", "line": {"width": 2.5, "color": ink.accent}},
            name="Searched",
            showlegend=False,
            cliponaxis=False,
        )
    )


def add_neighbours(figure: go.Figure, points: FloatMatrix, item: int, near: Sequence[int], ink: Ink) -> None:
    """Lines from a film to its true nearest neighbours: where they are long, the map distorts."""
    x, y = [], []
    for other in near:
        x += [float(points[item, 0]), float(points[other, 0]), None]
        y += [float(points[item, 1]), float(points[other, 1]), None]
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": ink.accent, "width": 1.2},
            opacity=0.8,
            hoverinfo="skip",
            name="True nearest neighbours",
            showlegend=False,
        )
    )
