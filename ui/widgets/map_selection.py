"""What is selected on a map, read from Streamlit's selection state and checked like anything from outside."""

from collections.abc import Mapping, Sequence
from typing import Any


def selected_films(event: Any, n_items: int) -> list[int]:
    """item_index of the selected films, in the chart's order, without repetition.

    Args:
        event: What `st.plotly_chart` returned or the session holds for it; None = nothing.
        n_items: Number of films; anything else than 0 … n_items - 1 is ignored.
    """
    selection = event.get("selection") if isinstance(event, Mapping) else getattr(event, "selection", None)
    points = selection.get("points", []) if isinstance(selection, Mapping) else []
    found: list[int] = []
    for point in points:
        value = point.get("customdata") if isinstance(point, Mapping) else None
        if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 1:
            value = value[0]
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < n_items:
            found.append(int(value))
    return list(dict.fromkeys(found))


def focus_film(chosen: Sequence[int], pointed_out: Sequence[int]) -> int | None:
    """The one film to show in detail: the only one clicked, else the last one pointed out; None for a group."""
    if len(chosen) == 1:
        return chosen[0]
    return pointed_out[-1] if pointed_out and not chosen else None
