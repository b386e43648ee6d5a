"""Choosing a dataset and an embedding. The address carries both."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core import embeddings
from core.exploration.captions import coming_caption
from core.policy import Change
from core.serving import Atlas, DatasetStatus
from ui import access
from ui.text import plain, space_label
from ui.widgets.fill_in import fill_options


def openable(found: Sequence[DatasetStatus]) -> dict[str, str]:
    """The datasets that can be opened: what people call them, by name."""
    return {one.name: _label(one) for one in found if one.is_built and not one.problem}


def pick_dataset(labels: Mapping[str, str]) -> None:
    """The dataset picker.

    Args:
        labels: What people call each dataset, by name.
    """
    st.selectbox(
        "Films", list(labels), format_func=labels.__getitem__, key="dataset", help="Which dataset to explore."
    )


def _label(one: DatasetStatus) -> str:
    return f"{one.label} (simulated)" if one.about.get("is_simulated") else one.label


def pick_space(atlas: Atlas) -> str | None:
    """The embedding picker; the name of the chosen space, None where none is built."""
    if not atlas.space_names:
        return None
    chosen = st.selectbox(
        "Seen through (embedding)",
        atlas.space_names,
        format_func=space_label,
        key="space",
        help="Which model turned the films into vectors: it decides which films are close to each other.",
    )
    if coming := coming_caption(atlas):
        st.caption(
            f":material/hourglass_top: {coming}",
            help="They appear as the build makes them. If none runs, start it on the Data page: it goes on where it ended.",
        )
    _other_spaces(atlas)
    return str(chosen)


def _other_spaces(atlas: Atlas) -> None:
    """What else could be built, and what that takes."""
    others = [embeddings.encoder_class(name) for name in embeddings.names() if name not in atlas.space_names]
    if not others or not access.may(Change.ADD_EMBEDDING):
        return
    options = "".join(f" {part}" for part in fill_options(atlas.about.get("filled_in", {})))
    with st.popover("Other embeddings", icon=":material/add:", type="tertiary"):
        for encoder in others:
            takes = [
                "a download" if encoder.needs_network else "no download",
                *(["ratings"] if encoder.learns_from_ratings else []),
            ]
            st.markdown(f"**{encoder.label}** {plain(encoder.description)}")
            st.caption(
                f"Takes: {', '.join(takes)}. `python -m core build {atlas.name} --space {encoder.name}{options}`"
            )
        st.markdown("Any sentence-transformers model, and vectors of your own, can be added as well.")
        st.page_link("pages/data.py", label="Build one on the Data page", icon=":material/database:")
