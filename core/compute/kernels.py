"""Compiled modules of irspack without the package around them, which imports a machine-learning library to offer them."""

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType

from core.errors import MissingPackageError


def kernel(name: str) -> ModuleType:
    """A module of irspack by its name within the package, e.g. "recommenders._knn".

    It stands in `sys.modules` under its own name, so that the package finds it there when it is imported after all.

    Raises:
        MissingPackageError: irspack is not installed.
    """
    whole = f"irspack.{name}"
    if whole in sys.modules:
        return sys.modules[whole]
    package = find_spec("irspack")
    if package is None:
        raise MissingPackageError("irspack")
    *folders, _ = name.split(".")
    places = ["/".join([place, *folders]) for place in package.submodule_search_locations or ()]
    spec = PathFinder.find_spec(whole, places)
    if spec is None or spec.loader is None:
        return import_module(whole)
    module = module_from_spec(spec)
    sys.modules[whole] = module
    spec.loader.exec_module(module)
    return module
