"""What a "no" speaks of."""

from collections.abc import Sequence
from dataclasses import replace

from core.words.phrases import cue, idle_words
from core.words.reading import EVER, Part
from core.words.rules.base import Finding, covered, is_idle
from core.words.rules.length import label as length_label
from core.words.tokens import Token
from core.words.vocabulary import Vocabulary


def negated(tokens: Sequence[Token], found: Sequence[Finding]) -> list[Finding]:
    """The findings, turned where a "no" stands before them, or before one that they are joined to by "or"."""
    result = list(found)
    taken = covered(found)
    place = 0
    while place < len(tokens):
        really = cue("not_really").at(tokens, place)
        said = None if place in taken else cue("not").at(tokens, place)
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


def unwanted_words(
    tokens: Sequence[Token], found: Sequence[Finding], vocabulary: Vocabulary
) -> list[Finding]:
    """What else a "no" speaks of: "but no zombies" leaves out the films with such a keyword, or such a word in the title."""
    taken = covered(found)
    more: list[Finding] = []
    for place in range(len(tokens)):
        said = None if place in taken or cue("not_really").at(tokens, place) else cue("not").at(tokens, place)
        if said is None or said[0] >= len(tokens) or taken & {*range(place, said[0] + 1)}:
            continue
        at = said[0]
        while at < len(tokens) and is_idle(tokens[at]) and at not in taken:
            at += 1
        if at >= len(tokens) or at in taken or at - said[0] > 2:
            continue
        word = tokens[at].key
        any_of = tuple(("keywords", keyword) for keyword in vocabulary.keywords_with(word))
        any_of += tuple(("item_id", film) for film in vocabulary.titles_with(word))
        if any_of and len(word) > 2:
            part = Part("keyword", word, "", wanted=False, any_of=any_of)
            more.append(Finding((part,), place, at + 1, True))
            taken |= {*range(place, at + 1)}
    return more
