"""What a visitor reads: cards, lists, reports."""
