"""A method's hyper-parameters as widgets, made from its `Params`."""

from dataclasses import Field
from typing import Any

import streamlit as st

from core.params import param_fields
from core.recommenders import Recommender
from core.serving import Atlas
from ui.text import space_label


def method_form(method: type[Recommender], atlas: Atlas, *, space: str, key: str) -> dict[str, Any]:
    """One widget for every hyper-parameter; the values that differ from the defaults.

    Args:
        method: The method's class.
        atlas: For parameters that name a space.
        space: The space chosen in the sidebar: what such parameters start with, unless the method has its own.
        key: Prefix of the widgets' keys.
    """
    chosen: dict[str, Any] = {}
    for spec in param_fields(method.Params):
        default = spec.default
        # the published systems have an embedding of their own; what has none looks through the sidebar's
        if spec.metadata.get("choices_from") == "spaces" and not (
            method.system and default in atlas.space_names
        ):
            default = space
        value = _widget(spec, default, atlas, f"{key}-{method.name}-{spec.name}-{default}")
        if value != spec.default:
            chosen[spec.name] = value
    return chosen


def _widget(spec: Field[Any], default: Any, atlas: Atlas, key: str) -> Any:
    meta, label = spec.metadata, spec.name.replace("_", " ").capitalize()
    if meta.get("choices_from") == "spaces":
        names = atlas.space_names
        index = names.index(default) if default in names else 0
        return st.selectbox(label, names, index, format_func=space_label, key=key, help=meta["help"])
    if meta.get("choices"):
        options = list(meta["choices"])
        return st.selectbox(label, options, options.index(default), key=key, help=meta["help"])
    if isinstance(default, bool):
        return st.toggle(label, default, key=key, help=meta["help"])
    if isinstance(default, int | float):
        low, high = meta.get("low"), meta.get("high")
        kind = type(default)
        return st.number_input(
            label,
            None if low is None else kind(low),
            None if high is None else kind(high),
            default,
            key=key,
            help=meta["help"],
        )
    return st.text_input(label, str(default), key=key, help=meta["help"])
