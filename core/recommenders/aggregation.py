"""From several people's scores to one order: a common scale, and the strategies that join them.

Scores are put on a common scale first. A method's scores of two profiles are not alike in spread (a history's reach
further than one like's), so who says more would decide for the others; of places in each one's own order only the
order counts:

    fit = 100 (1 - ln(place) / ln(n))

place being the film's among the n films that the group may get. 100 is the one that fits best, 0 the one that fits
least, and every ten times further down costs the same. A share of films that are beaten would not do: of ten thousand
films the best and the hundredth lie one per cent apart, so its mean tells films that everybody likes from films that
nobody minds by next to nothing (docs/decisions/0009-together.md).

Source: Masthoff (2015), "Group recommender systems: aggregation, satisfaction and group attributes", for the
strategies (its average without misery leaves films out, ours takes from them in proportion); Baltrunas, Makcinskas,
Ricci (2010), "Group recommendations with rank aggregation and collaborative filtering", for joining ranks in place of
scores.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import UnknownNameError
from core.types import BoolVector, FloatMatrix, IndexVector

Fits = npt.NDArray[np.float64]
GOOD_ENOUGH = 40.0
"""A fit from which on a film leaves nobody out: it is among the best 250 of ten thousand (n to the power 0.6).

Chosen on ml-latest-small, see docs/decisions/0009-together.md.
"""


@dataclass(frozen=True)
class Strategy:
    """A way to join the fits of several people.

    Attributes:
        name: Id.
        label: Name for people.
        description: What it does, in one plain sentence.
        join: (n_people, n_films) fits -> (n_films,), higher is better.
    """

    name: str
    label: str
    description: str
    join: Callable[[Fits], Fits]


STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        one.name: one
        for one in (
            Strategy(
                "average",
                "Best on average",
                "The mean of everybody's fit: the most for all together, though one may get less.",
                lambda fits: np.asarray(fits.mean(axis=0)),
            ),
            Strategy(
                "without_misery",
                "Good for everybody",
                "The mean of everybody's fit; a film that fits somebody less than 40 loses in proportion.",
                lambda fits: np.asarray(fits.mean(axis=0) * np.minimum(fits.min(axis=0) / GOOD_ENOUGH, 1)),
            ),
            Strategy(
                "least_misery",
                "Fairest",
                "The fit of whoever a film fits least: nobody has to sit through one that is not for them.",
                lambda fits: np.asarray(fits.min(axis=0)),
            ),
        )
    }
)
"""Every strategy by its name."""
DEFAULT = "without_misery"


def strategy_of(name: str) -> Strategy:
    """The strategy of a name.

    Raises:
        UnknownNameError: There is none.
    """
    if name not in STRATEGIES:
        raise UnknownNameError("strategy", name, list(STRATEGIES))
    return STRATEGIES[name]


def fits_of(scores: FloatMatrix, candidates: BoolVector) -> tuple[Fits, Fits]:
    """Everybody's scores on the common scale.

    Args:
        scores: (n_people, n_items) of one method.
        candidates: (n_items,) films that the group may get; all have scores.

    Returns:
        Fits from 0 to 100 and places from 1, both (n_people, n_items) float64, NaN for all other films. Tied films
        share the mean of their places.
    """
    places = np.full(scores.shape, np.nan)
    n = int(candidates.sum())
    if n:
        places[:, candidates] = pd.DataFrame(-scores[:, candidates]).rank(axis=1).to_numpy()
    fits = 100 * (1 - np.log(places) / np.log(n)) if n > 1 else np.where(candidates, 100.0, places)
    return np.asarray(fits, np.float64), places


def in_order(fits: Fits, strategy: Strategy, candidates: BoolVector) -> tuple[IndexVector, Fits]:
    """The films that the group may get, best first, ties by the mean fit and then by item_index.

    Returns:
        (n,) item_index, and (n,) float64 what the strategy makes of their fits.
    """
    items = np.flatnonzero(candidates).astype(np.int64)
    own = np.sort(fits[:, items], axis=0)  # sums round alike, in whatever order people are named
    joint = strategy.join(own)
    order = np.lexsort((items, -own.mean(axis=0), -joint))
    return items[order], joint[order]
