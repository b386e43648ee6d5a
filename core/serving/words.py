"""Questions in words, read with the words of a built dataset, and what to say where they find little."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.domain import Filters, Question
from core.serving.atlas import Atlas
from core.types import BoolVector
from core.words import Part, Reading, read

FEW = 5
"""Where fewer films than this, and than were asked for, pass, the part of the question that keeps most out is named."""
COLUMNS = {
    "countries": "country",
    "language": "language",
    "cast": "cast",
    "directors": "director",
    "genres": "genre",
}
"""What a part may look into -> its name for people."""


@dataclass(frozen=True)
class WayOut:
    """A part of a question without which there is more.

    Attributes:
        part: The part.
        n_films: How many films pass without it.
    """

    part: Part
    n_films: int


def understood(atlas: Atlas, text: str, without: Collection[str] = ()) -> Reading:
    """What a question in words asks of these films.

    Args:
        atlas: The films.
        text: As it was typed.
        without: `Part.key` of the parts that were taken away. Their words are searched by meaning, unless they were
            what was not wanted: nobody is looking for that.
    """
    reading = read(text, atlas.vocabulary)
    gone = [part for part in reading.parts if part.key in without]
    if not gone:
        return reading
    back = [part.words for part in gone if part.wanted and part.kind in ("genre", "person", "origin", "film")]
    return replace(
        reading,
        parts=tuple(part for part in reading.parts if part.key not in without),
        rest=" ".join(dict.fromkeys([reading.rest, *back])).strip(),
    )


def asked(atlas: Atlas, reading: Reading, question: Question) -> Question:
    """The question with everything that was understood, as strictly as leaves enough films."""
    strict = reading.narrowed()
    own = (*question.likes, *question.dislikes, *question.seen)
    if passing(atlas, strict.filters(question.filters), own).sum() >= question.k:
        return strict.question(question)
    return reading.question(question)


def passing(atlas: Atlas, filters: Filters, excluded: Sequence[int] = ()) -> BoolVector:
    """(n_items,) True = the film may be an answer."""
    allowed = atlas.filters.mask(filters)
    allowed[list(excluded)] = False
    return allowed


def ways_out(atlas: Atlas, reading: Reading, question: Question) -> list[WayOut]:
    """The parts that starve an answer, the one that keeps most films out first.

    Args:
        atlas: The films.
        reading: What was understood.
        question: What was asked beside it: filters and films that were chosen by hand.

    Returns:
        [] where enough films pass, or where there is nothing else to go by.
    """
    own = (*question.likes, *question.dislikes, *question.seen)
    n_now = int(passing(atlas, reading.filters(question.filters), own).sum())
    if n_now >= min(FEW, question.k) or (len(reading.parts) == 1 and not question.filters):
        return []  # what asks for one thing gets all there is of it
    found = []
    for part in reading.parts:
        rest = replace(reading, parts=tuple(other for other in reading.parts if other != part))
        n_films = int(passing(atlas, rest.filters(question.filters), own).sum())
        if n_films > n_now:
            found.append(WayOut(part, n_films))
    return sorted(found, key=lambda way: -way.n_films)


def not_looked_into(atlas: Atlas, reading: Reading) -> list[str]:
    """What could not be looked into, as sentences: films of which what was asked for is not known.

    A film without a plot is not found by the rest of a question, one without people not by a name.
    """
    sentences = list(reading.notes)
    items, n = atlas.catalog.items, len(atlas.catalog)
    asked = dict.fromkeys(column for part in reading.parts for column, _ in part.any_of if column in COLUMNS)
    groups = [(COLUMNS[column], (items[column].map(len) == 0).to_numpy()) for column in asked]
    if "cast" in asked and "directors" in asked:  # either will do
        groups = [(name, gone) for name, gone in groups if name not in ("cast", "director")]
        groups.append(
            ("people", ((items["cast"].map(len) == 0) & (items["directors"].map(len) == 0)).to_numpy())
        )
    if any(part.kind == "minutes" for part in reading.parts):
        groups.append(("length", items["runtime"].isna().to_numpy()))
    if any(part.kind == "years" for part in reading.parts):
        groups.append(("year", items["year"].isna().to_numpy()))
    if reading.rest:
        groups.append(("plot", (items["overview"] == "").to_numpy()))
    for name, gone in groups:
        if n_gone := int(np.count_nonzero(gone)):
            verb = "are" if name == "people" else "is"
            sentences.append(
                f"The {name} of {n_gone:,} of {n:,} films {verb} not known, so these were not looked into."
            )
    return sentences
