"""How each site writes a person's history, one file a site."""

from core.datasets.exports.formats.base import Format, HistoryFile, Notes, Options

__all__ = ["Format", "HistoryFile", "Notes", "Options"]
