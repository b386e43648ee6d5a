"""Running times: "under 100 minutes", "an hour and a half", "90 min max", "2h30", "moins de deux heures"."""

import re
from collections.abc import Sequence

from core.words.phrases import cue, names
from core.words.reading import EVER, Part, Span
from core.words.rules.base import Finding, cue_before, everywhere
from core.words.tokens import Token
from core.words.vocabulary import Vocabulary

SHORT_FILM = 40
"""Minutes up to which a film is a short one, as the Academy of Motion Picture Arts and Sciences has it."""
ROUGHLY = 10
"""Minutes that "about 90 minutes" may be off."""
LONGEST_AMOUNT = 1000
"""Minutes; what is longer is no running time."""
_GLUED = re.compile(r"^(?P<number>\d{1,4})(?P<unit>m|min|mins|minutes?|minuten|minutos|h|hr|hrs|hours?)$")
_CLOCK = re.compile(r"^(?P<hours>\d)h(?P<minutes>\d{1,2})(?:m|min)?$")


def find_length(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Finding]:
    """Every running time and bound of one."""
    known = bool(vocabulary.catalog.items["runtime"].notna().any())
    found = everywhere(tokens, lambda place: _length_at(tokens, place))
    return found if known else [_unknown(finding) for finding in found]


def _length_at(tokens: Sequence[Token], place: int) -> Finding | None:
    short = cue("short", "numbers").at(tokens, place)
    if short:
        return _finding(place, short[0], (EVER[0], SHORT_FILM), is_marked=True)
    pair = _pair_at(tokens, place)
    if pair:
        between = cue_before(tokens, place, cue("between", "numbers"))
        return _finding(place if between is None else between, pair[0], pair[1], is_marked=True)
    amount = _amount_at(tokens, place)
    if amount is None:
        return None
    end, minutes = amount
    bounds = {
        "most": (EVER[0], minutes),
        "least": (minutes, EVER[1]),
        "under": (EVER[0], minutes - 1),
        "over": (minutes + 1, EVER[1]),
    }
    starts = {name: cue_before(tokens, place, cue(name, "numbers")) for name in bounds}
    said = [(before, name) for name, before in starts.items() if before is not None]
    if said:  # the longest: "no more than" is more than "more than"
        before, name = min(said)
        return _finding(before, end, bounds[name], is_marked=True)
    for name, span in (("at_most", (EVER[0], minutes)), ("at_least", (minutes, EVER[1]))):
        after = cue(name, "numbers").at(tokens, end)
        if after:
            return _finding(place, after[0], span, is_marked=True)
    around = cue_before(tokens, place, cue("around", "numbers"))
    start = place if around is None else around
    return _finding(start, end, (minutes - ROUGHLY, minutes + ROUGHLY), is_marked=around is not None)


def _pair_at(tokens: Sequence[Token], place: int) -> tuple[int, Span] | None:
    """ "90 and 120 minutes", "90-120 min"."""
    one = _amount_at(tokens, place) or _number_at(tokens, place)
    if one is None or one[0] >= len(tokens):
        return None
    joint = cue("to", "numbers").at(tokens, one[0])
    after = one[0] + 1 if tokens[one[0]].key in "-–—" else joint[0] if joint else None
    other = _amount_at(tokens, after) if after is not None else None
    if other is None or not one[1] < other[1]:
        return None
    return other[0], (round(one[1]), other[1])


def _amount_at(tokens: Sequence[Token], place: int) -> tuple[int, int] | None:
    """An amount of time: its end, and how many minutes."""
    if place >= len(tokens):
        return None
    key = tokens[place].key
    if clock := _CLOCK.match(key):
        return _sound(place + 1, 60 * int(clock["hours"]) + int(clock["minutes"]))
    if glued := _GLUED.match(key):
        number, is_hours = int(glued["number"]), glued["unit"].startswith("h")
        if is_hours and place + 1 < len(tokens) and (more := _GLUED.match(tokens[place + 1].key)):
            return _sound(place + 2, 60 * number + int(more["number"]))
        return _sound(place + 1, number * (60 if is_hours else 1))
    half_hour = cue("half_hour", "numbers").at(tokens, place)
    if half_hour:
        return half_hour[0], 30
    number_found = _number_at(tokens, place)
    if number_found is None:
        return None
    after, amount = number_found
    half = cue("half", "numbers").at(tokens, after)
    if half:
        after, amount = half[0], amount + 0.5
    after = after + 1 if after < len(tokens) and tokens[after].key == "-" else after
    hours = cue("hours", "numbers").at(tokens, after)
    if hours:
        return _with_minutes(tokens, hours[0], 60 * amount)
    minutes = cue("minutes", "numbers").at(tokens, after)
    return _sound(minutes[0], amount) if minutes and not half else None


def _with_minutes(tokens: Sequence[Token], end: int, minutes: float) -> tuple[int, int] | None:
    """What may follow hours: "and a half", "and twenty minutes", "30"."""
    half = cue("half", "numbers").at(tokens, end)
    if half:
        return _sound(half[0], minutes + 30)
    joint = cue("and").at(tokens, end)
    more = _number_at(tokens, joint[0] if joint else end)
    unit = cue("minutes", "numbers").at(tokens, more[0]) if more else None
    if more and unit:
        return _sound(unit[0], minutes + more[1])
    return _sound(end, minutes)


def _number_at(tokens: Sequence[Token], place: int) -> tuple[int, float] | None:
    """A number in digits, with a point or a comma, or in words: its end and value."""
    if place >= len(tokens):
        return None
    key = tokens[place].key
    if key.isascii() and key.isdigit() and len(key) <= 4:
        if (
            place + 2 < len(tokens)
            and tokens[place + 1].key in ".,"
            and tokens[place + 1].end == tokens[place + 2].start
        ):
            part = tokens[place + 2].key
            if part.isascii() and part.isdigit() and len(part) == 1:
                return place + 3, float(f"{key}.{part}")
        return place + 1, float(key)
    word = names("numerals").at(tokens, place)
    return (word[0], float(word[1])) if word else None


def _sound(end: int, minutes: float) -> tuple[int, int] | None:
    return (end, round(minutes)) if 0 < minutes <= LONGEST_AMOUNT else None


def _finding(start: int, end: int, minutes: Span, *, is_marked: bool) -> Finding:
    return Finding((Part("minutes", label(minutes), "", spans=(minutes,)),), start, end, is_marked)


def _unknown(finding: Finding) -> Finding:
    note = "How long films are is not known here."
    return Finding((), finding.start, finding.end, True, note, is_said=True)


def label(minutes: Span) -> str:
    """A running time for people."""
    if minutes[0] <= EVER[0]:
        return f"under {minutes[1] + 1} minutes" if minutes[1] % 5 == 4 else f"up to {minutes[1]} minutes"
    if minutes[1] >= EVER[1]:
        return f"over {minutes[0] - 1} minutes" if minutes[0] % 5 == 1 else f"at least {minutes[0]} minutes"
    return f"{minutes[0]}–{minutes[1]} minutes"
