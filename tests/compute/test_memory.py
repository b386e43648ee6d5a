"""Peak memory is seen, also after it has been given back."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from core.compute.memory import PeakMemory, array_bytes


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_large_array_is_seen_although_it_is_freed_again():
    with PeakMemory() as peak:
        array = np.ones(20_000_000)
        assert peak.megabytes is None, "known at the end only"
        time.sleep(0.2)
        del array
    assert peak.megabytes == pytest.approx(160, rel=0.3)


def test_an_error_inside_goes_through_and_stops_the_watching_thread():
    with pytest.raises(KeyError), PeakMemory() as peak:
        raise KeyError
    assert not peak._thread.is_alive()


class Holder:
    def __init__(self, **held: object) -> None:
        self.__dict__.update(held)


def test_arrays_are_counted_once_wherever_they_are_held(tmp_path: Path):
    numbers = np.ones(1000)
    on_disk = np.lib.format.open_memmap(tmp_path / "x.npy", mode="w+", shape=(5000,))
    held = Holder(
        one=numbers,
        view=numbers[10:20],
        inside={"a": [np.ones(100, np.float32)], "b": (Holder(deep=sparse.csr_array(np.eye(10))),)},
        on_disk=on_disk,
        name="text",
        function=lambda: np.ones(9),
    )
    held.itself = held
    eye = 10 * 8 + 10 * 4 + 11 * 4
    assert array_bytes(held) == 8000 + 400 + eye
    assert array_bytes(held, beside=[numbers[3:4]]) == 400 + eye
    assert array_bytes(None) == 0
