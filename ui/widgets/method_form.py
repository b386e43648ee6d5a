"""A method's hyper-parameters as widgets, made from its `Params`."""

from dataclasses import Field
from typing import Any

import streamlit as st

from core.params import param_fields
from core.recommenders import Recommender
from core.serving import Atlas
from ui.question import settings
from ui.text import space_label


def method_form(method: type[Recommender], atlas: Atlas, *, place: str) -> None:
    """One widget for every hyper-parameter; `settings.changed` has the values that differ from the defaults.

    Args:
        method: The method's class.
        atlas: For parameters that name a space.
        place: Where its settings are made, see `settings.PLACES`.
    """
    for spec in param_fields(method.Params):
        key = settings.key_of(place, method.name, spec.name)
        st.session_state.setdefault(key, settings.default_of(method.name, spec, atlas))
        _widget(spec, atlas, key)


def _widget(spec: Field[Any], atlas: Atlas, key: str) -> None:
    meta, label = spec.metadata, spec.name.replace("_", " ").capitalize()
    if meta.get("choices_from") == "spaces":
        st.selectbox(label, atlas.space_names, format_func=space_label, key=key, help=meta["help"])
    elif meta.get("choices"):
        st.selectbox(label, list(meta["choices"]), key=key, help=meta["help"])
    elif isinstance(spec.default, bool):
        st.toggle(label, key=key, help=meta["help"])
    elif isinstance(spec.default, int | float):
        kind = type(spec.default)
        low, high = (None if meta.get(end) is None else kind(meta[end]) for end in ("low", "high"))
        st.number_input(label, low, high, key=key, help=meta["help"])
    else:
        st.text_input(label, key=key, help=meta["help"])
