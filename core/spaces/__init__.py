"""The registry of embedding models: the picker, the build and the tests all read it."""

import importlib
import pkgutil
from functools import cache

from core.errors import UnknownNameError
from core.spaces.base import Encoder, Space, Stamp

__all__ = ["Encoder", "Space", "Stamp", "create", "encoder_class", "names", "register"]

_ENCODERS: dict[str, type[Encoder]] = {}


def register(encoder: type[Encoder]) -> type[Encoder]:
    """Class decorator: add an encoder to the registry."""
    for attribute in ("name", "label", "description"):
        if not getattr(encoder, attribute, None):
            raise TypeError(f"{encoder.__name__} lacks {attribute}")
    _ENCODERS[encoder.name] = encoder
    return encoder


@cache
def _discover() -> None:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")


def names() -> list[str]:
    """Names of all encoders, sorted."""
    _discover()
    return sorted(_ENCODERS)


def encoder_class(name: str) -> type[Encoder]:
    """The class of an encoder.

    Raises:
        UnknownNameError: No encoder has this name.
    """
    _discover()
    if name not in _ENCODERS:
        raise UnknownNameError("embedding", name, names())
    return _ENCODERS[name]


def create(name: str) -> Encoder:
    """An encoder with its default options."""
    return encoder_class(name)()
