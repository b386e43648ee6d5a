"""How well would each method have known you: a picture, a sentence and a table. Told everything, it asks nobody."""

import pandas as pd
import streamlit as st

from core.evaluation.own_history import Acquaintances, caveats, headline
from core.evaluation.own_history.result import YARDSTICK
from core.exploration.downloads import safe_cells
from ui.charts import palette, shared
from ui.charts.known_you import known_figure
from ui.text import is_dark, plain

CONFIG = shared.STILL
CELL = 35
"""Pixels of a table's row."""


def known_you(found: Acquaintances, *, key: str = "known-you") -> None:
    """One sentence, a dot with its interval for every method, and the same as numbers.

    Args:
        found: From `core.evaluation.own_history.acquaintances`.
        key: Of the picture and the table, where they stand on a page more than once.
    """
    st.markdown(f"**{plain(headline(found))}**")
    if not found.methods:
        return
    st.markdown(plain(caveats(found)))
    frame = known_frame(found)
    st.plotly_chart(
        known_figure(frame, palette.ink(is_dark())),
        theme=None,
        config=CONFIG,
        key=key,
        alt="How near the top each method would have put your favourites, best first.",
    )
    st.caption(
        "Orange: the best for you. Blue: better than popularity beyond luck; hollow: cannot be told from it; grey: worse. "
        "The diamond and the dotted line are popularity: the same list for everybody."
    )
    with st.expander("The numbers, and how they come about"):
        table = known_table(found)
        st.dataframe(
            safe_cells(table), hide_index=True, key=f"{key}-table", height=3 + CELL * (len(table) + 1)
        )
        times = f", {found.repeats} times anew" if found.repeats > 1 else ""
        st.caption(
            f"Your films were taken away in {found.folds} parts{times}, and every method was asked with the rest; it has "
            f"learned nothing from you. Each of the {found.n_liked:,} films that you like was then looked for among the "
            f"{found.n_unseen:,} that you have not seen (1 − AUC, film by film). Above equally known: how many of the 50 "
            "unseen films known to as many people stand below it, so that fame does not count. Intervals: resampled "
            "favourites, 95 %. Better or worse: paired permutation test over favourites, 5 %, Holm’s correction."
        )
        for name, why in found.left_out.items():
            st.caption(f"{plain(name)} was not asked: {plain(why)}")


def known_frame(found: Acquaintances) -> pd.DataFrame:
    """What `known_figure` draws."""
    return pd.DataFrame(
        [
            {
                "method": one.label,
                "mean": 100 * one.above.mean,
                "low": 100 * one.above.low,
                "high": 100 * one.above.high,
                "is_best": place == 0,
                "is_yardstick": one.name == YARDSTICK,
                "over": one.sign,
            }
            for place, one in enumerate(found.methods)
        ]
    )


def known_table(found: Acquaintances) -> pd.DataFrame:
    """The numbers, as people read them."""
    return pd.DataFrame(
        [
            {
                "Method": one.label,
                "On average in the best (%)": round(100 * one.above.mean, 2),
                "95 % (%)": f"{100 * one.above.low:.2f} to {100 * one.above.high:.2f}",
                "Above equally known (%)": None if one.equals is None else round(100 * one.equals.mean),
                "In the first ten (%)": round(100 * one.hits.mean),
                "nDCG@10": round(one.ndcg.mean, 3),
                "Than popularity": one.than_yardstick,
                "Than the best": one.than_best,
                "Cannot score": one.silent,
            }
            for one in found.methods
        ]
    )
