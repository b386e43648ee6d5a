"""Genres and their everyday names: "sci-fi", "rom-com", "westerns", "Zeichentrick", "de terror"."""

from collections.abc import Sequence
from functools import cache

from core.words.phrases import cue, mixtures, names
from core.words.reading import Part
from core.words.rules.base import Finding, everywhere
from core.words.rules.origins import origin_part
from core.words.tokens import Token
from core.words.vocabulary import SHORTEST_MISSPELT, Vocabulary, nearly

SPELLINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "family": (("genres", "Family"), ("genres", "Children"), ("genres", "Children's")),
    "history": (("genres", "History"), ("genres", "Historical")),
    "musical": (("genres", "Musical"), ("keywords", "musical"), ("genres", "Music")),
    "music": (("genres", "Music"), ("genres", "Musical")),
    "noir": (("genres", "Film-Noir"), ("genres", "Noir"), ("keywords", "film noir"), ("keywords", "noir")),
    "science_fiction": (("genres", "Science Fiction"), ("genres", "Sci-Fi")),
    "biography": (("genres", "Biography"), ("keywords", "biography"), ("keywords", "biopic")),
    "sport": (("genres", "Sport"), ("genres", "Sports"), ("keywords", "sport"), ("keywords", "sports")),
    "superhero": (("genres", "Superhero"), ("keywords", "superhero"), ("keywords", "based on comic")),
    "martial_arts": (("keywords", "martial arts"), ("keywords", "kung fu")),
}
"""How catalogues write a genre, where that is not its name with a capital; what one of them lacks, keywords may say."""


WIDER = {"musical": (("genres", "Music"),)}
"""What else may stand for a genre where there is too little of it."""


def find_genres(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Finding]:
    """Every genre that a film of the catalogue has."""
    return everywhere(tokens, lambda place: _genre_at(tokens, place, vocabulary))


def _genre_at(tokens: Sequence[Token], place: int, vocabulary: Vocabulary) -> Finding | None:
    mixed, single = mixtures().at(tokens, place), names("genres").at(tokens, place)
    own = vocabulary.genres.at(tokens, place)
    if mixed and (not single or mixed[0] >= single[0]):
        parts = tuple(part for name in mixed[1] for part in _parts(name, vocabulary))
        return Finding(parts, place, mixed[0]) if parts else None
    if single and (not own or single[0] >= own[0]):
        parts = _parts(single[1], vocabulary)
        if parts:
            weak = single[0] == place + 1 and vocabulary.is_ordinary(tokens[place].key)
            return Finding(parts, place, single[0], is_weak=weak and not cue("film").at(tokens, single[0]))
    if own:
        return Finding((Part("genre", own[1], "", any_of=(("genres", own[1]),)),), place, own[0])
    return None


def _parts(name: str, vocabulary: Vocabulary) -> tuple[Part, ...]:
    """A genre as a part, or where films are from; () where no film can have it."""
    kind, _, origin = name.partition(" ")
    if kind == "from":
        part = origin_part(origin, vocabulary)
        return (part,) if part else ()
    values = tuple(value for value in spellings(name) if vocabulary.counts(value[0])[value[1]])
    label = name.replace("_", " ").capitalize()
    mainly = tuple(value for value in values if value not in WIDER.get(name, ()))
    return (Part("genre", label, "", any_of=values, mainly=mainly),) if values else ()


def spellings(name: str) -> tuple[tuple[str, str], ...]:
    """Column and value under which catalogues have a genre."""
    return SPELLINGS.get(name, (("genres", name.replace("_", " ").title()),))


@cache
def _long_enough() -> list[str]:
    """The names of genres that a misspelt word is compared with."""
    return [phrase for phrase in names("genres").joined(2) if len(phrase) >= SHORTEST_MISSPELT]


def find_misspelt_genres(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Finding]:
    """Words that are nearly a genre's, and that nobody uses for anything else; one or two of them."""
    known, phrases = names("genres"), _long_enough()
    found = []
    for place in range(len(tokens)):
        for n_words in (2, 1):
            words = tokens[place : place + n_words]
            typed = " ".join(token.key for token in words)
            if len(words) < n_words or len(typed) < SHORTEST_MISSPELT or not all(t.is_word for t in words):
                continue
            if all(vocabulary.is_ordinary(token.key) for token in words):
                continue
            close = [one for one in nearly(typed, phrases, limit=1) if one[0].count(" ") == n_words - 1]
            parts = _parts(known.meaning(close[0][0]), vocabulary) if close else ()
            if parts:
                found.append(Finding(parts, place, place + n_words))
                break
    return found
