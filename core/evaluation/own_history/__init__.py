"""How well each method would have known one person, from their own film history. Nothing is learned anew."""

from core.evaluation.own_history.asking import LEAST, LIKED, acquaintances
from core.evaluation.own_history.result import (
    Acquaintance,
    Acquaintances,
    caveats,
    headline,
    in_words,
    per_cent,
)

__all__ = [
    "LEAST",
    "LIKED",
    "Acquaintance",
    "Acquaintances",
    "acquaintances",
    "caveats",
    "headline",
    "in_words",
    "per_cent",
]
