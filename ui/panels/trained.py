"""How a network behind an embedding was trained: its loss after every pass over the films."""

import streamlit as st

from core.exploration import training
from core.serving import Atlas
from ui.charts import palette
from ui.charts.loss import loss_figure
from ui.text import is_dark


def loss_curve(atlas: Atlas, space: str) -> None:
    """The loss curve of an embedding that was trained here; nothing for any other."""
    loss = training.training_loss(atlas, space)
    if loss is None:
        return
    with st.expander("How this embedding was trained"):
        st.plotly_chart(
            loss_figure(loss, palette.ink(is_dark())),
            key=f"training-{space}",
            config={"displayModeBar": False},
            theme=None,
            alt="Mean loss after every pass over the films, for films learned from and films kept out.",
        )
        st.caption(training.training_caption(loss))
