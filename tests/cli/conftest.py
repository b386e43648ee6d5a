"""What all tests of the command line share."""

import pytest

from core.cli import console


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables as wide as they like: a console keeps the COLUMNS it was made with, and test workers inherit 80."""
    monkeypatch.setattr(console.out, "width", 200)
    monkeypatch.setattr(console.err, "width", 200)
