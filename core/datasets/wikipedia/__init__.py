"""Wikipedia's film lists: read, matched to a catalogue by title and year, and added to it."""
