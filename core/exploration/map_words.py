"""Words on a map: whose films they name, or where they lie and which films are nearest."""

from dataclasses import dataclass

import numpy as np

from core.maps.placing import place
from core.serving import Atlas
from core.serving.words import passing, understood
from core.types import FloatMatrix

NEAREST = 8
"""Films that words point out."""
MOST = 6
"""Texts that are looked at together."""
MOST_NAMED = 200
"""Films of a person or of another fact that are marked, the best known first."""


@dataclass(frozen=True)
class WordPlace:
    """Words, and where they lie on a map.

    Attributes:
        text: As they were typed.
        films: item_index of the films that they name (all of a director's), or that lie nearest.
        nearness: Cosine of each of these to the words; () where they name the films.
        x, y: Where the words lie; None where they name films.
        said: What was understood, for people.
    """

    text: str
    films: tuple[int, ...]
    nearness: tuple[float, ...] = ()
    x: float | None = None
    y: float | None = None
    said: str = ""

    @property
    def sentence(self) -> str:
        """What became of them, for people."""
        if not self.nearness:
            return f"“{self.text}”: {self.said}."
        return (
            f"“{self.text}” lies among the films that mean something like it: cosine {self.nearness[0]:.2f} for the "
            f"nearest of the {len(self.films)} that are joined to it, {self.nearness[-1]:.2f} for the last."
        )


def texts_of(typed: str) -> list[str]:
    """The several texts of what was typed, which semicolons part; at most `MOST`."""
    return [text for part in typed.split(";") if (text := part.strip())][:MOST]


def place_words(atlas: Atlas, space_name: str, text: str) -> WordPlace:
    """Find films by facts that words name, or place the words among the films by what they mean.

    Raises:
        InvalidQueryError: They name nothing, and this embedding does not read text.
        ModelUnavailableError: Its model cannot be loaded here.
    """
    reading = understood(atlas, text)
    if reading.parts and not reading.rest:
        named = [part.film for part in reading.parts if part.film is not None]
        allowed = passing(atlas, reading.filters())
        found = named or np.flatnonzero(allowed).tolist()
        best = sorted(found, key=lambda item: (-int(atlas.counts[item]), item))[:MOST_NAMED]
        chips = ", ".join(part.chip for part in reading.parts)
        more = (
            f"; the {MOST_NAMED} best known of {len(found):,} are marked" if len(found) > MOST_NAMED else ""
        )
        return WordPlace(text, tuple(best), said=f"{len(found):,} films: {chips}{more}")
    return by_meaning(atlas, space_name, text)


def by_meaning(atlas: Atlas, space_name: str, text: str) -> WordPlace:
    """Place words among the films that mean something like them; raises what `place_words` does."""
    space = atlas.space(space_name)
    vector = space.encode_text(text)
    items, _distance = atlas.table.search(space_name, vector, NEAREST, metric=space.metric)
    near = _cosine(space.vectors[items], vector)
    x, y = place(space, atlas.coordinates(space_name), vector[None])[0].tolist()
    nearness = tuple(round(float(one), 3) for one in near)
    return WordPlace(text, tuple(items.tolist()), nearness, round(x, 4), round(y, 4))


def _cosine(vectors: FloatMatrix, one: FloatMatrix) -> FloatMatrix:
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(one)
    return np.asarray(vectors @ one / np.maximum(lengths, 1e-12), np.float32)
