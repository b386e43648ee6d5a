"""A built dataset, opened and asked: recommendations, neighbours, people alike."""

from core.serving.atlas import Atlas
from core.serving.library import DatasetStatus, list_datasets
from core.serving.profiles import make_profile
from core.serving.recommendation import recommend
from core.serving.similarity import neighbours, neighbours_by_ratings, similar_users

__all__ = [
    "Atlas",
    "DatasetStatus",
    "list_datasets",
    "make_profile",
    "neighbours",
    "neighbours_by_ratings",
    "recommend",
    "similar_users",
]
