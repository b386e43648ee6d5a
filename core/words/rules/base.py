"""What a rule is: a function that finds one kind of thing in the words of a question."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.words.phrases import Phrases, idle_words
from core.words.reading import Part
from core.words.tokens import Token
from core.words.vocabulary import Vocabulary


@dataclass(frozen=True)
class Finding:
    """Something that a rule has found.

    Attributes:
        parts: What it means; () = it can be read, but not asked of these films.
        start, end: Its words, as places in the tokens.
        is_marked: Whether words around it say what it is ("directed by …"); a bare name or genre may only be what a
            film is about.
        note: What could not be used, for people.
        is_weak: It may be what it seems, but only in a question of a few words; in a longer one it is a plot's word.
        is_said: Where there are no parts: False = its words are searched by meaning all the same.
    """

    parts: tuple[Part, ...]
    start: int
    end: int
    is_marked: bool = False
    note: str = ""
    is_weak: bool = False
    is_said: bool = False


Rule: TypeAlias = Callable[[Sequence[Token], Vocabulary], list[Finding]]
"""Goes through the words of a question and returns what it finds, in their order."""

ARTICLES = frozenset(
    {
        *("a", "an", "the"),
        *("der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem"),
        *("le", "la", "les", "l", "un", "une", "du", "des"),
        *("el", "los", "las", "una", "unas", "unos"),
    }
)
"""In English, German, French and Spanish."""


def everywhere(tokens: Sequence[Token], at: Callable[[int], Finding | None]) -> list[Finding]:
    """What is found at every place, going on behind each finding."""
    found: list[Finding] = []
    place = 0
    while place < len(tokens):
        finding = at(place)
        if finding:
            found.append(finding)
        place = finding.end if finding else place + 1
    return found


def skip(tokens: Sequence[Token], place: int, words: frozenset[str] = ARTICLES) -> int:
    """The place after words that may stand between."""
    while place < len(tokens) and (tokens[place].key in words or tokens[place].key in "'-\"“"):
        place += 1
    return place


def cue_before(tokens: Sequence[Token], place: int, phrases: Phrases[bool], reach: int = 5) -> int | None:
    """Where a cue begins that ends right before a place; the longest, None where there is none."""
    for start in range(max(0, place - reach), place):
        found = phrases.at(tokens, start)
        # "pre-1950"
        if found and (found[0] == place or (found[0] == place - 1 and tokens[found[0]].key == "-")):
            return start
    return None


def text_of(tokens: Sequence[Token], start: int, end: int, text: str) -> str:
    """The words from start to end as they were typed."""
    return text[tokens[start].start : tokens[end - 1].end] if start < end else ""


def covered(found: Sequence[Finding]) -> set[int]:
    """The places of all words of some findings."""
    return {place for f in found for place in range(f.start, f.end)}


def is_idle(token: Token) -> bool:
    """Whether a word says nothing where nothing follows or precedes it."""
    return not token.is_word or token.key in idle_words() or token.key in LEADS


LEADS = frozenset({"about", "where", "who", "whose", "like", "more", "than", "uber", "sobre", "sur"})
"""Words that lead from one thing to the next, idle where nothing follows or precedes."""
