"""Best for: one line for each thing that methods are for, from everything that was measured on a dataset."""

from collections.abc import Sequence

import streamlit as st

from core.evaluation.results import StoredResult
from core.evaluation.results.best_for import Verdict, best_for
from core.evaluation.results.stored import method_label
from ui.text import plain

HEAD = ("What for", "Best", "How good", "As good, as far as can be told", "Learns in")


def best_for_section(results: Sequence[StoredResult]) -> None:
    """The best method for every purpose that was measured, and what was not.

    Args:
        results: All stored evaluations of a dataset, newest first.
    """
    found, missing = best_for(results)
    if not found:
        return
    st.subheader("Best for")
    st.caption(
        "No method is best at everything. The best of those that were measured on these films, with its 95 % interval; "
        "beside it those that a paired test over people cannot tell from it (5 %, Holm's correction)."
        + (" Simulated ratings: this says nothing about real people." if found[0].is_simulated else "")
    )
    lines = [HEAD, ["---"] * len(HEAD), *map(_row, found)]
    st.markdown("\n".join("| " + " | ".join(cells) + " |" for cells in lines))
    if missing:
        words = "; ".join(one.label for one in missing)
        st.caption(f"Not measured yet: {words}. “Measure methods” below asks in every one of these ways.")


def _row(verdict: Verdict) -> list[str]:
    return [
        f"{verdict.label} :small[:gray[{verdict.technical}]]",
        f"**{plain(method_label(verdict.best))}**",
        f"{plain(verdict.figure)} {verdict.mean:.3f} :small[:gray[{verdict.low:.3f} to {verdict.high:.3f}, "
        f"{verdict.n_users:,} people]]",
        plain(verdict.rivals),
        "–" if verdict.learns is None else f"{verdict.learns:.1f} s",
    ]
