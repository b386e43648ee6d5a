"""Recommendation methods: their contract, and the registry of all that there are."""

from core.recommenders.base import Ability, Recommender, VectorRecommender
from core.recommenders.registry import create, create_for, method_class, names, register

__all__ = [
    "Ability",
    "Recommender",
    "VectorRecommender",
    "create",
    "create_for",
    "method_class",
    "names",
    "register",
]
