"""What a pattern of the ratings means for methods, with a way to where that is measured."""

from collections.abc import Sequence

import streamlit as st

from core.serving import Atlas
from core.serving.choices import available_methods
from ui.question import link


def meaning(
    atlas: Atlas, words: str, label: str, *, split: str = "random_holdout", measured: Sequence[str] = ()
) -> None:
    """A sentence, and a link to where Evaluate measures what it says.

    Args:
        atlas: The films.
        words: What it means for a method; Markdown.
        label: What the link says.
        split: The way to hold ratings out.
        measured: Methods to measure, those that these films do not allow left out; () = those that Evaluate offers first.
    """
    can = [name for name in measured if name in available_methods(atlas)]
    with st.container(border=True):
        st.markdown(f"**For a method:** {words}")
        st.page_link(
            "pages/evaluate.py",
            label=label,
            icon=":material/leaderboard:",
            query_params=link(atlas, "evaluate", split=split, **({"measured": can} if can else {})),
        )
