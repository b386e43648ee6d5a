"""Keys of a film's title that other ways to write it share: numbers, parts, subtitles, prefixes."""

import re
from functools import lru_cache

from core.datasets.reading.titles import normalise_title

MIN_SPELLING = 5
"""Letters that a key without spaces needs: "Up!" and "U.P." are too little."""

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii")
_CARDINAL = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen"),
)
_ORDINAL = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth"),
)
_NUMBERS = {
    word: str(number)
    for words in (_ROMAN, _CARDINAL, ("1st", "2nd", "3rd", *(f"{n}th" for n in range(4, 14))), _ORDINAL)
    for number, word in enumerate(words, 1)
}
"""Every word that is a number -> its digits; both titles go the same way, so "V for …" stays itself."""
_ARTICLES = frozenset({"the", "a", "an"})
_PART = frozenset({"part", "pt", "vol", "volume", "chapter", "episode", "number", "no"})
_WORDS = {"dr": "doctor", "mr": "mister", "st": "saint", "versus": "vs", "volume": "vol"}
_POSSESSIVE = re.compile(r"^(?P<owner>[^:]{3,30}?)(?:['’]s|s['’])\s+(?P<rest>.+)$")
_SUBTITLE = re.compile(r":\s+|\s+[-–—]\s+")
_SUFFIX = re.compile(r"(?i)[\s:,-]+(?:the\s)?(?:in\s3-?d|3-?d|movie|film|motion picture|u\.?\s?s\.?)$")
_DIGITS = re.compile(r"\d+")
_INITIALS = re.compile(r"\b[a-z](?: [a-z]\b){2,}")


def _words(title: str) -> list[str]:
    """A title's words in one spelling: numbers as digits, without "Part" before them and without articles."""
    text = _INITIALS.sub(lambda match: match[0].replace(" ", ""), normalise_title(title, keep_article=True))
    words = [_WORDS.get(word, word) for word in text.split()]
    digits = [_NUMBERS.get(word, word) for word in words]
    kept = []
    for place, word in enumerate(digits):
        is_part = (
            word in _PART and place > 0 and digits[place + 1 : place + 2] and digits[place + 1].isdigit()
        )
        if word not in _ARTICLES and not is_part:
            kept.append(word)
    return kept or digits


@lru_cache(maxsize=1 << 17)
def spelling(title: str) -> str:
    """A key without spaces for titles that differ in writing alone: "Part V" and "5", "Chain Saw" and "Chainsaw".

    Returns:
        The key; "" for a title of a single word without a number, where an article may tell films apart.
    """
    words = _words(title)
    joined = "".join(words)
    is_enough = len(joined) >= MIN_SPELLING and (len(words) > 1 or any(map(str.isdigit, joined)))
    return joined if is_enough else ""


def numbers_of(key: str) -> tuple[str, ...]:
    """The numbers in a key, in their order: films of a series differ there."""
    return tuple(_DIGITS.findall(key))


@lru_cache(maxsize=1 << 17)
def variants(title: str) -> frozenset[str]:
    """Keys of a title without what often is left out behind or inside it.

    That is a subtitle, the number of a film that has a subtitle, the first part's number, and "the Movie" or "3D" at
    the end. A number is never dropped with nothing left to tell the films of a series apart.

    Args:
        title: Any title.
    """
    bare = _SUFFIX.sub("", title)
    parts = _SUBTITLE.split(title)
    found = {title_key(bare), _first_part(title if len(parts) > 1 else bare)}
    if len(parts) > 1:
        found.add(title_key(_SUFFIX.sub("", parts[0])))
        if not _is_number_alone(parts[-1]):
            named = [part for part in parts[:-1] if not _is_number_alone(part)]
            found.add(title_key(f"{_without_number(' '.join(named))} {parts[-1]}"))
    return frozenset(found) - {"", title_key(title)}


def prefixed(title: str) -> tuple[tuple[str, str], ...]:
    """What may stand before a title, and the title: "Ann Lee's Home" -> ("Ann Lee", "Home")."""
    found = []
    if match := _POSSESSIVE.match(title):
        ends_in_s = title[match.end("owner")] in "sS"  # "James' Home": the s belongs to the name
        found.append((match["owner"] + "s" * ends_in_s, match["rest"]))
    breaks = list(_SUBTITLE.finditer(title))
    for one in {breaks[0], breaks[-1]} if breaks else ():
        rest = title[one.end() :]
        if not _is_number_alone(rest):
            found.append((title[: breaks[0].start()], rest))
    return tuple(sorted(found))


def is_prefix_named(prefix: str, rest: str, text: str) -> bool:
    """Whether a text names what stands before a title, its number aside, or the title's own initials stand there."""
    name, words = _without_number(prefix), _words(rest)
    is_short = title_key(prefix) == "".join(word[0] for word in words) and len(words) > 2
    return is_short or f" {name}" in f" {' '.join(_words(text))}"


@lru_cache(maxsize=1 << 17)
def title_key(title: str) -> str:
    """A key without spaces, articles and the word "Part"; `variants` are compared with it."""
    return "".join(_words(title)) if title.strip() else ""


def _is_number_alone(part: str) -> bool:
    words = _words(part)
    return len(words) > 0 and all(word.isdigit() or word in _PART for word in words)


def _without_number(title: str) -> str:
    words = _words(title)
    return " ".join(words[:-1] if len(words) > 1 and words[-1].isdigit() else words)


def _first_part(title: str) -> str:
    """The key without a 1 at the end, which only later parts made necessary."""
    words = _words(title)
    return "".join(words[:-1]) if len(words) > 2 and words[-1] == "1" else ""
