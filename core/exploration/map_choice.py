"""Which films are chosen on a map: drawn around, a group, or what passes the filters; as text for an address."""

from dataclasses import dataclass

import numpy as np

from core.domain import Filters
from core.errors import InvalidQueryError
from core.serving import Atlas
from core.types import BoolVector, FloatMatrix, IndexVector

MOST_CORNERS = 200
LONGEST = 6_000
"""Characters of a choice in an address."""
LEVELS = ("region", "group", "subgroup")
"""What a group of each level is called."""


@dataclass(frozen=True)
class MapChoice:
    """Films chosen on a map.

    Attributes:
        kind: "loop", "group" or "filter".
        space: The embedding whose map it was; "" for filters.
        polygon: Corners of a loop on that map.
        level, number: Which group, see `core.maps.Clustering`.
    """

    kind: str
    space: str = ""
    polygon: tuple[tuple[float, float], ...] = ()
    level: int = 0
    number: int = 0

    def written(self) -> str:
        """As it stands in an address; `read_choice` reads it."""
        if self.kind == "loop":
            return " ".join(["loop", self.space, *(f"{x:g},{y:g}" for x, y in self.polygon)])
        if self.kind == "group":
            return f"group {self.space} {self.level} {self.number}"
        return "filter"


def read_choice(text: str) -> MapChoice:
    """A choice from an address, or from a browser.

    Raises:
        InvalidQueryError: It is none.
    """
    kind, *rest = text[:LONGEST].split(" ")
    try:
        if kind == "filter" and not rest:
            return MapChoice("filter")
        if kind == "loop":
            corners = tuple(_corner(corner) for corner in rest[1:])
            if 3 <= len(corners) <= MOST_CORNERS:
                return MapChoice("loop", rest[0], corners)
        if kind == "group":
            space, level, number = rest
            if int(level) in range(len(LEVELS)) and int(number) >= 0:
                return MapChoice("group", space, level=int(level), number=int(number))
    except (ValueError, IndexError):
        pass
    raise InvalidQueryError(
        f"“{text[:60]}” is no choice of films on a map.", hint="Draw around films on the map to choose them."
    )


def _corner(text: str) -> tuple[float, float]:
    x, y = (float(part) for part in text.split(","))
    if not (abs(x) < 1e3 and abs(y) < 1e3):  # also false for what is no number
        raise ValueError(text)
    return x, y


def inside(points: FloatMatrix, polygon: FloatMatrix) -> BoolVector:
    """Which points lie in a polygon, by the even-odd rule; a point without a place (NaN) does not.

    Args:
        points: (n, 2).
        polygon: (m, 2) corners; the last is joined to the first.

    Returns:
        (n,).
    """
    found = np.zeros(len(points), bool)
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        for (xi, yi), (xj, yj) in zip(polygon, np.roll(polygon, 1, axis=0), strict=True):
            crosses = ((yi > y) != (yj > y)) & (x < (xj - xi) * (y - yi) / (yj - yi) + xi)
            found ^= crosses
    return found & ~np.isnan(x)


def chosen_films(atlas: Atlas, choice: MapChoice, filters: Filters) -> IndexVector:
    """item_index of the films of a choice.

    Args:
        atlas: The films.
        choice: Which of them.
        filters: What "filter" means now.

    Raises:
        InvalidQueryError: The embedding or the group is not there.
    """
    if choice.kind == "filter":
        return np.flatnonzero(atlas.filters.mask(filters))
    if choice.space not in atlas.space_names:
        raise InvalidQueryError(
            f"The films were chosen on the map of “{choice.space[:60]}”, which is not built here.",
            hint="Choose them again on one of the maps that are there.",
        )
    if choice.kind == "group" and choice.number >= len(atlas.clustering(choice.space).places(choice.level)):
        raise InvalidQueryError(
            "The group that was chosen is not on this map any more.",
            hint="Click a name on the map to choose its group.",
        )
    if choice.kind == "loop":
        return np.flatnonzero(inside(atlas.coordinates(choice.space), np.array(choice.polygon)))
    return np.flatnonzero(atlas.clustering(choice.space).levels[:, choice.level] == choice.number)


def called(atlas: Atlas, choice: MapChoice) -> str:
    """A choice in words, as what a sentence is about: "drawn around", "the region “Horror & Thriller”"."""
    if choice.kind == "loop":
        return "what you drew around"
    if choice.kind == "filter":
        return "what passes your filters"
    places = atlas.clustering(choice.space).places(choice.level)
    return f"the {LEVELS[choice.level]} “{places[choice.number].name}”"
