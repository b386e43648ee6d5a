"""What a map in the browser is told: films, colours and what lies over them.

See `show` in ui/map/browser/viewer.js for what it does with each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.domain import Profile
from core.errors import CannotFitError, InvalidQueryError, NotBuiltError
from core.exploration.map_colours import COLOURS, Context, coloured
from core.exploration.map_words import WordPlace
from core.exploration.taste_ground import TasteGround, alike_ground, taste_ground
from core.maps.clusters import GROUP, REGION
from core.maps.neighbours import STORED
from core.serving import Atlas, neighbours
from core.types import FloatMatrix, IndexVector
from ui import resources
from ui.charts import palette
from ui.map import colours as map_colours
from ui.map.parts import ground_of, part_in_view
from ui.map.payload import PackedFilms, in_drawing_order, pack_films, pack_heights, pack_items
from ui.text import is_dark, space_label

N_NEIGHBOURS = 10
"""True neighbours of the film in focus that are shown."""
KINDS = {
    "liked": ("star", "#0072b2", "#6cb6ff"),
    "not liked": ("cross", "#b3261e", "#ff8a80"),
    "seen": ("ring", "", ""),
}
"""What a visitor says of a film -> its mark, and its colour by day and by night; "" = the theme's quiet one."""
HEIGHTS = {
    "liked": ("#0072b2", "#6cb6ff"),
    "not liked": ("#b3261e", "#ff8a80"),
    "people": ("#00794f", "#3ddc9a"),
}
"""Colours of heights by day and by night."""
LEVELS_OF = {"Region": REGION, "Group": GROUP}
"""Colours that are groups of films that lie together."""
NOTHING = Context()
MOST_SENT = 100_000
"""Films that a browser is sent at once: of more, those around what is in view, over the density of all."""

Told = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Sent:
    """The films of a map that a browser is sent.

    Attributes:
        films: The films, packed.
        order: (n,) item_index, in the order in which they are drawn.
        n_films: How many have a place on the map.
        ground: Where all of them lie, as heights, where not all are sent.
    """

    films: PackedFilms
    order: IndexVector
    n_films: int
    ground: Told | None = None

    @property
    def key(self) -> str:
        """What a browser knows them by."""
        return self.films.key

    @property
    def sentence(self) -> str:
        """What is not shown as points; "" where all is."""
        if self.ground is None:
            return ""
        if not len(self.order):
            return f"{self.n_films:,} films as density; zoom in for the films themselves."
        return f"{len(self.order):,} of {self.n_films:,} films as points: those around what is in view."


def sent_films(atlas: Atlas, space: str, look: tuple[float, float, float] | None = None) -> Sent:
    """The films to send for a map: all of them, or of very many those around what is in view.

    They are packed once for all visitors; a part is the same for all who look nearly there.

    Args:
        atlas: The films.
        space: The embedding.
        look: Middle of what is in view, and how many times it is enlarged; None = everything.
    """
    key = f"{atlas.name}-{space}-{atlas.manifest.key}"
    frame = resources.once(
        atlas,
        "films in drawing order",
        space,
        make=lambda: in_drawing_order(resources.map_frame(atlas, space)),
    )
    groups = atlas.clustering(space)
    if len(frame) <= MOST_SENT:

        def whole() -> Sent:
            return Sent(pack_films(frame, groups, key), frame["item_index"].to_numpy(), len(frame))

        return resources.once(atlas, "packed films", space, make=whole)
    part = part_in_view(frame, look)

    def near() -> Sent:
        films = part.of(frame)
        films = films if len(films) <= MOST_SENT else films.iloc[:0]
        packed = pack_films(films, groups, f"{key}-{part.name}", around=frame)
        return Sent(packed, films["item_index"].to_numpy(), len(frame), ground_of(frame))

    return resources.lately(atlas, "packed films", space, part.name, make=near)


def map_told(
    atlas: Atlas, space: str, sent: Sent, colour: str = "Genre", about: Context = NOTHING, **more: Any
) -> Told:
    """All that one map is told.

    Args:
        atlas: The films.
        space: The embedding.
        sent: The films that the browser has been sent.
        colour: What they are coloured by.
        about: What that colour is about.
        more: What lies over them, see `show`.

    Raises:
        InvalidQueryError: Something has to be chosen before the films can have this colour.
    """
    return {
        "films": sent.key,
        "space": space,
        "colours": _colours(atlas, space, sent, colour, about),
        "ink": map_colours.ink_of(palette.ink(is_dark()), is_dark=is_dark()),
        "ground": sent.ground,
        "title": space_label(space),
        "file": f"movie-atlas-{atlas.name}-{space}",
        "alt": f"Map of {sent.n_films:,} films by {space_label(space)}, coloured by {colour.lower()}. The table below lists "
        "what is selected. Arrow keys move it, plus and minus zoom; with a film chosen, arrows go through its neighbours, "
        "and Enter goes to one or opens the film.",
        **more,
    }


def colour_now(atlas: Atlas, space: str, sent: Sent, colour: str, about: Context) -> tuple[str, str]:
    """The colour that is asked for, or the first one and why: something has to be chosen before it."""
    try:
        _colours(atlas, space, sent, colour, about)
    except (InvalidQueryError, NotBuiltError) as error:
        return next(iter(COLOURS)), f"{error.message} {error.hint}"
    return colour, ""


def plain_told(atlas: Atlas, space: str, sent: Sent, **more: Any) -> Told:
    """A map whose films are all alike and faint, under what is marked."""
    told = map_told(atlas, space, sent, **more)
    return (
        {"opacity": 0.3} | told | {"colours": map_colours.one_colour(len(sent.order), palette.ink(is_dark()))}
    )


def _colours(atlas: Atlas, space: str, sent: Sent, colour: str, about: Context) -> Told:
    """The colours; those that are alike for all visitors are made once."""
    dark = is_dark()

    def make() -> Told:
        found = coloured(atlas, space, colour, about)
        places = atlas.clustering(space).places(LEVELS_OF[colour]) if colour in LEVELS_OF else ()
        told = map_colours.told_colours(
            found, sent.order, colour, palette.ink(dark), is_dark=dark, places=places
        )
        return told | {"key": f"{told['key']} {sent.key}"}

    own = [str(getattr(about, name)) for name in COLOURS[colour].depends]
    if own:
        told = make()
        return told | {"key": " ".join([told["key"], *own])}
    keep = resources.once if sent.ground is None else resources.lately
    return keep(atlas, "map colours", space, sent.key, colour, dark, make=make)


def near_of(atlas: Atlas, space: str, item: int) -> list[int]:
    """A film's true nearest neighbours, nearest first, as the build kept them; looked for where an older version built."""
    try:
        near = atlas.map_of(space).neighbours[item, :N_NEIGHBOURS].tolist()
    except NotBuiltError:
        near = neighbours(atlas, space, item, N_NEIGHBOURS)[0].tolist()
    return [other for other in near if other >= 0]


def focus_told(atlas: Atlas, space: str, item: int | None) -> Told | None:
    """The film in focus with its true neighbours, nearest first; `hidden`: not among the `STORED` nearest on the map."""
    if item is None:
        return None
    near = near_of(atlas, space, item)
    points = atlas.coordinates(space)
    far = np.linalg.norm(points - points[item], axis=1)
    nearer = [int(np.sum(far < far[other])) for other in near]
    return {
        "item": item,
        "near": [{"item": other, "hidden": rank > STORED} for other, rank in zip(near, nearer, strict=True)],
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


def taste_told(
    atlas: Atlas, space: str, own: Mapping[int, float], alike: Profile | None
) -> tuple[list[Told], list[str]]:
    """A visitor's taste as heights, and that of the people like them; and what of it cannot be shown, in sentences.

    Args:
        atlas: The films.
        space: The embedding.
        own: Weights of the visitor's films by item_index, from -1 to 1; {} = their taste is not to be shown.
        alike: Who asks, where the films of people like them are to be shown.
    """
    dark, found, said = is_dark(), [], []
    try:
        if own:
            ground = taste_ground(atlas, space, own)
            for kind, one in (("liked", ground.liked), ("not liked", ground.disliked)):
                if one.any():
                    found.append(_heights(one, ground, HEIGHTS[kind][dark], f"Your taste: {kind}"))
        if alike is not None:
            others = alike_ground(atlas, space, alike)
            found.append(
                _heights(others.ground.liked, others.ground, HEIGHTS["people"][dark], "People like you")
            )
            said.append(others.sentence)
    except (InvalidQueryError, CannotFitError, NotBuiltError) as error:
        said.append(f"{error.message} {error.hint}".strip())
    return found, said


def _heights(heights: FloatMatrix, ground: TasteGround, colour: str, title: str) -> Told:
    left, low, right, high = ground.bounds
    return {
        "grid": pack_heights(heights),
        "side": len(heights),
        "bounds": [left, right, low, high],
        "colour": colour,
        "title": title,
    }


def words_told(places: Iterable[WordPlace]) -> list[Told]:
    """Words that have a place on the map."""
    return [
        {"text": one.text, "x": one.x, "y": one.y, "near": list(one.films)}
        for one in places
        if one.x is not None
    ]
