"""From a question in words to a `Reading`: the rules find, this file decides what counts."""

from collections.abc import Sequence
from dataclasses import replace

from core.words.phrases import cue, idle_words
from core.words.reading import EVER, Part, Reading
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
from core.words.rules.base import text_of
from core.words.rules.length import label as length_label
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
    found += _unwanted_words(tokens, found, vocabulary)
    found = sorted(found + _misspelt(tokens, found, vocabulary), key=lambda f: f.start)
    found = _meant(tokens, found)
    topics = _topics(tokens, found)
    notes = tuple(dict.fromkeys(f.note for f in found if f.note and f.start not in topics))
    said = [f for f in found if f.is_said]
    found = [f for f in found if f.parts and (f.is_marked or f.start not in topics)]
    found = _either(tokens, _negated(tokens, found))
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
    strong = _covered([f for f in found if not f.is_weak])
    says = [place for place in range(len(tokens)) if place not in strong and not _is_idle(tokens[place])]
    return [
        f
        for f in found
        if not f.is_weak or len([place for place in says if not f.start <= place < f.end]) <= FEW_WORDS
    ]


def _misspelt(tokens: Sequence[Token], found: Sequence[Finding], vocabulary: Vocabulary) -> list[Finding]:
    """What is found of misspelt words in each run of words that nothing was found in."""
    covered = _covered(found)
    more: list[Finding] = []
    place = 0
    while place < len(tokens):
        end = place
        while end < len(tokens) and end not in covered:
            end += 1
        run = tokens[place:end]
        here = [(rank, f) for rank, rule in enumerate(MISSPELT) for f in rule(run, vocabulary)] if run else []
        more += [replace(f, start=f.start + place, end=f.end + place) for f in _chosen(here)]
        place = end + 1
    return more


def _covered(found: Sequence[Finding]) -> set[int]:
    return {place for f in found for place in range(f.start, f.end)}


def _topics(tokens: Sequence[Token], found: Sequence[Finding]) -> set[int]:
    """The places of words that say what a film is about: from "about" to a sign, a "but", or something marked."""
    covered = _covered(found)
    marked = {f.start for f in found if f.is_marked}
    topics: set[int] = set()
    inside = False
    place = 0
    while place < len(tokens):
        token = tokens[place]
        about = None if place in covered else cue("about").at(tokens, place)
        if inside and (
            place in marked
            or token.key in ",.;!?:()"
            or (place not in covered and (cue("but").at(tokens, place) or cue("not").at(tokens, place)))
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


def _negated(tokens: Sequence[Token], found: Sequence[Finding]) -> list[Finding]:
    """The findings, turned where a "no" stands before them, or before one that they are joined to by "or"."""
    result = list(found)
    covered = _covered(found)
    place = 0
    while place < len(tokens):
        really = cue("not_really").at(tokens, place)
        said = None if place in covered else cue("not").at(tokens, place)
        if really or not said:
            place = really[0] if really else place + 1
            continue
        start, place = place, said[0]
        at = _next(tokens, place, result)
        for number in _joined(tokens, at, result) if at is not None and not _is_out(result[at]) else ():
            f = result[number]
            result[number] = replace(
                f,
                parts=tuple(turned(part) for part in f.parts),
                start=start if number == at else f.start,
                is_marked=True,
            )
    for number, f in enumerate(result):
        after = cue("not_after").at(tokens, f.end)
        if after:
            result[number] = replace(
                f, parts=tuple(turned(part) for part in f.parts), end=after[0], is_marked=True
            )
    return result


def _is_out(f: Finding) -> bool:
    """Whether what was found says itself that something is not wanted."""
    return any(part.kind == "keyword" or part.role == "without" for part in f.parts)


def _next(tokens: Sequence[Token], place: int, found: Sequence[Finding]) -> int | None:
    """Which finding a "no" that ends here speaks of: the next, with nothing but idle words between."""
    for number, f in enumerate(found):
        if f.start >= place:
            between = [token for token in tokens[place : f.start] if token.is_word]
            is_idle = all(token.key in idle_words() for token in between)
            breaks = any(cue("but").at(tokens, at) for at in range(place, f.start))
            return number if is_idle and not breaks else None
    return None


def _joined(tokens: Sequence[Token], first: int, found: Sequence[Finding]) -> list[int]:
    """The findings that a "no" before the first of them speaks of: "no horror, war or westerns"."""
    chain, sure = [first], 1
    for number in range(first + 1, len(found)):
        gap = range(found[number - 1].end, found[number].start)
        words = [place for place in gap if tokens[place].is_word]
        commas = [place for place in gap if tokens[place].key in ",/"]
        joint = gap.start + len(commas[:1])
        joined = cue("or").at(tokens, joint) or (
            cue("and").at(tokens, joint) if joint < len(tokens) else None
        )
        if joined and joined[0] == found[number].start:
            chain.append(number)
            sure = len(chain)
        elif not words and commas:
            chain.append(number)
        else:
            break
    return chain[:sure]


def turned(part: Part) -> Part:
    """The part with "no" before it."""
    if part.kind == "film":
        turn = {"like": "unlike", "unlike": "like", "sought": "without", "without": "sought"}
        return replace(part, wanted=not part.wanted, role=turn[part.role])
    if part.kind != "minutes":
        return replace(part, wanted=not part.wanted)
    first, last = part.spans[0]
    # not up to n = more than n; not at least n = less than n; not about n is no wish that could be met by one span
    span = (last + 1, EVER[1]) if first <= EVER[0] else (EVER[0], first - 1)
    return replace(part, spans=(span,), label=length_label(span))


def _unwanted_words(
    tokens: Sequence[Token], found: Sequence[Finding], vocabulary: Vocabulary
) -> list[Finding]:
    """What else a "no" speaks of: "but no zombies" leaves out the films with such a keyword, or such a word in the title."""
    covered = _covered(found)
    more: list[Finding] = []
    for place in range(len(tokens)):
        said = (
            None if place in covered or cue("not_really").at(tokens, place) else cue("not").at(tokens, place)
        )
        if said is None or said[0] >= len(tokens) or covered & {*range(place, said[0] + 1)}:
            continue
        at = said[0]
        while at < len(tokens) and _is_idle(tokens[at]) and at not in covered:
            at += 1
        if at >= len(tokens) or at in covered or at - said[0] > 2:
            continue
        word = tokens[at].key
        any_of = tuple(("keywords", keyword) for keyword in vocabulary.keywords_with(word))
        any_of += tuple(("item_id", film) for film in vocabulary.titles_with(word))
        if any_of and len(word) > 2:
            part = Part("keyword", word, "", wanted=False, any_of=any_of)
            more.append(Finding((part,), place, at + 1, True))
            covered |= {*range(place, at + 1)}
    return more


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
    covered = _covered(found)
    pieces: list[list[int]] = [[]]
    for place in range(len(tokens)):
        if place in covered:
            pieces.append([])
        else:
            pieces[-1].append(place)
    kept = []
    for piece in pieces:
        while piece and (led := _led(tokens, piece)):
            piece = piece[led:]
        while piece and _is_idle(tokens[piece[-1]]):
            piece = piece[:-1]
        if piece:
            kept.append(text[tokens[piece[0]].start : tokens[piece[-1]].end])
    return " ".join(kept)


def _led(tokens: Sequence[Token], piece: Sequence[int]) -> int:
    """How many words at the beginning only lead to what follows: idle ones, or "set in"."""
    about = cue("about").at(tokens, piece[0])
    if about and about[0] <= piece[-1] + 1:
        return about[0] - piece[0]
    return int(_is_idle(tokens[piece[0]]))


def _is_idle(token: Token) -> bool:
    return not token.is_word or token.key in idle_words() or token.key in _LEADS


_LEADS = frozenset({"about", "where", "who", "whose", "like", "more", "than", "uber", "sobre", "sur"})
"""Words that lead from one thing to the next, idle where nothing follows or precedes."""
