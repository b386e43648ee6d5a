"""Questions in words and the facts that answer them, checked with the catalogue alone.

`bench/word_questions.toml` holds the questions. Nothing here reads their text: a question carries what it asks for as
facts, and a film fulfils it where the catalogue says so. What the catalogue does not know of a film fulfils nothing,
an exclusion neither: a film without a cast is not known to be without somebody.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any

import numpy as np

from core.domain import Catalog, Film
from core.types import BoolVector

QUESTIONS = Path(__file__).with_name("word_questions.toml")

GENRES = {"Sci-Fi": "Science Fiction", "Children": "Family", "Musical": "Music"}
"""MovieLens' names -> the questions' names, which are those of TMDB; other names are the same in both."""
KEYWORDS = {"musical": "Music"}
"""Keywords that say as much as a genre: TMDB has a keyword for musicals, and a genre for films with music."""
COUNTRIES = {"United States of America": "United States"}
"""TMDB's names -> the questions' names."""
LANGUAGES = {"cn": "zh"}
"""TMDB's own code for Cantonese -> the code that other sources give such films."""

FAMOUS, LITTLE_KNOWN = 0.25, 0.1
"""Famous films are among the most rated quarter of a catalogue, little known ones not among the most rated tenth."""


@dataclass(frozen=True)
class Known:
    """What the catalogue knows of a film, in the questions' spelling; names and titles as `plain` makes them.

    Attributes:
        rank: Share of the catalogue's films that have more ratings, in [0, 1); NaN without a number of ratings.
    """

    titles: frozenset[str]
    genres: frozenset[str]
    cast: frozenset[str]
    directors: frozenset[str]
    countries: frozenset[str]
    language: str
    year: int | None
    minutes: int | None
    rank: float

    @property
    def people(self) -> frozenset[str]:
        """Cast and directors."""
        return self.cast | self.directors


def plain(text: str) -> str:
    """A name or a title without case, accents and punctuation, so that spellings of several sources agree."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare))


def _plain(names: Sequence[str]) -> frozenset[str]:
    return frozenset(map(plain, names))


def _within(value: int | None, bounds: Sequence[int]) -> bool:
    return value is not None and bounds[0] <= value <= bounds[1]


CHECKS: dict[str, Callable[[Known, Any], bool]] = {
    "genres": lambda film, names: film.genres.issuperset(names),
    "any_genres": lambda film, names: not film.genres.isdisjoint(names),
    "not_genres": lambda film, names: bool(film.genres) and film.genres.isdisjoint(names),
    "people": lambda film, names: film.people.issuperset(_plain(names)),
    "cast": lambda film, names: film.cast.issuperset(_plain(names)),
    "directors": lambda film, names: film.directors.issuperset(_plain(names)),
    "not_people": lambda film, names: bool(film.cast) and film.people.isdisjoint(_plain(names)),
    "years": lambda film, bounds: _within(film.year, bounds),
    "not_years": lambda film, bounds: film.year is not None and not _within(film.year, bounds),
    "origin": lambda film, names: not film.countries.isdisjoint(names) or film.language in names,
    "not_origin": lambda film, names: bool(film.countries) and film.countries.isdisjoint(names),
    "languages": lambda film, codes: film.language in codes,
    "not_languages": lambda film, codes: bool(film.language) and film.language not in codes,
    "minutes": lambda film, bounds: _within(film.minutes, bounds),
    "fame": lambda film, word: film.rank < FAMOUS if word == "famous" else film.rank >= LITTLE_KNOWN,
    "titles": lambda film, names: not film.titles.isdisjoint(_plain(names)),
    "not_titles": lambda film, names: film.titles.isdisjoint(_plain(names)),
}
"""Fact -> whether a film fulfils it. All facts of a question must hold.

`titles` names films of which one is enough. All others say what every film of a good answer is. `origin` is a country of
production or a code of the original language, ranges include both ends.
"""

KINDS = {
    "genres": ("genres", "any_genres", "not_genres"),
    "people": ("people", "cast", "directors", "not_people"),
    "years": ("years", "not_years"),
    "origin": ("origin", "not_origin", "languages", "not_languages"),
    "length": ("minutes",),
    "fame": ("fame",),
    "negation": tuple(name for name in CHECKS if name.startswith("not_") and name != "not_titles"),
    "like a film": ("not_titles",),
    "known film": ("titles",),
}
"""Kind -> the facts that make a question be of it; a question may be of several."""

MIXED = ("genres", "people", "years", "origin", "length", "fame")
"""A question of two and more of these is mixed too."""


@dataclass(frozen=True)
class WordQuestion:
    """A question in words.

    Attributes:
        text: As somebody types it.
        facts: Fact -> what is wanted, see `CHECKS`.
        asked_in: Language of the text (ISO 639-1).
    """

    text: str
    facts: Mapping[str, Any]
    asked_in: str = "en"

    @property
    def kinds(self) -> tuple[str, ...]:
        """What the question is about, from its facts, and the language it is asked in where that is not English."""
        found = [kind for kind, names in KINDS.items() if not self.facts.keys().isdisjoint(names)]
        mixed = ["mixed"] if len(set(found) & set(MIXED)) > 1 else []
        return (*found, *mixed, *([f"in {self.asked_in}"] if self.asked_in != "en" else []))

    @property
    def needs_one(self) -> bool:
        """Whether one film is enough."""
        return "titles" in self.facts

    def answers(self, films: Sequence[Known]) -> BoolVector:
        """(n_items,) which films fulfil all facts."""
        checks = [(CHECKS[name], wanted) for name, wanted in self.facts.items()]
        return np.array([all(check(film, wanted) for check, wanted in checks) for film in films], bool)


def read_questions(path: Path = QUESTIONS) -> list[WordQuestion]:
    """The questions in the order of the file."""
    tables = tomllib.loads(path.read_text("utf-8"))["question"]
    return [WordQuestion(t.pop("text"), asked_in=t.pop("asked_in", "en"), facts=t) for t in tables]


def known_films(catalog: Catalog) -> list[Known]:
    """What a catalogue knows of its films, by item_index."""
    films = list(catalog.films())
    votes = np.array([np.nan if film.n_votes is None else film.n_votes for film in films], np.float64)
    more = len(votes) - np.searchsorted(np.sort(votes), votes, side="right") - np.isnan(votes).sum()
    ranks = np.where(np.isnan(votes), np.nan, more / len(votes))
    return [_known(film, float(rank)) for film, rank in zip(films, ranks, strict=True)]


def _known(film: Film, rank: float) -> Known:
    return Known(
        titles=_plain([name for name in (film.title, film.original_title) if name]),
        genres=frozenset(GENRES.get(genre, genre) for genre in film.genres)
        | {KEYWORDS[keyword] for keyword in film.keywords if keyword in KEYWORDS},
        cast=_plain(film.cast),
        directors=_plain(film.directors),
        countries=frozenset(COUNTRIES.get(country, country) for country in film.countries),
        language=LANGUAGES.get(film.language, film.language),
        year=film.year,
        minutes=film.runtime,
        rank=rank,
    )


def found_share(question: WordQuestion, listed: Sequence[int], answers: BoolVector, k: int) -> float:
    """How much of what is there stands among the first k.

    Args:
        question: What was asked.
        listed: item_index, best first.
        answers: (n_items,) the films that fulfil it; at least one.
        k: How many places count.

    Returns:
        |first k that fulfil all facts| / min(k, number of such films); of a question that needs one film only, 1.0 where
        it stands there and 0.0 otherwise.
    """
    found = int(answers[list(dict.fromkeys(listed[:k]))].sum())
    return float(found > 0) if question.needs_one else found / min(k, int(answers.sum()))


def chance_share(question: WordQuestion, n_there: int, n_items: int, k: int) -> float:
    """What `found_share` is on average for k different films drawn at random.

    Args:
        question: What was asked.
        n_there: How many films fulfil it, at least one.
        n_items: How many films there are.
        k: How many are drawn; all of them where there are fewer.
    """
    k = min(k, n_items)
    if question.needs_one:
        return 1 - comb(n_items - n_there, k) / comb(n_items, k)
    return k * n_there / n_items / min(k, n_there)
