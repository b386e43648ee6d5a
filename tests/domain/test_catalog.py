"""The catalogue: what it does not know is counted."""

import pandas as pd
import pytest

from core.domain import Catalog
from core.domain.catalog import CATALOG_COLUMNS


def test_gaps_are_counted_by_column() -> None:
    catalog = Catalog.of(
        pd.DataFrame(
            {
                "item_id": ["1", "2", "3"],
                "title": ["A", "B", "C"],
                "overview": ["", "Plot.", None],
                "cast": [("Ann Lee",), (), ()],
                "year": [1990, None, 1992],
                "runtime": [None, None, None],
            }
        )
    )
    counts = {name: catalog.unknown(name) for name in CATALOG_COLUMNS}
    assert (counts["item_id"], counts["title"]) == (0, 0)
    assert (counts["overview"], counts["cast"], counts["year"], counts["runtime"]) == (2, 2, 1, 3)
    assert counts["genres"] == counts["language"] == 3
    with pytest.raises(KeyError):
        catalog.unknown("no such column")
