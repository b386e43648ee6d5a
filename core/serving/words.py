"""Questions in words, read with the words of a built dataset, and what to say where they find little."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain import Filters, Question
from core.domain.catalog import COLUMN_WORDS
from core.serving.atlas import Atlas
from core.types import BoolVector
from core.words import Part, Reading, read

FEW = 5
"""Where fewer films than this, and than were asked for, pass, the part of the question that keeps most out is named."""
NOT_SAID = "keywords"
"""A film without keywords is no gap: few films have any in some catalogues."""
NUMBERS = {"minutes": "runtime", "years": "year"}
"""Kinds of parts that look into a column of numbers."""


@dataclass(frozen=True)
class WayOut:
    """A part of a question without which there is more.

    Attributes:
        part: The part.
        n_films: How many films pass without it.
    """

    part: Part
    n_films: int


def understood(atlas: Atlas, text: str) -> Reading:
    """What a question in words asks of these films."""
    return read(text, atlas.vocabulary)


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
        fewer = reading.without([part.key])
        n_films = int(passing(atlas, fewer.filters(question.filters), own).sum())
        if n_films > n_now:
            found.append(WayOut(part, n_films))
    return sorted(found, key=lambda way: -way.n_films)


def not_looked_into(atlas: Atlas, reading: Reading) -> list[str]:
    """What could not be looked into, as sentences: films of which what was asked for is not known.

    A film without a plot is not found by the rest of a question, one without people not by a name.
    """
    catalog = atlas.catalog
    asked = {column for part in reading.parts for column, _ in part.any_of}
    asked |= {NUMBERS[part.kind] for part in reading.parts if part.kind in NUMBERS}
    asked |= {"overview"} if reading.rest else set()
    gone = {
        name: catalog.unknown(column) for column, name in COLUMN_WORDS.items() if column in asked - {NOT_SAID}
    }
    if asked >= {"cast", "directors"}:  # either will do
        del gone["cast"], gone["director"]
        people = zip(catalog.items["cast"], catalog.items["directors"], strict=True)
        gone["people"] = sum(not cast and not directors for cast, directors in people)
    return list(reading.notes) + [
        f"The {name} of {n:,} of {len(catalog):,} films {'are' if name == 'people' else 'is'} not known, so these were not "
        "looked into."
        for name, n in gone.items()
        if n
    ]
