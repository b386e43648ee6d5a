"""In which order a build learns the methods."""

from collections.abc import Sequence

FIRST = ("taste", "popularity", "content")
"""Methods that are learned before all others: what visitors are answered by who choose none."""
LAST = ("predicted_rating", "hybrid", "slim")
"""Methods that take longest, the longest last: others need not wait for them."""


def in_order(names: Sequence[str]) -> tuple[str, ...]:
    """Methods in the order in which they are learned."""
    usual = [name for name in names if name not in FIRST and name not in LAST]
    return tuple(name for name in (*FIRST, *usual, *LAST) if name in names)
