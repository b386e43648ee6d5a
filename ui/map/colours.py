"""What the colours of a map mean: a colour for every category or number, and the legend, as the browser draws them."""

import colorsys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from plotly.colors import sample_colorscale

from core.exploration.map_colours import REST, Amounts, Categories
from core.maps.clusters import Place
from core.types import IndexVector
from ui.charts.palette import GENRE_FAMILIES, OTHER, RAMP, Ink
from ui.map.payload import packed

STEPS = 64
"""Colours that a ramp of numbers is drawn in."""
UNKNOWN = "Unknown"
TICKS = 5
Told = dict[str, Any]


def told_colours(
    found: Categories | Amounts,
    order: IndexVector,
    title: str,
    ink: Ink,
    *,
    is_dark: bool,
    places: Sequence[Place] = (),
) -> Told:
    """Colours and legend.

    Args:
        found: The category or number of every film.
        order: item_index of the films of the map, in the order in which they are sent.
        title: What the colours mean.
        ink: Colours of the theme.
        is_dark: Whether it is the dark one.
        places: Where the categories lie on the map, where they are groups of films that lie together.
    """  # fmt: skip
    if isinstance(found, Amounts):
        return _numbers(found, order, title, ink, is_dark=is_dark)
    if found.all_of is not None:
        return _families(found, order, title, ink)
    colours = (
        _colours_of_places(places, is_dark=is_dark)
        if places
        else _colours_of(found.names, title, ink, is_dark)
    )
    numbers = np.where(found.of_film < 0, len(found.names), found.of_film)[order]
    return _categories(numbers, [*found.names, UNKNOWN], [*colours, ink.muted], title)


def one_colour(n: int, ink: Ink) -> Told:
    """All films alike."""
    return _categories(np.zeros(n, np.int64), [""], [ink.muted], "") | {
        "legend": {"title": "", "entries": []}
    }


def ink_of(ink: Ink, *, is_dark: bool) -> Told:
    """The colours of what is drawn over the points."""
    return {
        "text": ink.text,
        "ground": ink.ground,
        "accent": ink.accent,
        "words": ink.categories[4],
        "density": f"rgb({ink.density})",
        "loop": "rgba(240,163,94,0.10)" if is_dark else "rgba(213,94,0,0.08)",
        "glow": 0.34 if is_dark else 0.26,
    }


def _categories(
    numbers: IndexVector,
    names: Sequence[str],
    palette: Sequence[str],
    title: str,
    masks: IndexVector | None = None,
) -> Told:
    """`masks`: (n,) bit c = the film has category c, too."""
    counts = (
        np.bincount(numbers, minlength=len(names))
        if masks is None
        else [int(((masks >> n) & 1).sum()) for n in range(len(names))]
    )
    entries = [
        {"index": n, "name": name, "colour": palette[n], "n": int(counts[n])}
        for n, name in enumerate(names)
        if counts[n]
    ]
    told: Told = {
        "key": f"{title} {palette[0]} {palette[-1]}",
        "values": packed(numbers.astype(np.uint8)),
        "palette": list(palette),
        "legend": {"title": title, "entries": entries},
    }
    return told if masks is None else told | {"masks": packed(masks.astype(np.uint16))}


def _families(found: Categories, order: IndexVector, title: str, ink: Ink) -> Told:
    """Genres in ten families, a colour each; a film counts for all of its own."""
    names = [*GENRE_FAMILIES, OTHER]
    family = {genre: n for n, genres in enumerate(GENRE_FAMILIES.values()) for genre in genres}
    of_name = np.array([*(family.get(name, len(names) - 1) for name in found.names), len(names) - 1])
    numbers = of_name[found.of_film[order]]
    all_of = found.all_of or ()
    masks = np.array(
        [
            sum(1 << n for n in {family.get(g, len(names) - 1) for g in all_of[i]}) or 1 << len(names) - 1
            for i in order
        ],
        np.int64,
    )
    told = _categories(numbers, names, [*ink.categories, ink.muted], title, masks)
    told["legend"]["note"] = "A film counts for each of its genres; its colour is that of the rarest."
    return told


def _colours_of(names: Sequence[str], title: str, ink: Ink, is_dark: bool) -> list[str]:
    if title == "Decade":
        ramp = ramp_of(is_dark)
        return [ramp[round(n * (STEPS - 1) / max(len(names) - 1, 1))] for n in range(len(names))]
    return [
        ink.muted if name == REST else ink.categories[n % len(ink.categories)] for n, name in enumerate(names)
    ]


def _colours_of_places(places: Sequence[Place], *, is_dark: bool) -> list[str]:
    """The hue says in which direction from the middle a group lies: groups side by side look alike, but not the same."""
    middle = np.average([(p.x, p.y) for p in places], axis=0, weights=[p.size for p in places])
    found = []
    for turn, place in enumerate(places):
        hue = (np.arctan2(place.y - middle[1], place.x - middle[0]) / (2 * np.pi) + 1.03) % 1
        step = 0.07 * (turn % 3 - 1)  # three lightnesses tell neighbours of nearly one direction apart
        red, green, blue = colorsys.hls_to_rgb(float(hue), (0.68 if is_dark else 0.42) + step, 0.62)
        found.append(f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}")
    return found


def ramp_of(is_dark: bool) -> list[str]:
    """The colours of numbers, lowest first; its end that nobody would see on the ground is left out."""
    ends = (0.18, 1.0) if is_dark else (0.0, 0.9)
    return [str(colour) for colour in sample_colorscale(RAMP, np.linspace(*ends, STEPS).tolist())]


def _numbers(found: Amounts, order: IndexVector, title: str, ink: Ink, *, is_dark: bool) -> Told:
    every = np.log10(1 + found.values) if found.is_log else found.values
    low, high = np.nanquantile(every, [0.01, 0.99]) if not np.isnan(every).all() else (0.0, 1.0)
    values = every[order]
    known = ~np.isnan(values)
    steps = np.full(len(values), STEPS, np.uint8)
    share = (values[known] - low) / max(high - low, 1e-9)
    steps[known] = np.clip(share * (STEPS - 1), 0, STEPS - 1).round().astype(np.uint8)
    ramp = ramp_of(is_dark)
    unknown = {"index": STEPS, "name": UNKNOWN, "colour": ink.muted, "n": int((~known).sum())}
    legend: Mapping[str, Any] = {
        "title": title,
        "low": float(low),
        "high": float(high),
        "ramp": ramp[::7],
        "ticks": _ticks(float(low), float(high), found) if known.any() else [],
        "entries": [unknown] if unknown["n"] else [],
    }
    return {
        "key": f"{title} {ramp[0]}",
        "values": packed(steps),
        "palette": [*ramp, ink.muted],
        "legend": legend,
    }


def _ticks(low: float, high: float, found: Amounts) -> list[Told]:
    """Round numbers beside the bar, and how high each stands, 0 to 1."""
    if found.is_log:
        numbers = [
            n
            for n in (0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000)
            if low <= np.log10(1 + n) <= high
        ]
        places = [float(np.log10(1 + n)) for n in numbers]
    else:
        step = 10.0 ** np.floor(np.log10(max(high - low, 1e-9) / TICKS))
        step *= next(factor for factor in (1, 2, 2.5, 5, 10) if (high - low) / (step * factor) <= TICKS)
        numbers = places = (np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step).tolist()
    return [
        {"at": round((place - low) / max(high - low, 1e-9), 4), "text": f"{round(number, 6):,g}{found.unit}"}
        for place, number in zip(places, numbers, strict=True)
    ]
