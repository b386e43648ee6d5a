"""What can be understood of a question, one file a kind of thing."""

from core.words.rules.base import Finding, Rule
from core.words.rules.fame import find_fame
from core.words.rules.genres import find_genres, find_misspelt_genres
from core.words.rules.length import find_length
from core.words.rules.origins import find_origins
from core.words.rules.people import find_misspelt_people, find_people
from core.words.rules.titles import find_titles
from core.words.rules.years import find_years

__all__ = [
    "Finding",
    "Rule",
    "find_fame",
    "find_genres",
    "find_length",
    "find_misspelt_genres",
    "find_misspelt_people",
    "find_origins",
    "find_people",
    "find_titles",
    "find_years",
]
