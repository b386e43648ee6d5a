"""What a catalogue does not have of a history, as a table to take away."""

import csv
import io
from collections.abc import Sequence

from core.histories.matching import Matched
from core.histories.mentions import Mention
from core.text import csv_safe

COLUMNS = ("title", "year", "imdb_id", "tmdb_id", "why", "may_be")


def left_table(matched: Matched, labels: Sequence[str]) -> str:
    """CSV of the films that count for nothing: doubtful ones with what they may be, missing ones, and newer ones.

    Args:
        matched: A history found in a catalogue.
        labels: "Title (Year)" by item_index.
    """
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for one in matched.doubtful:
        table.writerow(
            _row(one.mention, "doubtful", "; ".join(labels[offer.item_index] for offer in one.offers))
        )
    for why, mentions in (("not there", matched.missing), (f"newer than {matched.newest}", matched.newer)):
        for mention in mentions:
            table.writerow(_row(mention, why, ""))
    return written.getvalue()


def _row(mention: Mention, why: str, may_be: str) -> list[str]:
    year = "" if mention.year is None else str(mention.year)
    return [csv_safe(cell) for cell in (mention.title, year, mention.imdb_id, mention.tmdb_id, why, may_be)]
