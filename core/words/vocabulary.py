"""What one catalogue has words for: its people, genres, countries, languages and keywords."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.datasets.reading.titles import saga_name
from core.domain import Catalog
from core.text import fold, singular
from core.words.phrases import Phrases
from core.words.title_search import TitleIndex
from core.words.tokens import keys_of

READ_FOR_WORDS = 4000
"""So many overviews, spread over the catalogue, are read for the words that are ordinary ones; it takes a moment."""
KNOWN_BY_SURNAME = 4
"""From this weight on (see `Person`) somebody is looked for behind a misspelt surname alone."""
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


@dataclass(frozen=True)
class Person:
    """Somebody of the catalogue.

    Attributes:
        names: Spellings of the name, the commonest first.
        n_directed, n_acted: Films.
    """

    names: tuple[str, ...]
    n_directed: int
    n_acted: int

    @property
    def weight(self) -> int:
        """Films, those directed three times: who says "a Ford western" means a director."""
        return 3 * self.n_directed + self.n_acted


class Vocabulary:
    """The words of one catalogue, ready to be looked up; each part is made when it is first needed.

    Args:
        catalog: The films.
        titles: Search by title over the same films.
    """

    def __init__(self, catalog: Catalog, titles: TitleIndex) -> None:
        self.catalog, self.titles = catalog, titles
        self._counts: dict[str, Counter[str]] = {}

    def prepare(self) -> None:
        """Make every part now, so that no question waits for one; some seconds for a hundred thousand people."""
        _ = self.genres, self.people, self.surnames, self.ordinary, self.in_plots, self.sagas
        _ = self._joined, self._single, self._title_words, self._keywords
        self.titles.prepare()

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
    def people(self) -> dict[str, Person]:
        """Everybody by the letters of the name: "Robert De Niro" and "Robert DeNiro" are one."""
        directed, acted = self.counts("directors"), self.counts("cast")
        spellings: dict[str, list[str]] = {}
        for name in directed | acted:
            if letters := "".join(keys_of(name)):
                spellings.setdefault(letters, []).append(name)
        return {
            letters: Person(
                tuple(sorted(names, key=lambda name: (-directed[name] - acted[name], name))),
                sum(directed[name] for name in names),
                sum(acted[name] for name in names),
            )
            for letters, names in spellings.items()
        }

    @cached_property
    def surnames(self) -> dict[str, Person]:
        """Letters of a surname -> the one who is meant by it: who has clearly more films than anybody else of that name."""
        bearers: dict[str, list[tuple[int, str]]] = {}
        for letters, person in self.people.items():
            keys = keys_of(person.names[0])
            if len(keys) > 1:
                for words in _surnames(keys):
                    bearers.setdefault("".join(words), []).append((person.weight, letters))
        found: dict[str, Person] = {}
        for surname, own in bearers.items():
            own.sort(reverse=True)
            if own[0][0] >= LEAD_OF_SURNAME * (own[1][0] if len(own) > 1 else 0):
                found[surname] = self.people[own[0][1]]
        return found

    @cached_property
    def ordinary(self) -> frozenset[str]:
        """Words that plots write in lower case: they are no names, whoever else bears them."""
        return frozenset(fold(word) for word in self._plot_words if word[:1].islower())

    @cached_property
    def in_plots(self) -> frozenset[str]:
        """Words that plots write at all, in lower case: they are not misspelt."""
        return frozenset(fold(word) for word in self._plot_words)

    @cached_property
    def _plot_words(self) -> frozenset[str]:
        return _words_of([text for text in self.catalog.items["overview"] if text])

    def is_ordinary(self, key: str) -> bool:
        """Whether a word is one that plots use."""
        return key in self.ordinary or singular(key) in self.ordinary

    def like_name(self, words: tuple[str, ...]) -> Person | None:
        """Who is called nearly like misspelt words; of several the one with most films. None where nobody is."""
        people, names = self._joined
        close = [
            (-mistakes, people[place].weight, place)
            for name, mistakes, place in nearly(" ".join(words), names, limit=5)
            if name.count(" ") == len(words) - 1
        ]
        return people[max(close)[2]] if close else None

    def like_surname(self, word: str) -> Person | None:
        """Whose surname is nearly one misspelt word, of those who have more than a few films; None where nobody's is."""
        if len(word) <= SHORTEST_MISSPELT:
            return None
        found = nearly(word, self._single, limit=1)
        return self.surnames[found[0][0]] if found else None

    @cached_property
    def _joined(self) -> tuple[list[Person], list[str]]:
        named = [(person, " ".join(keys_of(person.names[0]))) for person in self.people.values()]
        several = [(person, name) for person, name in named if " " in name]
        return [person for person, _ in several], [name for _, name in several]

    @cached_property
    def _single(self) -> list[str]:
        return [
            surname
            for surname, person in self.surnames.items()
            if len(surname) >= SHORTEST_MISSPELT and person.weight >= KNOWN_BY_SURNAME
        ]

    @cached_property
    def sagas(self) -> dict[str, list[int]]:
        """What the films of a saga share of their titles -> their item_index, the earliest first; of two films or more."""
        found: dict[str, list[int]] = {}
        years = self.catalog.items["year"].fillna(0)
        for film, title in enumerate(self.catalog.items["title"]):
            found.setdefault("".join(keys_of(saga_name(title))), []).append(film)
        several = {name: films for name, films in found.items() if len(films) > 1}
        return {name: sorted(films, key=lambda film: (years[film], film)) for name, films in several.items()}

    @cached_property
    def _title_words(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for film, title in enumerate(self.catalog.items["title"]):
            for key in dict.fromkeys(map(singular, keys_of(title))):
                found.setdefault(key, []).append(film)
        return found

    def titles_with(self, word: str) -> list[str]:
        """item_id of the films in whose title a word, or its plural, stands."""
        return [str(self.catalog.ids[film]) for film in self._title_words.get(singular(word), [])]

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


def _words_of(texts: Sequence[str]) -> frozenset[str]:
    """The words of `READ_FOR_WORDS` texts, spread evenly over all."""
    step = max(1, len(texts) // READ_FOR_WORDS)
    found = {word.strip(".,;:!?()'\"’“”…") for text in texts[::step] for word in text.split()}
    return frozenset(word for word in found if word.isalpha())


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
