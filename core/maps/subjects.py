"""What each film is about, in words that can be shown: subjects of a list, found in its plot and keywords."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from core.domain import Catalog
from core.embeddings.film_texts import plot_of
from core.text import STOP_WORDS, singular

TABLE = Path(__file__).parent / "subjects.toml"
"""The list: a name that is shown, and what tells it."""

LEAST_KNOWN = 0.2
"""Where fewer of the films that have a plot or keywords are about anything on the list, these are in another language."""

LONGEST_FORM = 6
"""Words of what tells a subject, at most."""

_TOKEN = re.compile(r"[^\W\d_][\w'’-]*|\d+(?:s\b|/\d+)?")
_LOWER = re.compile(r"(?<![\w'’-])[^\W\d_A-Z]{5,}(?![\w'’-])")

Forms = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
"""First word -> the whole form, word by word and longest first, and the subject that it tells."""


@lru_cache(maxsize=1)  # every space of a build asks it of the same catalogue
def subjects_of(catalog: Catalog) -> list[frozenset[str]]:
    """The subjects of every film.

    A list and not any word that is frequent, because a name of a group is read by people: what is frequent in plots is
    often a character's name, or said of films as such ("featuring", "final"). Where the list knows nothing, because the
    plots are written in another language, keywords and the longer words of plots stand in for it.
    """
    kinds, subjects, folded = _forms()
    texts, keywords = catalog.items["overview"], catalog.items["keywords"]
    found = [
        frozenset(
            {*_told(text, kinds), *_told(plot_of(text), subjects)}
            | {subject for keyword in row for subject in _told(keyword.casefold(), folded)}
        )
        for text, row in zip(texts, keywords, strict=True)
    ]
    n_told = sum(bool(text or row) for text, row in zip(texts, keywords, strict=True))
    if sum(map(bool, found)) >= LEAST_KNOWN * n_told:
        return found
    return [
        frozenset(word for word in (*row, *_LOWER.findall(text)) if word not in STOP_WORDS)
        for text, row in zip(texts, keywords, strict=True)
    ]


def _told(text: str, forms: Forms) -> Iterable[str]:
    """The subjects of a text; of forms that begin at the same word the longest counts.

    The first word of a sentence has a capital whatever it is, so it is looked for without, too.
    """
    found = list(_TOKEN.finditer(text))
    tokens = [singular(token[0]) for token in found]
    at = 0
    while at < len(tokens):
        begins = not at or text[found[at].start() - 2] in ".!?"
        for first in dict.fromkeys((tokens[at], tokens[at].lower())) if begins else (tokens[at],):
            here = (first, *tokens[at + 1 : at + LONGEST_FORM])
            subject = next((s for form, s in forms.get(first, ()) if here[: len(form)] == form), "")
            if subject:
                yield subject
                break
        at += 1


@cache
def _forms() -> tuple[Forms, Forms, Forms]:
    """The list as it is looked up: kinds of film, all subjects, and all of them folded, for keywords."""
    sections = tomllib.loads(TABLE.read_text("utf-8"))
    told = {
        section: [(form, name) for name, others in names.items() for form in (name, *others)]
        for section, names in sections.items()
    }
    everything = [pair for pairs in told.values() for pair in pairs]
    folded = [(form.casefold(), name) for form, name in everything]
    return _by_first_word(told["kinds"]), _by_first_word(everything), _by_first_word(folded)


def _by_first_word(told: Iterable[tuple[str, str]]) -> Forms:
    found: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
    for form, name in told:
        tokens = tuple(singular(token) for token in _TOKEN.findall(form))
        found[tokens[0]].setdefault(tokens, name)
    return {
        first: tuple(sorted(forms.items(), key=lambda pair: -len(pair[0]))) for first, forms in found.items()
    }
