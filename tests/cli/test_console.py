"""What the command line prints of its progress."""

import io
import re

import pytest
from rich.console import Console

from core.cli import console
from core.compute.progress import Step


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Standard error as a file, as in a log."""
    file = io.StringIO()
    monkeypatch.setattr(console, "err", Console(file=file, width=40))
    return file


def test_a_log_gets_a_line_a_stage_with_its_seconds(log: io.StringIO) -> None:
    with console.steps(False) as on_step:
        on_step(Step("Reading the films", 1, 3))
        on_step(Step("Reading the films", 1, 4, 5, 10, note="half"))
        assert log.getvalue() == "1/3 Reading the films …\n", "at once, not at the end"
        on_step(Step("Learning [bold]vectors[/] of a long, long name", 2, 4))
    lines = log.getvalue().splitlines()
    assert lines[0] == "1/3 Reading the films …"
    assert re.fullmatch(r"1/3 Reading the films: \d+\.\d s", lines[1])
    assert lines[2] == "2/4 Learning [bold]vectors[/] of a long, long name …"
    assert re.fullmatch(r"2/4 Learning \[bold\]vectors\[/\] of a long, long name: \d+\.\d s", lines[3])
    assert len(lines) == 4


def test_a_long_stage_says_how_far_it_is(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(console.time, "monotonic", lambda: now[0])
    with console.steps(False) as on_step:
        for seconds in range(0, 150, 10):
            now[0] = 100.0 + seconds
            on_step(Step("Drawing", 1, 1, seconds, 1000, note="the map"))
    assert log.getvalue().splitlines() == [
        "1/1 Drawing …",
        "1/1 Drawing: 60 of 1,000, the map",
        "1/1 Drawing: 120 of 1,000, the map",
        "1/1 Drawing: 140.0 s",
    ]


def test_what_breaks_off_is_timed_too(log: io.StringIO) -> None:
    def work() -> None:
        with console.steps(False) as on_step:
            on_step(Step("Reading", 1, 1))
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        work()
    assert re.fullmatch(r"1/1 Reading …\n1/1 Reading: \d+\.\d s\n", log.getvalue())
