"""How well known films should be: "hidden gems", "blockbusters", "Geheimtipps"."""

from collections.abc import Sequence

from core.words.phrases import names
from core.words.reading import Part
from core.words.rules.base import Finding
from core.words.tokens import Token
from core.words.vocabulary import Vocabulary

STRENGTH = 0.7
"""How far the answer goes towards little or well known films, of 1."""


def find_fame(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Finding]:
    """Every wish for films that few, or many, know."""
    found = []
    place = 0
    while place < len(tokens):
        said = names("fame").at(tokens, place)
        if said:
            fame = STRENGTH if said[1] == "more" else -STRENGTH
            label = "well known" if said[1] == "more" else "less known"
            is_weak = said[0] == place + 1
            found.append(Finding((Part("fame", label, "", fame=fame),), place, said[0], is_weak=is_weak))
        place = said[0] if said else place + 1
    return found
