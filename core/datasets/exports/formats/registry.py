"""The registry of formats: every file of this folder is read, and lists its formats under `FORMATS`."""

import importlib
import pkgutil

from core.datasets.exports import formats
from core.datasets.exports.formats.base import Format, HistoryFile


def _discovered() -> dict[str, Format]:
    found: list[Format] = []
    for module in pkgutil.iter_modules(formats.__path__):
        if module.name != "registry":
            found += getattr(importlib.import_module(f"{formats.__name__}.{module.name}"), "FORMATS", ())
    return {one.name: one for one in sorted(found, key=lambda one: one.place)}


FORMATS = _discovered()
"""Every known format by its name, in the order in which they are asked."""


def format_of(file: HistoryFile) -> Format | None:
    """The first format that recognises a file; None where none does."""
    return next((one for one in FORMATS.values() if one.recognises(file)), None)
