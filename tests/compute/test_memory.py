"""Peak memory is seen, also after it has been given back."""

import sys
import time

import numpy as np
import pytest

from core.compute.memory import PeakMemory


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
