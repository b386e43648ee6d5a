"""What words mean in the languages that are read: one file a language in `lexicon/`, found, not listed."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from core.text import singular
from core.words.tokens import Token, keys_of, row_of_words

LEXICON = Path(__file__).parent / "lexicon"

Meaning = TypeVar("Meaning")


class Phrases(Generic[Meaning]):
    """Phrases and what they mean; the longest that stands in a place is the one that is read there.

    Args:
        meanings: (phrase as its words, meaning); of two meanings of one phrase the first counts.
    """

    def __init__(self, meanings: Iterable[tuple[Sequence[str], Meaning]]) -> None:
        self._meanings: dict[tuple[str, ...], Meaning] = {}
        for words, meaning in meanings:
            if words:
                self._meanings.setdefault(tuple(words), meaning)
        self._longest: dict[str, int] = {}
        """First word -> words of the longest phrase that begins with it: most words of a question begin none."""
        for phrase in self._meanings:
            self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 0))

    def at(self, tokens: Sequence[Token], start: int) -> tuple[int, Meaning] | None:
        """The end (a place in `tokens`, exclusive) and the meaning of the longest phrase that begins at `start`.

        A hyphen between two words does not count, and the last word may be a plural.
        """
        if start >= len(tokens):
            return None
        first = tokens[start].key
        longest = self._longest.get(first) or min(self._longest.get(singular(first), 0), 1)
        words, ends = row_of_words(tokens, start, longest, "-–‐")
        for length in range(len(words), 0, -1):
            for last in dict.fromkeys((words[length - 1], singular(words[length - 1]))):
                found = self._meanings.get((*words[: length - 1], last))
                if found is not None:
                    return ends[length - 1], found
        return None

    def joined(self, most: int) -> list[str]:
        """All phrases of up to so many words."""
        return [" ".join(words) for words in self._meanings if len(words) <= most]

    def meaning(self, phrase: str) -> Meaning:
        """What one of them means."""
        return self._meanings[tuple(phrase.split(" "))]


@cache
def languages() -> list[str]:
    """Codes of the languages that are read, English first."""
    found = sorted(path.stem for path in LEXICON.glob("*.toml"))
    return sorted(found, key=lambda code: code != "en")


@cache
def _sections() -> list[Mapping[str, Any]]:
    return [tomllib.loads((LEXICON / f"{code}.toml").read_text("utf-8")) for code in languages()]


@cache
def cue(name: str, section: str = "cues") -> Phrases[bool]:
    """The phrases that introduce something, in all languages: `cue("not")`, `cue("before", "numbers")`."""
    return Phrases(
        (keys_of(phrase), True) for own in _sections() for phrase in own.get(section, {}).get(name, ())
    )


@cache
def names(*sections: str) -> Phrases[str]:
    """The phrases of whole sections, in all languages -> the name they stand under: "westerns" -> "western"."""
    return Phrases(
        (keys_of(phrase), name)
        for own in _sections()
        for section in sections
        for name, phrases in own.get(section, {}).items()
        for phrase in phrases
    )


@cache
def mixtures() -> Phrases[tuple[str, ...]]:
    """Phrases that stand for several names at once: "rom-com" -> ("romance", "comedy")."""
    return Phrases(
        (keys_of(phrase), tuple(parts))
        for own in _sections()
        for phrase, parts in own.get("mixed", {}).items()
    )


@cache
def idle_words() -> frozenset[str]:
    """Words that say nothing about a film when nothing else is left of a question."""
    return frozenset(
        key for own in _sections() for word in own.get("idle", {}).get("words", ()) for key in keys_of(word)
    )
