"""Numbers of charts are sent in the fewest bytes that hold them."""

import numpy as np
import pytest

from ui.charts.compact import smallest


@pytest.mark.parametrize(
    ("most", "dtype"), [(0, np.uint8), (255, np.uint8), (256, np.uint16), (65_536, np.uint32)]
)
def test_whole_numbers_keep_their_value(most: int, dtype: type) -> None:
    values = np.array([0, most // 2, most])
    assert smallest(values).dtype == dtype
    assert smallest(values).tolist() == values.tolist()


def test_fractions_are_cut_off_and_nothing_stays_nothing() -> None:
    assert smallest([80.5, 3.0]).tolist() == [80, 3]
    assert smallest([]).tolist() == []
