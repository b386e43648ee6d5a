"""What people type: titles that are looked up, and questions in words that are read before they are searched."""

from core.words.reader import read
from core.words.reading import Part, Reading
from core.words.title_search import TitleIndex
from core.words.title_suggestions import TitleSuggestions
from core.words.vocabulary import Vocabulary

__all__ = ["Part", "Reading", "TitleIndex", "TitleSuggestions", "Vocabulary", "read"]
