"""Which film has which genre, as a matrix."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.domain import Catalog

LabelMatrix: TypeAlias = npt.NDArray[np.bool_]
"""(n, n_genres) True = this film has this genre."""


@dataclass(frozen=True, eq=False)
class GenreLabels:
    """The genres of a catalogue's films.

    Attributes:
        names: Genre of each column.
        matrix: (n_items, n_genres) True = the film has it.
    """

    names: tuple[str, ...]
    matrix: LabelMatrix

    @property
    def has_any(self) -> npt.NDArray[np.bool_]:
        """(n_items,) whether a film has a genre at all."""
        return np.asarray(self.matrix.any(axis=1))


def genre_labels(catalog: Catalog, names: Sequence[str] | None = None) -> GenreLabels:
    """The genres of all films.

    Args:
        catalog: The films.
        names: Which genres, in which order; None = all, sorted. A film's other genres are left aside.
    """
    chosen = tuple(catalog.genre_names() if names is None else names)
    column = {name: i for i, name in enumerate(chosen)}
    matrix = np.zeros((len(catalog), len(chosen)), bool)
    for item, genres in enumerate(catalog.items["genres"]):
        matrix[item, [column[genre] for genre in genres if genre in column]] = True
    return GenreLabels(chosen, matrix)


def main_genres(catalog: Catalog) -> list[str]:
    """One genre a film: of its genres the one that fewest films have, "" without any.

    The rarest says most: "Horror, Drama" is a horror film before it is a drama, and some sources list genres by the
    alphabet.
    """
    counts = Counter(genre for genres in catalog.items["genres"] for genre in genres)
    return [min(genres, key=lambda g: (counts[g], g)) if genres else "" for genres in catalog.items["genres"]]
