"""Words of a text: the same idea of a word, and of a letter, wherever texts are compared."""

import re
import unicodedata
from collections.abc import Sequence

_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_WORD = re.compile(r"[^\W\d_]{3,}|\d{2,}")

_JOINING = """
a about after all also an and any are as at be because been but by can film films for from had has have
her him his how i in into is it its just like me more movie movies my no not of off on or our out over
same she so some than that the their them then there these they this to up was we were what when where
which while who whose will with you your
"""
STOP_WORDS = frozenset(_JOINING.split())
"""Words that join others and say nothing about a film."""


def fold(text: str) -> str:
    """Lower case without accents."""
    plain = text.casefold()
    if plain.isascii():
        return plain
    plain = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
    return "".join(char for char in plain if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """The words of a text that say something, lower-case, in their order, without repetition."""
    return list(dict.fromkeys(w for w in _WORD.findall(text.lower()) if w not in STOP_WORDS))


def singular(word: str) -> str:
    """Enough to match a plural with its singular: no final s on words of five letters and more."""
    return word[:-1] if word.endswith("s") and len(word) > 4 and not word.endswith("ss") else word


def listed_with_and(parts: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"; "" for none."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


_STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""The last four, of full width, are taken for the first four where such letters are typed."""


def csv_safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe before it.

    Source: OWASP, "CSV Injection".
    """
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text
