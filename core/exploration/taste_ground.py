"""Taste as heights on a map: where what somebody likes lies close together, and what they dislike."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.domain import Profile
from core.domain.profile import rating_weights
from core.errors import InvalidQueryError
from core.serving import Atlas, similar_users
from core.types import FloatMatrix, IndexVector

GRID = 96
"""Cells of a side."""
BREADTH = 0.035
"""Standard deviation of the hill over one film, as a share of the map's longer side. The same for a film and for a hundred:
a width from the films' own spread would be none for one film, and blur two far tastes into one between them."""
MARGIN = 3 * BREADTH
"""So far the grid reaches beyond the outermost films: there a hill has sunk to 1 %."""
ALIKE = 50
"""People whose films are looked at."""

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TasteGround:
    """Heights over a map.

    Attributes:
        liked, disliked: (g, g) float32 from 0 to 1, rows from the lowest y on, columns from the lowest x on. Both are
            measured by the highest place of the two, so that they can be held against each other.
        bounds: x and y of the middles of the first and of the last cell: (x_first, y_first, x_last, y_last).
        n_films: Films that made them.
        n_nowhere: Films with an opinion that have no place on this map.
    """

    liked: FloatMatrix
    disliked: FloatMatrix
    bounds: tuple[float, float, float, float]
    n_films: int
    n_nowhere: int


@dataclass(frozen=True, eq=False)
class AlikeGround:
    """Where the films lie that the people like somebody love.

    Attributes:
        ground: Heights; nothing is disliked.
        n_people: How many people it is made of.
        nearest, farthest: Cosine similarity of the most and of the least like one of them.
    """

    ground: TasteGround
    n_people: int
    nearest: float
    farthest: float

    @property
    def sentence(self) -> str:
        """What is shown, for people."""
        return (
            f"Where the films lie that the {self.n_people} people most like you love (cosine similarity of what was liked, "
            f"{self.nearest:.2f} to {self.farthest:.2f}). Each person counts by how like you they are, and not by how many "
            "films they rated."
        )


def taste_ground(atlas: Atlas, space: str, weights: Mapping[int, float]) -> TasteGround:
    """Heights of what a visitor likes and dislikes.

    Args:
        atlas: The films.
        space: The embedding that the map is of.
        weights: item_index -> weight from -1 to 1; 0 = no opinion.

    Raises:
        InvalidQueryError: A film that is not there, a weight that is none, or no film with an opinion and a place.
    """
    n = len(atlas.catalog)
    of_film = np.zeros(n)
    for item, weight in weights.items():
        if not 0 <= item < n or not -1 <= weight <= 1:
            raise InvalidQueryError("Your films are not those of this dataset.", hint="Choose them again.")
        of_film[item] = weight
    return _ground(atlas.coordinates(space), of_film)


def alike_ground(atlas: Atlas, space: str, who: int | Profile, n_people: int = ALIKE) -> AlikeGround:
    """Heights of what the people most like somebody love.

    The people are those of `core.serving.similar_users`: nearest by the vectors that the method user_vectors has of them.
    A film weighs similarity * liking, liking being the rating's part above the middle of the scale, as a share of all
    likings of its person.

    Args:
        atlas: The films.
        space: The embedding that the map is of.
        who: user_index, or the profile of a visitor.
        n_people: How many people, fewer where fewer are alike.

    Raises:
        InvalidQueryError: Nobody is like them, or nothing that they love has a place on the map.
        CannotFitError, NotBuiltError: See `similar_users`.
    """
    people = similar_users(atlas, who, n_people)
    of_film, ratings = np.zeros(len(atlas.catalog)), atlas.interactions
    for person in people:
        items, given = ratings.history(person.user_index)
        likings = np.maximum(rating_weights(given, ratings.scale, is_explicit=ratings.is_explicit), 0)
        if total := float(likings.sum()):
            of_film[items] += person.similarity * likings / total
    if not of_film.any():
        raise InvalidQueryError(
            "Nobody here likes the same films.", hint="Like a few well-known films first."
        )
    ground = _ground(atlas.coordinates(space), of_film)
    return AlikeGround(ground, len(people), people[0].similarity, people[-1].similarity)


def _ground(points: FloatMatrix, weights: Weights) -> TasteGround:
    """Heights of weighted films; bounds are those of all films, so that grounds of one map can lie over each other."""
    has_place = np.isfinite(points[:, 0])
    says = weights != 0
    made_of: IndexVector = np.flatnonzero(has_place & says)
    if not len(made_of):
        raise InvalidQueryError(
            "No film of yours has a place on this map.", hint="Like or dislike a film first."
        )
    placed = points[has_place].astype(np.float64)
    side = max(float(np.ptp(placed, axis=0).max()), 1e-6)
    low, high = placed.min(0) - MARGIN * side, placed.max(0) + MARGIN * side
    axes = np.linspace(low, high, GRID)  # (g, 2)
    own = points[made_of].astype(np.float64)
    # a round hill is the product of one along x and one along y
    along_x, along_y = (
        np.exp(-0.5 * ((axes[:, None, way] - own[None, :, way]) / (BREADTH * side)) ** 2) for way in (0, 1)
    )
    signed = weights[made_of]
    liked, disliked = ((along_y * np.maximum(sign * signed, 0)) @ along_x.T for sign in (1, -1))
    top = max(float(liked.max()), float(disliked.max()))
    return TasteGround(
        (liked / top).astype(np.float32),
        (disliked / top).astype(np.float32),
        (float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        len(made_of),
        int((says & ~has_place).sum()),
    )
