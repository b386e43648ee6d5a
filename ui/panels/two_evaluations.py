"""Two evaluations side by side on the Evaluate page."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.evaluation.protocol.side_by_side import side_by_side
from core.evaluation.results import StoredResult
from core.evaluation.results.tables import figure_label
from core.exploration.downloads import safe_cells
from core.serving import Atlas
from ui.resources import lately
from ui.text import plain

NONE = "No other"


def beside_another(atlas: Atlas, found: Sequence[StoredResult], result: StoredResult, column: str) -> None:
    """Another evaluation to choose; what was otherwise then, and which methods really came out otherwise.

    Args:
        atlas: The films.
        found: All evaluations of them.
        result: The one that is looked at.
        column: The figure that is looked at.
    """
    others = {one.title: one for one in found if one.key != result.key and column in one.columns}
    if not others:
        st.caption("There is no other evaluation with this figure.")
        return
    chosen = st.selectbox("Beside this one", [NONE, *others], key="beside", filter_mode="contains")
    if chosen == NONE or chosen not in others:
        return
    was = others[chosen]
    make = partial(side_by_side, atlas.name, was, result, column)
    both = lately(atlas, "side by side", was.key, was.created, result.key, result.created, column, make=make)
    label = figure_label(column)
    if both.why_unpaired:
        st.info(both.why_unpaired, icon=":material/info:")
    frame = both.figures
    if len(frame):
        table = pd.DataFrame(
            {
                "Method": frame["method"],
                f"{label}, then": frame["was"],
                "Now": frame["now"],
                "Change": frame["difference"],
                "95 % interval": [
                    f"{low:+.4f} to {high:+.4f}" if low == low else "–"
                    for low, high in zip(frame["low"], frame["high"], strict=True)
                ],
                "p (Holm)": frame["p"],
            }
        )
        number = st.column_config.NumberColumn
        formats = dict.fromkeys((f"{label}, then", "Now"), number(format="%.4f"))
        formats |= {"Change": number(format="%+.4f"), "p (Holm)": number(format="%.4f")}
        st.dataframe(safe_cells(table), hide_index=True, column_config=formats, key="side-by-side")
    else:
        st.caption("The two have no method in common.")
    if both.causes:
        rows = [(one.kind, one.what, one.was, one.now) for one in both.causes]
        st.markdown("What was otherwise:")
        causes = pd.DataFrame(rows, columns=["Kind", "What", "Then", "Now"])
        st.dataframe(safe_cells(causes), hide_index=True, key="side-by-side-causes")
    else:
        st.markdown(plain("Data, software, machine and parameters were the same."))
