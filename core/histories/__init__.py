"""A person's own film history: their files read, and their films found in a catalogue. Nothing of it is kept."""

from core.histories.entry import Entry, History, Status, Thing
from core.histories.film_index import FilmIndex, Tie
from core.histories.formats import Options
from core.histories.matching import Doubtful, Matched, Offer, Sure, match_history
from core.histories.mentions import Mention, Opinion, opinion_of
from core.histories.reading import read_history
from core.histories.scale import Scale, parse_scale

__all__ = [
    "Doubtful",
    "Entry",
    "FilmIndex",
    "History",
    "Matched",
    "Mention",
    "Offer",
    "Opinion",
    "Options",
    "Scale",
    "Status",
    "Sure",
    "Thing",
    "Tie",
    "match_history",
    "opinion_of",
    "parse_scale",
    "read_history",
]
