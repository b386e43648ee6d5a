"""A comparison as tables, for a report of one's own. `core.exploration.downloads.as_csv` makes files of them."""

import numpy as np
import pandas as pd

from core.exploration.comparison import Comparison
from core.exploration.method_agreement import MethodAgreement

STANDS_IN = "not compared"
"""The mark of a film that another method named in the place of the one that was asked."""


def lists_table(comparison: Comparison) -> pd.DataFrame:
    """Every film of every list, list by list.

    Returns:
        `rank` (from 1), `method` (its name for people), `film_id` (the source's own), `title`, `year` (NA = unknown),
        `score` (of the method's own scale) and `mark` ("all agree", "some agree", "only here"; "not compared" where another
        method answered). Empty, with these columns, where no method answered.
    """
    rows = [
        (
            item.rank,
            column.label,
            item.item_id,
            item.title,
            item.year,
            item.score,
            str(comparison.mark(item.item_index) or STANDS_IN) if column.is_compared else STANDS_IN,
        )
        for column in comparison.columns
        if column.answer
        for item in column.answer.items
    ]
    names = ["rank", "method", "film_id", "title", "year", "score", "mark"]
    return pd.DataFrame(rows, columns=names).astype({"year": "Int64"})


def agreement_table(comparison: Comparison) -> pd.DataFrame:
    """How far every two lists agree.

    Returns:
        `first`, `second` (methods' names), `k` (films asked for), `common`, `longest` (length of the longer list),
        `overlap` (common / longest) and `rbo` (rank-biased overlap).
    """
    labels = [column.label for column in comparison.columns]
    rows = [
        (
            labels[pair.first],
            labels[pair.second],
            comparison.k,
            pair.common,
            pair.longest,
            pair.overlap,
            pair.rbo,
        )
        for pair in comparison.pairs
    ]
    return pd.DataFrame(rows, columns=["first", "second", "k", "common", "longest", "overlap", "rbo"])


def all_pairs_table(found: MethodAgreement) -> pd.DataFrame:
    """Every two methods once, those that agree most first: `first`, `second`, `overlap`, `rbo`."""
    first, second = np.triu_indices(len(found.labels), 1)
    table = pd.DataFrame(
        {
            "first": [found.labels[n] for n in first],
            "second": [found.labels[n] for n in second],
            "overlap": found.overlap[first, second],
            "rbo": found.rbo[first, second],
        }
    )
    return table.sort_values("rbo", ascending=False, kind="stable", ignore_index=True)
