"""How far a stage is, and what is left of it."""

import pytest

from core.compute.progress import Stages, Step


def test_the_next_part_of_the_work_is_timed_from_its_own_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr("core.compute.progress.time.perf_counter", lambda: now[0])
    steps: list[Step] = []
    clock = Stages(steps.append).begin("Learning")
    now[0] = 100.0
    clock(10, 10)
    clock(0, 4)
    now[0] = 103.0
    clock(1, 4)
    assert steps[-1].seconds_left == 9.0
