"""A person's own film history: their files read, and their films found in a catalogue. Nothing of it is kept."""

from core.histories.entry import Entry, History, Kind, Mark
from core.histories.formats import Options
from core.histories.reading import read_history

__all__ = ["Entry", "History", "Kind", "Mark", "Options", "read_history"]
