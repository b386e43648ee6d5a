"""The nouns of the house: films, ratings, who asks, what is asked and what is answered. No algorithm is here."""

from core.domain.answer import Answer, KnownBy, Reason, Recommendation
from core.domain.catalog import Catalog, Film
from core.domain.dataset import Dataset
from core.domain.group import GroupAnswer, GroupRecommendation, MemberFit
from core.domain.interactions import Interactions
from core.domain.load_report import LoadReport
from core.domain.profile import Profile
from core.domain.question import Fact, Filters, Question
from core.domain.score_sum import Addend, Gate, ScoreSum

__all__ = [
    "Addend",
    "Answer",
    "Catalog",
    "Dataset",
    "Fact",
    "Film",
    "Filters",
    "Gate",
    "GroupAnswer",
    "GroupRecommendation",
    "Interactions",
    "KnownBy",
    "LoadReport",
    "MemberFit",
    "Profile",
    "Question",
    "Reason",
    "Recommendation",
    "ScoreSum",
]
