"""A question as a row of words: what the rules go through."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.text import fold

_PIECE = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*|[^\w\s]|_")
_PLAIN = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"['’`´]")
_ELIDED = {"l", "d", "qu", "j", "c", "n", "s", "m", "t"}
"""What French shortens before a vowel; "d'action" is two words."""


@dataclass(frozen=True)
class Token:
    """A word or a sign of a text.

    Attributes:
        key: The word as it is compared: lower case, no accents, no apostrophe, no possessive s; a sign as it stands.
        start, end: Where it stands in the text.
        is_word: False = a sign.
        is_capital: Whether it begins with a capital letter.
    """

    key: str
    start: int
    end: int
    is_word: bool
    is_capital: bool


def tokens_of(text: str) -> list[Token]:
    """The words and signs of a text, in their order."""
    found: list[Token] = []
    for match in _PIECE.finditer(text):
        piece, start = match[0], match.start()
        if not (piece[0].isalnum()):
            found.append(Token(piece, start, match.end(), False, False))
            continue
        head, *tail = _APOSTROPHE.split(piece)
        if tail and fold(head) in _ELIDED and len(tail[0]) > 1:
            cut = start + len(head) + 1
            found.append(_word(head, start, cut - 1))
            found.append(_word("".join(tail), cut, match.end(), text[cut].isupper()))
            continue
        if tail and tail[-1].casefold() == "s" and not head[-1].isdigit():
            tail = tail[:-1]
        found.append(_word("".join([head, *tail]), start, match.end()))
    return found


def _word(piece: str, start: int, end: int, is_capital: bool | None = None) -> Token:
    return Token(fold(piece), start, end, True, piece[:1].isupper() if is_capital is None else is_capital)


def row_of_words(tokens: Sequence[Token], start: int, most: int, joints: str) -> tuple[list[str], list[int]]:
    """The words from a place on, up to a sign that is none of `joints`: their keys, and the place behind each."""
    keys: list[str] = []
    ends: list[int] = []
    for place in range(start, len(tokens)):
        token = tokens[place]
        if token.is_word and len(keys) < most:
            keys.append(token.key)
            ends.append(place + 1)
        elif token.is_word or token.key not in joints or not keys:
            break
    return keys, ends


def keys_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared, signs left out."""
    if text.isascii() and "'" not in text and "`" not in text:
        # as the line below has it, without a token for each: a large catalogue has half a million names and titles
        return tuple(_PLAIN.findall(text.lower()))
    return tuple(token.key for token in tokens_of(text) if token.is_word and token.key)
