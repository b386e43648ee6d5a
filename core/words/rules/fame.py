"""How well known films should be: "hidden gems", "blockbusters", "Geheimtipps"."""

from collections.abc import Sequence

from core.words.phrases import names
from core.words.reading import Part
from core.words.rules.base import Finding, everywhere
from core.words.tokens import Token
from core.words.vocabulary import Vocabulary

STRENGTH = 0.7
"""How far the answer goes towards little or well known films, of 1."""


def find_fame(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Finding]:
    """Every wish for films that few, or many, know."""
    return everywhere(tokens, lambda place: _fame_at(tokens, place))


def _fame_at(tokens: Sequence[Token], place: int) -> Finding | None:
    said = names("fame").at(tokens, place)
    if said is None:
        return None
    fame, label = (STRENGTH, "well known") if said[1] == "more" else (-STRENGTH, "less known")
    return Finding((Part("fame", label, "", fame=fame),), place, said[0], is_weak=said[0] == place + 1)
