"""What one catalogue has words for: its people, genres, countries, languages and keywords."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.domain import Catalog
from core.text import singular
from core.words.phrases import Phrases
from core.words.title_search import TitleIndex
from core.words.tokens import fold, keys_of

READ_FOR_WORDS = 4000
"""So many overviews, spread over the catalogue, are read for the words that are ordinary ones; it takes a moment."""
LEAD_OF_SURNAME = 2
"""A surname alone means the one of its bearers who has this many times the films of the next."""
SHORTEST_MISSPELT = 5
"""Shorter words are too like each other to be taken for misspelt ones."""
TWO_MISTAKES = 9
"""From so many letters on, two letters may be wrong; below, one."""
PARTICLES = frozenset(
    {
        *("de", "di", "da", "del", "della", "van", "von", "der", "den", "le", "la", "du"),
        *("al", "el", "ben", "bin", "mc", "mac", "st", "o"),
    }
)
"""What belongs to a surname and stands before it."""


class Vocabulary:
    """The words of one catalogue, ready to be looked up; each part is made when it is first needed.

    Args:
        catalog: The films.
        titles: Search by title over the same films.
    """

    def __init__(self, catalog: Catalog, titles: TitleIndex) -> None:
        self.catalog, self.titles = catalog, titles
        self._counts: dict[str, Counter[str]] = {}

    def counts(self, column: str) -> Counter[str]:
        """Value -> how many films have it, of a column of `core.domain.question.FACT_COLUMNS`."""
        if column not in self._counts:
            values = self.catalog.items[column]
            cells: Iterable[str] = (
                values if column == "language" else (value for own in values for value in own)
            )
            self._counts[column] = Counter(value for value in cells if value)
        return self._counts[column]

    @cached_property
    def genres(self) -> Phrases[str]:
        """The genres as the catalogue writes them."""
        return Phrases((keys_of(genre), genre) for genre in self.counts("genres"))

    @cached_property
    def people(self) -> dict[tuple[str, ...], list[str]]:
        """Names as their words -> the spellings that the catalogue has of them, the one with most films first."""
        found: dict[tuple[str, ...], list[str]] = {}
        films = self.counts("directors") + self.counts("cast")
        for name, _ in films.most_common():
            if keys := keys_of(name):
                found.setdefault(keys, []).append(name)
        return found

    @cached_property
    def surnames(self) -> dict[tuple[str, ...], str]:
        """Surname -> the one person that it means: who has clearly more films than anybody else of that name.

        A film that one directed counts three times: who says "a Ford western" means a director.
        """
        films: Counter[str] = Counter(dict.fromkeys(self.counts("cast"), 0))
        films.update(self.counts("cast"))
        for name, n in self.counts("directors").items():
            films[name] += 3 * n
        bearers: dict[tuple[str, ...], list[tuple[int, str]]] = {}
        for keys, names in self.people.items():
            if len(keys) < 2:
                continue
            n = sum(films[name] for name in names)
            for surname in _surnames(keys):
                bearers.setdefault(surname, []).append((n, names[0]))
        found = {}
        for surname, own in bearers.items():
            own.sort(reverse=True)
            runner_up = own[1][0] if len(own) > 1 else 0
            if own[0][0] >= LEAD_OF_SURNAME * runner_up:
                found[surname] = own[0][1]
        return found

    @cached_property
    def ordinary(self) -> frozenset[str]:
        """Words that plots write in lower case: they are no names, whoever else bears them."""
        overviews = [text for text in self.catalog.items["overview"] if text]
        step = max(1, len(overviews) // READ_FOR_WORDS)
        found: set[str] = set()
        for text in overviews[::step]:
            found.update(word for word in text.split() if word[:1].islower())
        return frozenset(
            key for word in found for key in (fold(word.strip(".,;:!?()'\"’“”…")),) if key.isalpha()
        )

    def is_ordinary(self, key: str) -> bool:
        """Whether a word is one that plots use."""
        return key in self.ordinary or singular(key) in self.ordinary

    def like_name(self, words: tuple[str, ...]) -> tuple[str, ...] | None:
        """The key in `people` that misspelt words come closest to; None where none is close."""
        found = nearly(" ".join(words), self._joined[1], limit=5)
        close = [
            (-mistakes, self._films_of(keys), keys)
            for _, mistakes, place in found
            if len(keys := self._joined[0][place]) == len(words)
        ]
        return max(close)[2] if close else None

    def like_surname(self, word: str) -> str | None:
        """The person whose surname one misspelt word comes closest to; None where none is close."""
        if len(word) < SHORTEST_MISSPELT + 1:
            return None
        found = nearly(word, self._single, limit=1)
        return self.surnames[(found[0][0],)] if found else None

    def _films_of(self, keys: tuple[str, ...]) -> int:
        return sum(self.counts("cast")[name] + self.counts("directors")[name] for name in self.people[keys])

    @cached_property
    def _joined(self) -> tuple[list[tuple[str, ...]], list[str]]:
        keys = [own for own in self.people if len(own) > 1]
        return keys, [" ".join(own) for own in keys]

    @cached_property
    def _single(self) -> list[str]:
        return [keys[0] for keys in self.surnames if len(keys) == 1 and len(keys[0]) >= SHORTEST_MISSPELT]

    def keywords_with(self, word: str) -> list[str]:
        """The keywords and genres of the catalogue in which a word, or its plural, stands."""
        return self._keywords.get(singular(word), [])

    @cached_property
    def _keywords(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for keyword in self.counts("keywords"):
            for key in dict.fromkeys(singular(key) for key in keys_of(keyword)):
                found.setdefault(key, []).append(keyword)
        return found


def nearly(word: str, known: Sequence[str], *, limit: int) -> list[tuple[str, float, int]]:
    """The known words with fewest mistakes (letters wrong, missing, added or swapped), if they are few enough.

    Returns:
        (word, mistakes, place in `known`), fewest mistakes first.
    """
    most = 2 if len(word) >= TWO_MISTAKES else 1
    distance: Any = OSA.distance  # its stubs know no cut-off of a distance
    return list(process.extract(word, known, scorer=distance, score_cutoff=most, limit=limit))


def _surnames(keys: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What of a name may stand for it: its last word, with what belongs to it, and the last two of three."""
    found = [keys[-1:]]
    if keys[-2] in PARTICLES or len(keys) > 2:
        found.append(keys[-2:])
    if len(keys) > 3 and keys[-3] in PARTICLES:
        found.append(keys[-3:])
    return [own for own in found if own != keys and len("".join(own)) > 2]
