"""What a map in the browser is told: films, colours and what lies over them.

See `show` in ui/map/browser/viewer.js for what it does with each.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import InvalidQueryError, NotBuiltError
from core.exploration.map_colours import COLOURS, Context, coloured
from core.exploration.map_words import WordPlace
from core.maps.name_tree import GROUP, REGION
from core.serving import Atlas, neighbours
from core.types import IndexVector
from ui import resources
from ui.charts import palette
from ui.map import colours as map_colours
from ui.map.payload import in_drawing_order, pack_films, pack_items
from ui.text import is_dark, space_label

N_NEIGHBOURS = 10
"""True neighbours of the film in focus that are shown."""
KINDS = {
    "liked": ("star", "#0072b2", "#6cb6ff"),
    "not liked": ("cross", "#b3261e", "#ff8a80"),
    "seen": ("ring", "", ""),
}
"""What a visitor says of a film -> its mark, and its colour by day and by night; "" = the theme's quiet one."""
LEVELS_OF = {"Region": REGION, "Group": GROUP}
"""Colours that are groups of films that lie together."""
NOTHING = Context()

Told = dict[str, Any]


def films_key(atlas: Atlas, space: str) -> str:
    """What a browser knows the films of a map by."""
    return f"{atlas.name}-{space}-{atlas.manifest.key}"


def films_told(atlas: Atlas, space: str) -> Told:
    """The films of a map, packed once for all visitors."""

    def make() -> Told:
        frame = in_drawing_order(resources.map_frame(atlas, space))
        return pack_films(frame, atlas.clustering(space), films_key(atlas, space))

    return resources.once(atlas, "packed films", space, make=make)


def map_told(atlas: Atlas, space: str, colour: str = "Genre", about: Context = NOTHING, **more: Any) -> Told:
    """All that one map is told.

    Args:
        atlas: The films.
        space: The embedding.
        colour: What the films are coloured by.
        about: What that colour is about.
        more: What lies over them, see `show`.

    Raises:
        InvalidQueryError: Something has to be chosen before the films can have this colour.
    """
    n = films_told(atlas, space)["n"]
    return {
        "films": films_key(atlas, space),
        "space": space,
        "colours": _colours(atlas, space, colour, about),
        "ink": map_colours.ink_of(palette.ink(is_dark()), is_dark=is_dark()),
        "title": space_label(space),
        "file": f"movie-atlas-{atlas.name}-{space}",
        "alt": f"Map of {n:,} films by {space_label(space)}, coloured by {colour.lower()}. The table below lists what is "
        "selected. Arrow keys move it, plus and minus zoom; with a film chosen, arrows go through its neighbours, and Enter "
        "goes to one or opens the film.",
        **more,
    }


def colour_now(atlas: Atlas, space: str, colour: str, about: Context) -> tuple[str, str]:
    """The colour that is asked for, or the first one and why: something has to be chosen before it."""
    try:
        coloured(atlas, space, colour, about)
    except (InvalidQueryError, NotBuiltError) as error:
        return next(iter(COLOURS)), f"{error.message} {error.hint}"
    return colour, ""


def plain_told(atlas: Atlas, space: str, **more: Any) -> Told:
    """A map whose films are all alike and faint, under what is marked."""
    n = films_told(atlas, space)["n"]
    told = map_told(atlas, space, **more)
    return {"opacity": 0.3} | told | {"colours": map_colours.one_colour(n, palette.ink(is_dark()))}


def _colours(atlas: Atlas, space: str, colour: str, about: Context) -> Told:
    """The colours; those that are alike for all visitors are made once."""
    dark = is_dark()

    def make() -> Told:
        found = coloured(atlas, space, colour, about)
        order = in_drawing_order(resources.map_frame(atlas, space))["item_index"].to_numpy()
        places = atlas.clustering(space).places(LEVELS_OF[colour]) if colour in LEVELS_OF else ()
        return map_colours.told_colours(found, order, colour, palette.ink(dark), is_dark=dark, places=places)

    own = [str(getattr(about, name)) for name in COLOURS[colour].depends]
    if own:
        told = make()
        return told | {"key": " ".join([told["key"], *own])}
    return resources.once(atlas, "map colours", space, colour, dark, make=make)


def near_of(atlas: Atlas, space: str, item: int) -> list[int]:
    """A film's true nearest neighbours, nearest first."""
    return [int(other) for other in neighbours(atlas, space, item, N_NEIGHBOURS)[0]]


def focus_told(atlas: Atlas, space: str, item: int | None) -> Told | None:
    """The film in focus with its true neighbours, nearest first; `hidden`: the flat map has it elsewhere."""
    if item is None:
        return None
    near = near_of(atlas, space, item)
    points = atlas.coordinates(space)
    far = np.linalg.norm(points - points[item], axis=1)
    nearer = [int(np.sum(far < far[other])) for other in near]
    shown = len(near) * 2
    return {
        "item": item,
        "near": [{"item": other, "hidden": rank > shown} for other, rank in zip(near, nearer, strict=True)],
    }


def own_marks(films: Mapping[str, Sequence[int]]) -> list[Told]:
    """A visitor's own films."""
    dark = is_dark()
    quiet = palette.ink(dark).muted
    return [
        {
            "items": list(items),
            "kind": KINDS[kind][0],
            "colour": KINDS[kind][1 + dark] or quiet,
            "size": 6,
            "title": f"You: {kind}",
        }
        for kind, items in films.items()
        if items
    ]


def found_marks(films: Sequence[int], title: str) -> list[Told]:
    """Films that were looked for, with their titles."""
    ink = palette.ink(is_dark())
    return [
        {"items": list(films), "kind": "ring", "colour": ink.accent, "size": 8, "title": title, "named": True}
    ] * bool(films)


def chosen_told(items: Sequence[int] | IndexVector | None) -> str | None:
    """The films that are chosen."""
    return None if items is None else pack_items(items)


def words_told(places: Iterable[WordPlace]) -> list[Told]:
    """Words that have a place on the map."""
    return [
        {"text": one.text, "x": one.x, "y": one.y, "near": list(one.films)}
        for one in places
        if one.x is not None
    ]
