"""The opening of a page: the names, the year and the kind that its first sentence gives the film."""

import re
from dataclasses import dataclass

_VERB = re.compile(r"\s(?:is|was|are|were)\s")
_OWN_YEAR = re.compile(r"^\s*(?:an?|the)?\s*(?:[^\s\d.]+\s){0,4}?((?:18|19|20)\d\d)\b")
_BRACKET_YEAR = re.compile(r"\(((?:18|19|20)\d\d)\)\s*$")
_ENDS_IN_YEAR = re.compile(r"\s*\((?:18|19|20)\d\d\)[\s,]*$")
_NO_NAME = re.compile(r"(?i)^(?:this|it|that|the (?:first|second|third|fourth|film|movie)|in \d{4})\b")
_CUE = re.compile(
    r"(?:[,(]\s?|\s)(?:(?:also|originally|alternatively|better|sometimes|often|simply|later|usually|or|and)\s){0,2}"
    r"(?:(?i:a\.?k\.?a\.?)|(?:known|titled|retitled|called|released|marketed|billed|credited|renamed|styli[sz]ed|"
    r"referred to|shortened to)(?:\s[^,()]{0,60}?\b(?:as|titled|called|title|title of))?)(?:\ssimply|\sjust)?"
    r"\s(?=[A-Z0-9À-ÖØ-Þ])"
)
"""Words that lead to another name of the film; it begins with a capital letter or a digit."""
_AND = re.compile(r",?\s(?:and|or)\s(?:as\s)?(?=[^\W_a-z])")
_WHERE = re.compile(
    r"\s(?:in|on|outside|for)\s(?:(?:the|some|most|other)\s)?(?:[Tt]elevision|[Vv]ideo|home|international|countries|"
    r"territories|[Uu]nited [SK]|U\.?[SK]\b|North America|America\b|Europe|Canada|Australia|England|Britain|Germany).*$"
)
_BRACKETS = re.compile(r"\s*\([^()]*\)?")
_FILM_WORD = re.compile(
    r"(?i)\b(?:films?|movies?|documentary|mockumentary|rockumentary|short|cartoon|special|serial)\b"
)
_DOCUMENTARY = re.compile(r"(?i)\bdocumentar|\brockumentar|\bconcert\b|\bstand-?up\b")
_PERHAPS_DOCUMENTARY = re.compile(
    r"(?i)\bmockumentary|\bnon-narrative|\bcompilation|\breality\b|\bexperimental|docudrama"
)
_ANIMATED = re.compile(r"(?i)\banimat|\banime\b|stop[- ]motion|\bcartoon\b|claymation")
_PERHAPS_ANIMATED = re.compile(r"(?i)\blive[- ]action|\bpuppet")


@dataclass(frozen=True)
class Opening:
    """What a page's first sentence says of the film.

    Attributes:
        names: Titles, as it begins with one and adds others ("also known as …").
        year: The year in "Heat is a 1995 American film" or "Heat (1995) is …"; None where it gives none.
        is_documentary, is_animated: What "is a 1995 American animated film" says; None where it says no such thing, or
            something in between ("live-action animated", "mockumentary").
    """

    names: tuple[str, ...] = ()
    year: int | None = None
    is_documentary: bool | None = None
    is_animated: bool | None = None


def read_opening(extract: str) -> Opening:
    """Read the opening of a page; an empty one where no sentence "X is a film" begins it."""
    verb = _VERB.search(extract)
    if not verb:
        return Opening()
    head, rest = extract[: verb.start()], extract[verb.end() :]
    match = _BRACKET_YEAR.search(head) or _OWN_YEAR.search(rest)
    year = int(match[1]) if match else None
    film = _FILM_WORD.search(rest[:160])
    if film is None:
        return Opening(_names(head), year)
    kind = rest[: film.end()]
    return Opening(
        _names(head),
        year,
        None if _PERHAPS_DOCUMENTARY.search(kind) else bool(_DOCUMENTARY.search(kind)),
        None if _PERHAPS_ANIMATED.search(kind) else bool(_ANIMATED.search(kind)),
    )


def _names(head: str) -> tuple[str, ...]:
    """The titles before the verb, the first one first."""
    head = _ENDS_IN_YEAR.sub("", head)
    if _NO_NAME.search(head) or len(head) > 300:
        return ()
    cues = list(_CUE.finditer(head))
    ends = [*(cue.start() for cue in cues), len(head)]
    names = [head[: ends[0]]]
    for cue, end in zip(cues, ends[1:], strict=True):
        whole = head[cue.end() : end]
        names += [whole, *_AND.split(whole)]
    cleaned = (_WHERE.sub("", _BRACKETS.sub("", name).strip(" ,)")).strip(" ,;)") for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if len(name) > 1))
