"""The registry of recommendation methods: menus, forms, the evaluation and the contract tests all read it."""

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from core import recommenders
from core.errors import UnknownNameError
from core.recommenders.base import Ability, Recommender

_METHODS: dict[str, type[Recommender]] = {}


def register(method: type[Recommender]) -> type[Recommender]:
    """Class decorator: add a method to the registry, checking what it says of itself."""
    for attribute in ("name", "label", "abilities", "how", "formula", "source"):
        if not getattr(method, attribute, None):
            raise TypeError(f"{method.__name__} lacks {attribute}")
    if not isinstance(method.abilities, Ability):
        raise TypeError(f"{method.__name__}.abilities is no Ability")
    if _METHODS.get(method.name, method).__qualname__ != method.__qualname__:
        raise TypeError(f"two methods are called {method.name}")
    _METHODS[method.name] = method
    return method


@cache
def _discover() -> None:
    for module in pkgutil.walk_packages(recommenders.__path__, f"{recommenders.__name__}."):
        importlib.import_module(module.name)


def names() -> list[str]:
    """Names of all methods, sorted."""
    _discover()
    return sorted(_METHODS)


def method_class(name: str) -> type[Recommender]:
    """The class of a method.

    Raises:
        UnknownNameError: No method has this name.
    """
    _discover()
    if name not in _METHODS:
        raise UnknownNameError("method", name, names())
    return _METHODS[name]


def create(name: str, **params: Any) -> Recommender:
    """A method, not fitted yet.

    Raises:
        UnknownNameError: No method has this name, or it has no such parameter.
        InvalidQueryError: A parameter is out of its bounds.
    """
    cls = method_class(name)
    known = list(getattr(cls.Params, "__dataclass_fields__", {}))
    for key in params:
        if key not in known:
            raise UnknownNameError(f"parameter of {name}", key, known or ["none"])
    return cls(cls.Params(**params))


def create_for(name: str, built: Sequence[str], **params: Any) -> Recommender:
    """A method for a dataset: where its default space is not built, it takes the first one that is.

    Args:
        name: Registered name.
        built: Names of the built spaces.
        params: Hyper-parameters where they differ from the defaults; a space named here is taken as it is.
    """
    for spec in fields(method_class(name).Params):
        names_space = spec.metadata.get("choices_from") == "spaces"
        if names_space and spec.name not in params and built and spec.default not in built:
            params[spec.name] = built[0]
    return create(name, **params)
