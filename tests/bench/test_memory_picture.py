"""The picture of a server's memory marks what is compared."""

import pytest

from bench.memory_picture import memory_figure


def test_the_memory_after_five_and_after_thirty_minutes_is_marked() -> None:
    memory = [[60.0 * minute + second, 400.0 + minute] for minute in range(31) for second in (0, 30)]
    figure = memory_figure({"memory": memory}, "demo")
    line, marks = figure.data
    assert len(line.x) == len(memory)
    assert list(marks.x) == [5, 30]
    early, late = marks.y
    assert (early, late) == (pytest.approx(404.5), pytest.approx(429.5))
    assert marks.text[1] == f"{late:.0f} MB ({late / early - 1:+.1%})"
