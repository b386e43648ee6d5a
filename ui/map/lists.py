"""Several lists on one map: a mark and a colour for each method, a ring around what several name; and the same in words."""

from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from core.exploration.comparison import Comparison, Mark
from ui.map.told import Told
from ui.text import is_dark

MARKS = (("ring", 8), ("square", 7), ("diamond", 5), ("cross", 4))
"""Kind and size for each list, each smaller than the one before, so that all are seen at one place."""
HUES = (("#0b62a4", "#6cb6ff"), ("#d55e00", "#ff9d4d"), ("#00794f", "#3ddc9a"), ("#8a2be2", "#d3a4ff"))
"""Blue, orange, green and violet by day and by night, told apart by colour-blind people, who have the marks too (after
Okabe, Ito 2008)."""
NAMED = 6
"""Films that all methods name are named, so many at most."""


def list_marks(lists: Iterable[tuple[str, Sequence[int]]], *, is_named: bool = False) -> list[Told]:
    """A mark for each list.

    Args:
        lists: What each is called, and its films by item_index; as many as there are MARKS.
        is_named: Whether the films' titles are written.
    """
    dark = is_dark()
    return [
        {
            "items": list(items),
            "kind": kind,
            "size": size,
            "colour": hue[dark],
            "title": label,
            "named": is_named,
        }
        for (label, items), (kind, size), hue in zip(lists, MARKS, HUES, strict=False)
    ]


def comparison_marks(comparison: Comparison, quiet: str) -> list[Told]:
    """The lists of a comparison, what several name, and the titles of what all name.

    Args:
        comparison: The answers.
        quiet: Colour of the ring around what several name.
    """
    several = [item for item, ranks in comparison.ranks.items() if len(ranks) > 1]
    columns = [comparison.columns[number] for number in comparison.compared]
    marks = list_marks((column.label, column.items) for column in columns)
    if several:
        marks.append(
            {"items": several, "kind": "ring", "size": 13, "colour": quiet, "title": "In several lists"}
        )
    agreed = list(comparison.agreed)[:NAMED]
    if agreed:
        marks.append(
            {
                "items": agreed,
                "kind": "ring",
                "size": 13,
                "colour": quiet,
                "title": "In all lists",
                "named": True,
            }
        )
    return marks


def lists_on_map_text(
    frame: pd.DataFrame, comparison: Comparison, regions: Sequence[str] | None = None
) -> list[str]:
    """The same in words, a sentence for each list and one for what several name; without mark-up.

    Args:
        frame: As for the figure.
        comparison: The answers.
        regions: Name of the part of the map that each film lies in, by item_index; "" = none. None = not known.
    """
    labels = dict(zip(frame["item_index"], frame["label"], strict=True))
    said = []
    for number in comparison.compared:
        column = comparison.columns[number]
        on_map = [item for item in column.items if item in labels]
        text = f"{column.label}: {len(on_map)} of {len(column.items)} films are on the map"
        if regions is not None:
            counts = Counter(regions[item] or "outside all groups" for item in on_map)
            text += "; " + ", ".join(
                f"{n} in {name}" if name != "outside all groups" else f"{n} {name}"
                for name, n in counts.most_common(3)
            )
        said.append(text + ".")
    several = [item for item in comparison.ranks if comparison.mark(item) is not Mark.ONE and item in labels]
    several.sort(key=lambda item: (-len(comparison.ranks[item]), sum(comparison.ranks[item].values())))
    if several:
        named = ", ".join(labels[item] for item in several[:NAMED])
        more = f" and {len(several) - NAMED} more" if len(several) > NAMED else ""
        said.append(f"Ringed, in several lists: {named}{more}.")
    else:
        said.append("No film is in several lists.")
    return said
