"""The methods of a built dataset, ready to answer: restored from the build, or fitted for other parameters."""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from threading import RLock
from typing import Any, Protocol
from weakref import WeakValueDictionary

import numpy as np

from core import recommenders, settings
from core.compute.memory import array_bytes
from core.domain import Dataset
from core.embeddings import Space
from core.errors import CannotFitError, NotBuiltError
from core.recommenders import Recommender
from core.recommenders.base import recipe_of
from core.storage import Manifest, artifacts
from core.types import Arrays

SEED = 0
BESIDE_ARRAYS = 10_000
"""Bytes that a method counts for what it holds beside arrays, so that those without any are bounded, too."""


class _Turn:
    """Whoever asks for the same method waits for it here; gone when nobody does."""

    def __init__(self) -> None:
        self.lock = RLock()


class BuiltDataset(Protocol):
    """What of a built dataset methods are made from; `core.serving.Atlas` is one."""

    @property
    def manifest(self) -> Manifest:
        """Which artefacts there are."""
        ...

    @property
    def dataset(self) -> Dataset:
        """Catalogue and ratings."""
        ...

    @property
    def space_names(self) -> Sequence[str]:
        """Names of the built spaces, the one to use first first."""
        ...

    def space(self, name: str) -> Space:
        """One space."""
        ...

    def reading(self, stage: str) -> AbstractContextManager[Path]:
        """The folder of an artefact, to read from."""
        ...


class FittedMethods:
    """Opens each method once and keeps it, for all that ask at once.

    Methods as they were built stay. Of those with other parameters, which a visitor may choose in any number, those
    that were asked last stay, as many as fit into `core.settings.methods_mb`, but always the last one.

    Args:
        built: The dataset that they answer for.
    """

    def __init__(self, built: BuiltDataset) -> None:
        self._built = built
        self._lock = RLock()
        self._turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
        self._methods: dict[str, Recommender] = {}
        self._others: OrderedDict[str, tuple[Recommender, int]] = OrderedDict()
        self._states: dict[str, Arrays] = {}

    def fitted(self, name: str, params: Mapping[str, Any] | None = None) -> Recommender:
        """A fitted method: restored from the build, or fitted now where other parameters would learn something else.

        Raises:
            UnknownNameError: No such method or parameter.
            NotBuiltError: A space it needs is not built, or another version of the program learned it.
            CannotFitError: It cannot learn from this dataset.
        """
        wanted = recommenders.create_for(name, self._built.space_names, **(params or {}))
        usual = recommenders.create_for(name, self._built.space_names)
        key = json.dumps([name, wanted.params.__dict__], sort_keys=True, default=str)
        with self._lock:
            turn = self._turns.setdefault(key, _Turn())
        with turn.lock:  # who asks for the same waits, nobody else does
            found = self._kept(key)
            if found is None:
                found = self._made(wanted)
                self._keep(key, found, is_usual=wanted.params == usual.params)
            return found

    def _kept(self, key: str) -> Recommender | None:
        with self._lock:
            if key in self._others:
                self._others.move_to_end(key)
                return self._others[key][0]
            return self._methods.get(key)

    def _keep(self, key: str, method: Recommender, *, is_usual: bool) -> None:
        if is_usual:
            with self._lock:
                self._methods[key] = method
            return
        built = self._built
        shared = (*(built.space(name) for name in method.needs()), built.dataset)
        with self._lock:
            beside = (*shared, *self._methods.values(), *self._states.values())
            self._others[key] = method, array_bytes(method, beside=beside) + BESIDE_ARRAYS
            most = settings.methods_mb() * 1e6
            while len(self._others) > 1 and sum(size for _, size in self._others.values()) > most:
                self._others.popitem(last=False)

    def is_as_built(self, method: Recommender) -> bool:
        """Whether the build fitted a method with the parameters that decide what it learns."""
        return recipe_of(method) == recipe_of(recommenders.create_for(method.name, self._built.space_names))

    def _made(self, wanted: Recommender) -> Recommender:
        built = self._built
        if refused := built.manifest.about.get("cannot_fit", {}).get(wanted.name):
            raise CannotFitError(refused, hint="Choose another method.")
        opened = {space: built.space(space) for space in wanted.needs()}
        if self.is_as_built(wanted) and f"method-{wanted.name}" in built.manifest.artifacts:
            return wanted.restore(built.dataset, opened, self._state(wanted))
        return wanted.fit(built.dataset, opened, rng=np.random.default_rng(SEED))

    def _state(self, method: Recommender) -> Arrays:
        """What the build learned; read once, for methods that differ in how they score alone share its arrays."""
        if method.name in self._states:
            return self._states[method.name]
        manifest = self._built.manifest
        with self._built.reading(f"method-{method.name}") as folder:
            about, learned = artifacts.load_method(folder)
        if about.get("recipe") != recipe_of(method):
            raise NotBuiltError(
                f"{method.label} was learned by another version of Movie Atlas.",
                hint=f"Bring {manifest.about['label']} up to date on the Data page or with: {manifest.command}",
            )
        return self._states.setdefault(method.name, learned)
