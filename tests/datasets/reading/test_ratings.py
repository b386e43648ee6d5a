"""From rating tables to matrices: against a naive loop, whatever the table holds."""

from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets.reading.ratings import build_interactions, read_ratings
from core.domain.load_report import TableReport

CELLS = st.sampled_from(["", "1", "2", "3", "4.5", "0", "-1", "x", "nan", "inf", "7", " 2 "])
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS, st.integers(0, 3).map(str)), max_size=25)
INDEX_OF = pd.Series([2, 0], index=pd.Index([1, 2]))
SCALE = (0.5, 5.0)


def naive(rows: list[tuple[str, str, str, str]]) -> dict[tuple[str, int], float]:
    """What should stand, row by row."""
    kept: dict[tuple[str, int], tuple[int, float]] = {}
    for user, item, rating, time in rows:
        try:
            number, value = float(item), float(rating)
        except ValueError:
            continue
        is_known = np.isfinite(number) and number in (1, 2)
        if not user.strip() or not is_known or not np.isfinite(value) or not SCALE[0] <= value <= SCALE[1]:
            continue
        pair = (user.strip(), int(INDEX_OF[int(number)]))
        if pair not in kept or int(time) >= kept[pair][0]:
            kept[pair] = (int(time), value)
    return {pair: value for pair, (_, value) in kept.items()}


@settings(max_examples=150)
@given(ROWS)
def test_any_table_gives_what_a_loop_gives_and_balances(rows: list[tuple[str, str, str, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["user", "item", "rating", "timestamp"], dtype=str)
    table = TableReport("ratings.csv")
    result = build_interactions(frame, INDEX_OF, table, n_items=3, scale=SCALE)
    matrix = result.ratings.tocoo()
    users = result.user_ids[matrix.row]
    found = dict(zip(zip(users, matrix.col.tolist(), strict=True), matrix.data.tolist(), strict=True))
    assert found == naive(rows)
    assert table.read == len(rows)
    assert table.kept == len(result)
    assert table.is_balanced


def test_numbers_are_read_compactly(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text("userId,movieId,rating,timestamp,note\n1,2,3.5,4,extra\n")
    frame = read_ratings(path, ("userId", "movieId", "rating", "timestamp"))
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert kinds == {"user": "int32", "item": "int32", "rating": "float32", "timestamp": "int64"}
    assert frame.to_dict("list") == {"user": [1], "item": [2], "rating": [3.5], "timestamp": [4]}


def test_ids_beyond_32_bits_are_read_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text(f"userId,movieId,rating,timestamp\n{2**40},1,3.5,4\n")
    frame = read_ratings(path, ("userId", "movieId", "rating", "timestamp"))
    result = build_interactions(frame, INDEX_OF, TableReport("r"), n_items=3, scale=SCALE)
    assert list(result.user_ids) == [str(2**40)]
