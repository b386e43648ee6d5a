"""Helpers for texts that all of core shares."""

from core.text import listed_with_and


def test_names_are_listed_with_and() -> None:
    assert [listed_with_and(list(names)) for names in ("", "A", "AB", "ABC")] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]
