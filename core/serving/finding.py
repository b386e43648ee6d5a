"""One search for everything: films by title, by people and facts, and by what they are about. Every hit says why."""

from contextlib import suppress
from dataclasses import dataclass, replace

from core.domain import Question
from core.errors import AtlasError, DamagedError
from core.recommenders import evidence
from core.serving.atlas import Atlas
from core.serving.choices import default_method
from core.serving.recommendation import recommend
from core.serving.words import asked, understood
from core.words import Reading
from core.words.title_search import LONGEST

LIKE_A_TITLE = 80.0
"""Similarity (0 to 100) from which a title is taken for a misspelt one of what was typed."""
SEVERAL = 3
"""Films that have the words themselves, from which on those that are only close in meaning are no longer needed."""
SENTENCE = 3
"""From so many words on, what was typed may be more than a title, so films are also searched by what they are about."""


@dataclass(frozen=True)
class Hit:
    """A film that was found: its item_index, and why, for people."""

    item_index: int
    why: str


def get_ready(atlas: Atlas) -> None:
    """Answer a question in words once, so that whoever asks next need not wait for what it loads.

    What fails here fails again, and is said, when somebody asks.
    """
    with suppress(AtlasError):
        atlas.suggestions.prepare()
        atlas.vocabulary.prepare()
        find_films(atlas, "a film about a long journey")


def find_films(atlas: Atlas, text: str, limit: int = 6) -> list[Hit]:
    """Films for whatever was typed: a title, a name, a genre, a plot, or several of them.

    The films of this very title come first; then, where all of it was understood as facts, those of which they are true;
    then titles like it; then films that are about it. Nothing is added to fill the list.
    """
    text = text.strip()
    if not text:
        return []
    reading = understood(atlas, text)
    exact, near = _titles(atlas, text)
    facts = any(part.film is None for part in reading.parts)
    by_facts = _by_facts_and_meaning(atlas, reading, limit) if facts and not (exact and reading.rest) else []
    hits = [*exact, *by_facts, *near] if not reading.rest else [*exact, *near, *by_facts]
    if not facts and len(text.split()) >= (SENTENCE if hits else 1):
        hits += _by_facts_and_meaning(atlas, reading, limit)
    first: dict[int, Hit] = {}
    for hit in hits:
        first.setdefault(hit.item_index, hit)
    return list(first.values())[:limit]


def _titles(atlas: Atlas, text: str) -> tuple[list[Hit], list[Hit]]:
    """The films of this title, and those whose title is clearly like it."""
    if len(text) > LONGEST or not any(letter.isalnum() for letter in text):
        return [], []
    exact = atlas.titles.named(text)
    near = [match for match in atlas.titles.search(text, 12) if match.similarity >= LIKE_A_TITLE]
    return [Hit(film, "This is its title.") for film in exact], [
        Hit(match.item_index, "Its title is like this.") for match in near if match.item_index not in exact
    ]


def _by_facts_and_meaning(atlas: Atlas, reading: Reading, limit: int) -> list[Hit]:
    """The films of which everything is true that was understood, by what the rest means."""
    facts = [part for part in reading.parts if part.film is None]
    rest = reading.rest
    if rest and not len(atlas.table.matching_text(rest, 1)):
        rest = ""  # none of these words stands in any film's text: no meaning to go by
    if not facts and not rest:
        return []
    reading = replace(reading, rest=rest)
    question = Question(method=default_method(atlas), k=limit)
    said = ", ".join(part.chip for part in facts)
    try:
        answer = recommend(atlas, asked(atlas, reading, question))
    except DamagedError:
        raise
    except AtlasError:  # the model that reads words is not there: titles and facts are found all the same
        if not facts:
            return _by_words(atlas, rest, limit)
        answer = recommend(atlas, asked(atlas, reading, replace(question, method="popularity")))
    hits = []
    for item in answer.items:
        why = f"Fits: {said}." if said else ""
        if rest:
            why = f"{why} {_about(atlas, rest, item.item_index)}".strip()
        hits.append(Hit(item.item_index, why))
    return hits if facts or not rest else _without_padding(atlas, rest, hits)


def _without_padding(atlas: Atlas, text: str, hits: list[Hit]) -> list[Hit]:
    """The hits up to the last that has one of the words, where several have one: what follows only fills the list."""
    has = [
        place for place, hit in enumerate(hits) if evidence.words_found(atlas.catalog, text, hit.item_index)
    ]
    return hits[: has[-1] + 1] if len(has) >= SEVERAL else hits


def _by_words(atlas: Atlas, text: str, limit: int) -> list[Hit]:
    """The films in whose own text the words stand."""
    found = atlas.table.matching_text(text, limit).tolist()
    return [Hit(film, _about(atlas, text, film)) for film in found]


def _about(atlas: Atlas, text: str, item: int) -> str:
    words = evidence.words_found(atlas.catalog, text, item)
    if not words:
        return "Its description means something close to this."
    return f"Its description has: {evidence.listed(words)}."
