"""Years: "from the 90s", "before 1960", "nothing after 1980", "zwischen 1975 und 1985"."""

import re
from collections.abc import Sequence

from core.words.phrases import cue, names
from core.words.reading import EVER, Part, Span
from core.words.rules.base import ARTICLES, Finding, cue_before, everywhere, skip
from core.words.tokens import Token
from core.words.vocabulary import Vocabulary

FIRST_YEAR, LAST_YEAR = 1870, 2100
_DECADE = re.compile(r"^(?P<century>1[89]|20)?(?P<ten>\d)0(?:s|er|ern)$")
_FULL = re.compile(r"^\d{4}$")
_SHORT = re.compile(r"^\d0$")
_OF_DECADES = {"annees", "anos", "jahre", "los"}
"""Words after which "90" alone is a decade."""
_BETWEEN = ARTICLES | {
    "year",
    "years",
    "jahr",
    "jahre",
    "jahren",
    "ano",
    "anos",
    "annee",
    "annees",
    "of",
    "de",
    "der",
}
_AFTER = {"jahre", "jahren", "years"}
PARTS = {"early": (0, 4), "middle": (3, 6), "late": (5, 9)}
"""Which years of a decade are meant, counted from its first."""


def find_years(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Finding]:
    """Every year, decade, century and span of years."""
    return everywhere(tokens, lambda place: _span_at(tokens, place))


def _span_at(tokens: Sequence[Token], place: int) -> Finding | None:
    """The span whose first word stands here, whatever introduces it."""
    one = _years_at(tokens, place)
    if one is None:
        return None
    end, years = one
    start = _back_over(tokens, place)
    for_range = cue_before(tokens, start, cue("between", "numbers"))
    other = _second(tokens, end, is_between=for_range is not None)
    if other:
        end, last = other
        first = for_range if for_range is not None else start
        return _finding(tokens, first, end, (years[0], last[1]), is_marked=True)
    bounds = {
        "before": (EVER[0], years[0] - 1),
        "after": (years[1] + 1, EVER[1]),
        "since": (years[0], EVER[1]),
        "until": (EVER[0], years[1]),
    }
    said = [
        (before, name)
        for name in bounds
        for at in range(start, place + 1)  # "antes de" ends with a word that may also stand between
        if (before := cue_before(tokens, at, cue(name, "numbers"))) is not None
    ]
    if said:  # the longest: "nothing after" is more than "after"
        before, name = min(said)
        return _finding(tokens, before, end, bounds[name], is_marked=True)
    for name, span in (("onwards", (years[0], EVER[1])), ("backwards", (EVER[0], years[1]))):
        after = cue(name, "numbers").at(tokens, end)
        if after:
            return _finding(tokens, start, after[0], span, is_marked=True)
    if end < len(tokens) and tokens[end].key == "+":
        return _finding(tokens, start, end + 1, (years[0], EVER[1]), is_marked=True)
    origin = cue_before(tokens, start, cue("from"))
    if origin is not None:
        return _finding(tokens, origin, end, years, is_marked=True)
    return _finding(tokens, start, end, years)


def _second(tokens: Sequence[Token], end: int, *, is_between: bool) -> tuple[int, Span] | None:
    """The years behind "to", a dash, or the "and" of "between"."""
    if end >= len(tokens):
        return None
    joint = cue("to", "numbers").at(tokens, end)
    if tokens[end].key in "-–—‐":
        place = end + 1
    elif joint and (is_between or not cue("and").at(tokens, end)):
        place = joint[0]
    else:
        return None
    return _years_at(tokens, skip(tokens, place, frozenset(_BETWEEN)))


def _years_at(tokens: Sequence[Token], place: int) -> tuple[int, Span] | None:
    """A year, a decade, a part of one or a century: its end and its years."""
    for name, (first, last) in PARTS.items():
        found = cue(name, "numbers").at(tokens, place)
        if found:
            decade = _decade_at(tokens, skip(tokens, found[0], frozenset(_BETWEEN | {"-"})))
            if decade:
                return decade[0], (decade[1] + first, decade[1] + last)
    decade = _decade_at(tokens, place)
    if decade:
        return decade[0], (decade[1], decade[1] + 9)
    century = names("centuries").at(tokens, place)
    if century:
        return century[0], (100 * int(century[1]) - 100, 100 * int(century[1]) - 1)
    if place < len(tokens) and _FULL.match(tokens[place].key):
        year = int(tokens[place].key)
        if FIRST_YEAR <= year <= LAST_YEAR:
            return place + 1, (year, year)
    return None


def _decade_at(tokens: Sequence[Token], place: int) -> tuple[int, int] | None:
    """A decade: its end and its first year."""
    found = names("decades").at(tokens, place)
    if found:
        return found[0], int(found[1])
    if place < len(tokens) and (match := _DECADE.match(tokens[place].key)):
        end = place + 1
        if end < len(tokens) and tokens[end].key in _AFTER:
            end += 1
        return end, _first_year(match["century"], match["ten"])
    if place + 1 < len(tokens) and tokens[place].key in _OF_DECADES:
        key = tokens[place + 1].key
        if _SHORT.match(key):
            return place + 2, _first_year(None, key[0])
        if _FULL.match(key) and key.endswith("0"):
            return place + 2, int(key)
    return None


def _first_year(century: str | None, ten: str) -> int:
    """Without a century, "00s" and "10s" are of this one, all others of the last."""
    return int(f"{century or ('20' if int(ten) < 2 else '19')}{ten}0")


def _back_over(tokens: Sequence[Token], place: int) -> int:
    """The place of the first article and the like right before."""
    while place > 0 and (
        tokens[place - 1].key in _BETWEEN or tokens[place - 1].key in ("in", "'", "’", "im")
    ):
        place -= 1
    if place > 1 and tokens[place - 1].key == "-" and not tokens[place - 2].key.isdigit():  # "pre-1950"
        place -= 1
    return place


def _finding(
    tokens: Sequence[Token], start: int, end: int, years: Span, *, is_marked: bool = False
) -> Finding | None:
    if years[0] > years[1]:
        return None
    part = Part("years", label(years), "", spans=(years,))
    return Finding((part,), start, end, is_marked)


def label(years: Span) -> str:
    """Years for people."""
    first, last = years
    if first == EVER[0]:
        return f"before {last + 1}"
    if last == EVER[1]:
        return f"since {first}"
    if first == last:
        return str(first)
    if first % 10 == 0 and last == first + 9:
        return f"{first}s"
    return f"{first}–{last}"
