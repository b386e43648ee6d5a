"""A person's own film history: their files read, and their films found in a catalogue. Nothing of it is kept."""

from core.datasets.exports.entry import Entry, Status, Thing
from core.datasets.exports.formats import Options
from core.datasets.exports.scale import Scale, parse_scale
from core.histories.film_index import FilmIndex, Tie
from core.histories.history import History
from core.histories.matching import Doubtful, Matched, Offer, Sure, match_history
from core.histories.mentions import Mention, Opinion, opinion_of
from core.histories.reading import read_history

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
