"""From a question in words to a `Reading`: the rules find, this file decides what counts."""

from collections.abc import Sequence
from dataclasses import replace

from core.words.negation import negated, unwanted_words
from core.words.phrases import cue
from core.words.reading import Part, Reading
from core.words.rules import (
    Finding,
    Rule,
    find_fame,
    find_genres,
    find_length,
    find_misspelt_genres,
    find_misspelt_people,
    find_origins,
    find_people,
    find_titles,
    find_years,
)
from core.words.rules.base import covered, is_idle, text_of
from core.words.rules.people import FEW_WORDS
from core.words.tokens import Token, tokens_of
from core.words.vocabulary import Vocabulary

RULES: tuple[Rule, ...] = (
    find_titles,
    find_people,
    find_length,
    find_years,
    find_fame,
    find_origins,
    find_genres,
)
"""Of two findings of the same length over the same words, the one of the earlier rule counts."""
MISSPELT: tuple[Rule, ...] = (find_misspelt_genres, find_misspelt_people)
"""Asked for the words that nothing else was found in."""
LONGEST_READ = 400
"""Words; what is longer is a text to be searched by meaning, not a question."""


def read(text: str, vocabulary: Vocabulary) -> Reading:
    """What a question in words asks of these films.

    Args:
        text: As it was typed, in English, German, French or Spanish.
        vocabulary: The words of the catalogue.

    Returns:
        Its parts, and the rest that is to be searched by meaning. Nothing is refused: what is not understood is rest.
    """
    tokens = tokens_of(text)
    if not tokens or len(tokens) > LONGEST_READ:
        return Reading(text, rest=text.strip())
    found = _chosen([(rank, f) for rank, rule in enumerate(RULES) for f in rule(tokens, vocabulary)])
    found += unwanted_words(tokens, found, vocabulary)
    found = sorted(found + _misspelt(tokens, found, vocabulary), key=lambda f: f.start)
    found = _meant(tokens, found)
    topics = _topics(tokens, found)
    notes = tuple(dict.fromkeys(f.note for f in found if f.note and f.start not in topics))
    said = [f for f in found if f.is_said]
    found = [f for f in found if f.parts and (f.is_marked or f.start not in topics)]
    found = _either(tokens, negated(tokens, found))
    parts: dict[str, Part] = {}
    for f in found:
        for part in f.parts:
            parts.setdefault(part.key, replace(part, words=text_of(tokens, f.start, f.end, text)))
    if not parts and not said:
        return Reading(text, rest=text.strip(), notes=notes)
    return Reading(text, tuple(parts.values()), _rest(tokens, [*found, *said], text), notes)


def _chosen(found: list[tuple[int, Finding]]) -> list[Finding]:
    """Findings that do not overlap: longer ones first, then by the rank of their rule."""
    kept: list[Finding] = []
    taken: set[int] = set()
    for _, finding in sorted(found, key=lambda pair: (pair[1].start - pair[1].end, pair[0], pair[1].start)):
        places = {*range(finding.start, finding.end)}
        if not places & taken:
            kept.append(finding)
            taken |= places
    return sorted(kept, key=lambda f: f.start)


def _meant(tokens: Sequence[Token], found: Sequence[Finding]) -> list[Finding]:
    """The findings without the weak ones that stand among many other words."""
    strong = covered([f for f in found if not f.is_weak])
    says = [place for place in range(len(tokens)) if place not in strong and not is_idle(tokens[place])]
    return [
        f
        for f in found
        if not f.is_weak or len([place for place in says if not f.start <= place < f.end]) <= FEW_WORDS
    ]


def _misspelt(tokens: Sequence[Token], found: Sequence[Finding], vocabulary: Vocabulary) -> list[Finding]:
    """What is found of misspelt words in each run of words that nothing was found in."""
    taken = covered(found)
    more: list[Finding] = []
    place = 0
    while place < len(tokens):
        end = place
        while end < len(tokens) and end not in taken:
            end += 1
        run = tokens[place:end]
        here = [(rank, f) for rank, rule in enumerate(MISSPELT) for f in rule(run, vocabulary)] if run else []
        more += [replace(f, start=f.start + place, end=f.end + place) for f in _chosen(here)]
        place = end + 1
    return more


def _topics(tokens: Sequence[Token], found: Sequence[Finding]) -> set[int]:
    """The places of words that say what a film is about: from "about" to a sign, a "but", or something marked."""
    taken = covered(found)
    marked = {f.start for f in found if f.is_marked}
    topics: set[int] = set()
    inside = False
    place = 0
    while place < len(tokens):
        token = tokens[place]
        about = None if place in taken else cue("about").at(tokens, place)
        if inside and (
            place in marked
            or token.key in ",.;!?:()"
            or (place not in taken and (cue("but").at(tokens, place) or cue("not").at(tokens, place)))
        ):
            inside = False
        if about:
            inside = True
            topics |= {*range(place, about[0])}
            place = about[0]
            continue
        if inside:
            topics.add(place)
        place += 1
    return topics


def _either(tokens: Sequence[Token], found: Sequence[Finding]) -> list[Finding]:
    """The findings; those of one kind with "or" between them are one, and so are years with "and" between them."""
    result: list[Finding] = []
    for f in found:
        last = result[-1] if result else None
        if last and len(last.parts) == len(f.parts) == 1 and last.parts[0].wanted and f.parts[0].wanted:
            one, other = last.parts[0], f.parts[0]
            joint = cue("or").at(tokens, last.end)
            if other.kind == "years":
                joint = joint or cue("and").at(tokens, last.end)
            if one.kind == other.kind != "film" and joint and joint[0] == f.start and not one.fame:
                both = replace(
                    one,
                    label=f"{one.label} or {other.label}",
                    any_of=one.any_of + other.any_of,
                    mainly=one.mainly + other.mainly,
                    spans=one.spans + other.spans,
                )
                if one.kind != "minutes":
                    result[-1] = replace(last, parts=(both,), end=f.end, is_marked=True)
                    continue
        result.append(f)
    return result


def _rest(tokens: Sequence[Token], found: Sequence[Finding], text: str) -> str:
    """What was not understood, without the idle words and signs at the ends of its pieces."""
    taken = covered(found)
    pieces: list[list[int]] = [[]]
    for place in range(len(tokens)):
        if place in taken:
            pieces.append([])
        else:
            pieces[-1].append(place)
    kept = []
    for piece in pieces:
        while piece and (led := _led(tokens, piece)):
            piece = piece[led:]
        while piece and is_idle(tokens[piece[-1]]):
            piece = piece[:-1]
        if piece:
            kept.append(text[tokens[piece[0]].start : tokens[piece[-1]].end])
    return " ".join(kept)


def _led(tokens: Sequence[Token], piece: Sequence[int]) -> int:
    """How many words at the beginning only lead to what follows: idle ones, or "set in"."""
    about = cue("about").at(tokens, piece[0])
    if about and about[0] <= piece[-1] + 1:
        return about[0] - piece[0]
    return int(is_idle(tokens[piece[0]]))
