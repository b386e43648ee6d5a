"""How alike some films are to each other under an embedding or a method, alike ones together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core import recommenders
from core.embeddings import label_of
from core.embeddings.base import normalise
from core.errors import InvalidQueryError
from core.exploration.alike_order import standing_together
from core.models.preference_matrix import liked_matrix
from core.recommenders.base import LikensFilms
from core.serving import Atlas
from core.serving.similarity import SHRINKAGE
from core.types import BoolVector, FloatMatrix, IndexVector

MOST_FILMS = 40
"""Films whose numbers can still be read in one picture."""
FIRST_FILMS = 16
"""Films that are shown where nobody chose any."""
PEOPLE = "people"
"""Likeness by who likes both; the others are called "space-NAME" and "method-NAME", as their artefacts are."""


@dataclass(frozen=True)
class Likeness:
    """One way to say how alike films are.

    Attributes:
        words: What its numbers are, in a sentence.
        of: (n, n) likeness of some films, see `core.recommenders.base.LikensFilms.likeness`.
    """

    words: str
    of: Callable[[IndexVector], FloatMatrix]


@dataclass(frozen=True, eq=False)
class AlikeFilms:
    """Some films held against each other.

    Attributes:
        items: (n,) item_index, alike films beside each other.
        values: (n, n) float64 in that order; NaN on the diagonal, and where nothing is known.
    """

    items: IndexVector
    values: npt.NDArray[np.float64]


def likenesses(atlas: Atlas) -> Mapping[str, Likeness]:
    """All ways to hold these films against each other, by name; nothing is opened for it.

    They are who likes both, every embedding, and every method that the build has learned and that `LikensFilms`.
    """
    found: dict[str, Likeness] = {}
    if len(atlas.interactions):
        words = "Cosine of who likes the two films, pulled towards 0 where few do; 1 = the same people."
        found[PEOPLE] = Likeness(words, partial(_by_people, atlas))
    for name in atlas.space_names:
        words = (
            "Cosine of the two films' vectors, or 1 / (1 + distance) where the embedding measures distances."
        )
        found[f"space-{name}"] = Likeness(words, partial(_by_space, atlas, name))
    for name in recommenders.names():
        kind = recommenders.method_class(name)
        if atlas.manifest.has_method(name) and issubclass(kind, LikensFilms):
            found[f"method-{name}"] = Likeness(kind.likeness_words, partial(_by_method, atlas, name))
    return found


def likeness_label(name: str) -> str:
    """What people call one of `likenesses`."""
    kind, _, what = name.partition("-")
    return _LABELS[kind](what)


def alike_films(atlas: Atlas, name: str, items: Sequence[int]) -> AlikeFilms:
    """Hold films against each other, and put alike ones beside each other.

    Their order is that of a hierarchical clustering (average linkage of how far each pair falls short of the most alike one;
    optimal leaf order); a pair of which nothing is known counts as the least alike.

    Args:
        atlas: The films.
        name: One of `likenesses`.
        items: item_index, each once, at most `MOST_FILMS`.

    Raises:
        InvalidQueryError: There is no such likeness, or they are too many films.
        NotBuiltError, CannotFitError: It cannot be had.
    """
    if len(items) > MOST_FILMS:
        raise InvalidQueryError(
            f"{len(items)} films are more than can be read in one picture.",
            hint=f"Choose at most {MOST_FILMS}.",
        )
    ways = likenesses(atlas)
    if name not in ways:
        raise InvalidQueryError("There is no such likeness here.", hint="Choose another one.")
    index = np.asarray(items, np.int64)
    values = ways[name].of(index).astype(np.float64)
    np.fill_diagonal(values, np.nan)
    if np.isfinite(values).any():
        falls_short = np.nanmax(values) - np.where(np.isnan(values), np.nanmin(values), values)
    else:
        falls_short = np.zeros_like(values)
    order = standing_together(falls_short)
    return AlikeFilms(index[order], values[np.ix_(order, order)])


def alike_table(found: AlikeFilms, labels: Sequence[str]) -> pd.DataFrame:
    """All pairs of `AlikeFilms`: `Film`, `and`, `Likeness`, the most alike first; those of which nothing is known last."""
    first, second = np.triu_indices(len(found.items), 1)
    values = found.values[first, second]
    order = np.lexsort((np.arange(len(values)), np.where(np.isnan(values), np.inf, -values)))
    return pd.DataFrame(
        {
            "Film": [labels[found.items[at]] for at in first[order]],
            "and": [labels[found.items[at]] for at in second[order]],
            "Likeness": values[order],
        }
    )


def films_to_begin_with(atlas: Atlas, likes: Sequence[int]) -> list[int]:
    """The likes, or where there are not two the most rated films, ties by item_index; without ratings the first ones."""
    if len(likes) > 1:
        return list(likes)
    return [int(item) for item in np.argsort(-atlas.counts, kind="stable")[:FIRST_FILMS]]


def _by_space(atlas: Atlas, name: str, items: IndexVector) -> FloatMatrix:
    space = atlas.space(name)
    points = np.asarray(space.vectors)[items]
    if space.metric == "l2":
        apart = np.linalg.norm(points[:, None, :].astype(np.float64) - points[None, :, :], axis=-1)
        return _known(1 / (1 + apart), space.has_vector[items])
    unit = normalise(points)
    return _known(unit @ unit.T, space.has_vector[items])


def _by_people(atlas: Atlas, items: IndexVector) -> FloatMatrix:
    liked = liked_matrix(atlas.dataset, 0.0)[:, items].astype(np.float64)
    products = (liked.T @ liked).toarray()
    lengths = np.sqrt(np.diagonal(products))
    return _known(products / (np.outer(lengths, lengths) + SHRINKAGE), lengths > 0)


def _known(values: npt.NDArray[np.floating[Any]], known: BoolVector) -> FloatMatrix:
    """Values as float32, NaN in the rows and columns of which nothing is known."""
    found: FloatMatrix = np.where(known[:, None] & known[None, :], values, np.nan).astype(np.float32)
    return found


def _by_method(atlas: Atlas, name: str, items: IndexVector) -> FloatMatrix:
    method = atlas.methods.fitted(name)
    assert isinstance(method, LikensFilms)
    return method.likeness(items)


_LABELS: Mapping[str, Callable[[str], str]] = {
    PEOPLE: lambda _: "The same people like them",
    "space": label_of,
    "method": lambda name: recommenders.method_class(name).label,
}
"""What the first word of a likeness's name says of the rest -> what people call it."""
