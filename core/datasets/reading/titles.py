"""Film titles: cleaned, split from year and second title, and reduced to keys that can be compared."""

import re
from functools import lru_cache

from core.text import fold

MAX_TITLE = 500
"""Longer titles are cut here; whoever cuts one says so in the report."""

ARTICLES = frozenset(
    {
        *("the", "a", "an", "da"),  # English ("Da Hip Hop Witch" too)
        *("le", "la", "les", "l'", "un", "une", "des"),  # French
        *("el", "los", "las", "lo", "una", "uno", "unos", "unas"),  # Spanish
        *("il", "i", "gli"),  # Italian, with la, le, lo, l', un, una
        *("der", "die", "das", "den", "dem", "ein", "eine"),  # German
        *("o", "os", "as", "um", "uma"),  # Portuguese
        *("de", "het", "een"),  # Dutch
        *("en", "ett", "det", "et"),  # Scandinavian, with den, de
    }
)
_KEPT_IN_FRONT = {"as", "i", "en", "o", "da", "des", "den", "dem", "os", "die", "et", "lo", "de"}
_LEADING_ARTICLES = ARTICLES - _KEPT_IN_FRONT
"""Articles dropped at the front of a comparison key: those that seldom are another word elsewhere."""

_MARKER = re.compile(r"\s*\((?:V|TV|VG)\)$")
_YEAR = re.compile(r"\s*\((\d{4})(?:\s*[-–—]\s*(?:\d{4})?)?\)$")
_GROUP = re.compile(r"\s*\(([^()]*)\)$")
_ALIAS = re.compile(r"^(?:a\.?\s?k\.?\s?a\.?|aka)[\s:]+", re.IGNORECASE)
_PART = re.compile(
    r"\bsequence$|^(?:part|pt\.|vol\.|volume|episode|chapter)\s+(?:[\divxlc]+|one|two|three|four)(?:\s+of\s.+)?$",
    re.IGNORECASE,
)
_MOVED = re.compile(r"^(?P<rest>.+?),\s*(?P<article>[^\W\d]+['’]?)$", re.DOTALL)
_UNSAFE = re.compile(
    r"[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff]"
)
_SPACES = re.compile(r"\s+")
_APOSTROPHES = re.compile(r"['’‘ʼ`´]")
_DOLLAR = re.compile(r"(?<=\w)\$(?=\w)")
_ELIDED = re.compile(r"^l['’]", re.IGNORECASE)
_NOT_WORD = re.compile(r"[\W_]+")


def clean_text(text: str) -> str:
    """One line without control characters and without marks that reverse the text around them."""
    return _SPACES.sub(" ", _UNSAFE.sub(" ", text)).strip()


def move_article(title: str) -> str:
    """Bring an article from the end to the front: "Misérables, Les" -> "Les Misérables"."""
    match = _MOVED.match(title)
    if not match or match["article"].replace("’", "'").casefold() not in ARTICLES:
        return title
    article = match["article"]
    gap = "" if article[-1] in "'’" else " "
    return f"{article[0].upper()}{article[1:]}{gap}{match['rest'].rstrip()}"


def split_title(raw: str) -> tuple[str, int | None, str]:
    """Take a title as MovieLens writes it apart.

    Args:
        raw: For example "City of Lost Children, The (Cité des enfants perdus, La) (1995)".

    Returns:
        The title, its year (None without one; the first of a range), and the second title from the brackets,
        here "La Cité des enfants perdus" ("" without one). Of several the last counts, because the original
        title stands there; one marked "a.k.a." counts only where there is no other.
    """
    text = clean_text(raw)
    while marker := _MARKER.search(text):
        text = text[: marker.start()]
    year = None
    if (match := _YEAR.search(text)) and match.start() > 0 and 1870 <= int(match[1]) <= 2100:
        year, text = int(match[1]), text[: match.start()]
    groups: list[str] = []
    suffix = ""
    while (match := _GROUP.search(text)) and match.start() > 0:
        before = text[: match.start()]
        if before.casefold().endswith((" or", ":")):
            break
        text = before
        if _PART.search(match[1].strip()):
            suffix = f" ({match[1].strip()}){suffix}"
        elif match[1].strip():
            groups.append(match[1].strip())
    names = [move_article(group) for group in groups if not _ALIAS.match(group)]
    aliases = [move_article(_ALIAS.sub("", group)) for group in groups if _ALIAS.match(group)]
    title = move_article(text.strip()) + suffix
    return title, year, next(iter(names + aliases), "")


def _bare_words(title: str) -> list[str]:
    """Lower-case words without accents and punctuation; "&" reads as "and"."""
    text = _DOLLAR.sub("s", fold(title)).replace("&", " and ")
    return _NOT_WORD.sub(" ", _APOSTROPHES.sub("", text)).split()


@lru_cache(maxsize=1 << 17)
def normalise_title(title: str, *, keep_article: bool = False) -> str:
    """A key that is equal for spellings of one title.

    Case, accents, punctuation, "&" or "and", and an article in front or at the end do not count. Numbers and
    Roman numerals stay as they are. A title of nothing but signs keeps them.

    Args:
        title: Any title.
        keep_article: Whether "The Captive" and "Captive" differ.
    """
    text = move_article(title.strip())
    if not keep_article:
        text = _ELIDED.sub("", text)
    words = _bare_words(text)
    if not keep_article and len(words) > 1 and words[0] in _LEADING_ARTICLES:
        words = words[1:]
    return " ".join(words) or clean_text(title).casefold()


_NUMBERED = re.compile(
    r"[\s,:-]+(?:(?:part|episode|chapter|vol|volume|pt)\.?\s+)?(?:\d{1,2}|[ivx]{1,5}|one|two|three|four|five)$",
    re.IGNORECASE,
)
_SUBTITLE = re.compile(r"(?:: | - | \u2013 )")
_AND_THE = re.compile(r" and the ", re.IGNORECASE)


def saga_name(title: str) -> str:
    """What the films of a saga share of their titles: "Alien 3" and "Alien: Covenant" are both "alien"."""
    name = _SUBTITLE.split(title, maxsplit=1)[0]
    first = _AND_THE.split(name, maxsplit=1)[0]
    if len(first.split()) >= 2 and first != name:
        name = first
    while (shorter := _NUMBERED.sub("", name)) != name and shorter.strip():
        name = shorter
    return normalise_title(name, keep_article=True)  # "The Heat" is no "Heat"
