"""Tables as files that a person keeps."""

import csv

import pandas as pd

from core.text import csv_safe


def safe_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """A table none of whose texts a spreadsheet would run: what a page shows can be downloaded from its toolbar, too.

    Numbers are left alone; texts go through `core.text.csv_safe`.
    """
    return frame.map(lambda cell: csv_safe(cell) if isinstance(cell, str) else cell)


def as_csv(frame: pd.DataFrame) -> bytes:
    """A table as CSV that spreadsheets open as it is: UTF-8 with its mark, and no text that they would run as a formula.

    The names of columns go through `core.text.csv_safe` as well. The index is left out.
    """
    safe = safe_cells(frame)
    safe.columns = pd.Index([csv_safe(str(name)) for name in frame.columns])
    # all texts in quotes: a line break within one would end the row
    return safe.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").encode("utf-8-sig")
