"""A method's hyper-parameters in the address: "p.ease.reg=300", for Compare's lists "p2.ease.reg=300"."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import streamlit as st

from core import recommenders
from core.errors import AtlasError
from core.exploration.comparison import MOST_METHODS
from core.params import param_fields, parse_params, validate_params
from core.serving import Atlas
from ui.question.part import SHOWN

PLACES = {"p": "method"} | {f"p{number}": f"method{number}" for number in range(1, MOST_METHODS + 1)}
"""Where settings are made -> the part that says which method they are of."""
ON_PAGE = {"p": ""} | {f"p{number}": "compare" for number in range(1, MOST_METHODS + 1)}


def key_of(place: str, method: str, name: str) -> str:
    """The key of one setting, in the session and in the address."""
    return f"{place}.{method}.{name}"


def default_of(method: str, spec: Any, atlas: Atlas) -> Any:
    """What a setting is before it is changed.

    The published systems have an embedding of their own; what has none looks through the sidebar's.
    """
    system = recommenders.method_class(method).system
    if spec.metadata.get("choices_from") != "spaces" or (system and spec.default in atlas.space_names):
        return spec.default
    return st.session_state.get("space") or spec.default


def changed(place: str, method: str, atlas: Atlas) -> dict[str, Any]:
    """The settings of a method that differ from what it ships with."""
    found = {}
    for spec in param_fields(recommenders.method_class(method).Params):
        value = st.session_state.get(key_of(place, method, spec.name), default_of(method, spec, atlas))
        if value != spec.default:
            found[spec.name] = value
    return found


def written(page: str, atlas: Atlas) -> Iterator[tuple[str, list[str]]]:
    """What the address says of the settings of the methods that a page asks."""
    for place, part in PLACES.items():
        method = st.session_state.get(part)
        if ON_PAGE[place] not in ("", page) or method not in recommenders.names():
            continue
        for spec in param_fields(recommenders.method_class(method).Params):
            key = key_of(place, method, spec.name)
            value = st.session_state.get(key)
            if value is not None and value != default_of(method, spec, atlas):
                yield key, [str(value)]


def read(told: Mapping[str, Sequence[str]], atlas: Atlas) -> tuple[dict[str, Any], list[str]]:
    """The settings that an address holds, by key, and what is wrong with the others."""
    found: dict[str, Any] = {}
    wrong = []
    for key, texts in told.items():
        place, _, rest = key.partition(".")
        if place not in PLACES or not rest:
            continue
        method, _, name = rest.partition(".")
        try:
            found[key] = _value(method, name, texts[-1], atlas)
        except AtlasError as error:
            wrong.append(error.message)
    return found, wrong


def forget(keep: Iterable[str] = ()) -> None:
    """Take all settings back but those to keep."""
    kept = set(keep)
    for key in [key for key in st.session_state if isinstance(key, str) and is_setting(key)]:
        if key not in kept:
            del st.session_state[key]


def is_setting(key: str) -> bool:
    """Whether a key of the session is that of a setting."""
    return key.count(".") == 2 and key.partition(".")[0] in PLACES


def _value(method: str, name: str, text: str, atlas: Atlas) -> Any:
    """One setting.

    Raises:
        UnknownNameError, InvalidQueryError: There is no such method or setting, or not this value.
    """
    kind = recommenders.method_class(method).Params
    specs = {spec.name: spec for spec in param_fields(kind)}
    if name not in specs:
        raise AtlasError(f"{recommenders.method_class(method).label} has no setting “{name[:SHOWN]}”.")
    value = parse_params(kind, [f"{name}={text}"])[name]
    validate_params(kind(**{name: value}))
    if specs[name].metadata.get("choices_from") == "spaces" and value not in atlas.space_names:
        raise AtlasError(f"The embedding “{text[:SHOWN]}” is not built for these films.")
    return value
