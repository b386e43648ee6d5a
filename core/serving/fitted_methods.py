"""The methods of a built dataset, ready to answer: restored from the build, or fitted for other parameters."""

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

import numpy as np

from core import recommenders
from core.domain import Dataset
from core.embeddings import Space
from core.errors import CannotFitError, NotBuiltError
from core.recommenders import Recommender
from core.recommenders.base import recipe_of
from core.storage import Manifest, artifacts
from core.types import Arrays

SEED = 0


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

    Args:
        built: The dataset that they answer for.
    """

    def __init__(self, built: BuiltDataset) -> None:
        self._built = built
        self._lock = RLock()
        self._turns: dict[str, Any] = {}
        self._methods: dict[str, Recommender] = {}
        self._states: dict[str, Arrays] = {}

    def fitted(self, name: str, params: Mapping[str, Any] | None = None) -> Recommender:
        """A fitted method: restored from the build, or fitted now where other parameters would learn something else.

        Raises:
            UnknownNameError: No such method or parameter.
            NotBuiltError: A space it needs is not built, or another version of the program learned it.
            CannotFitError: It cannot learn from this dataset.
        """
        wanted = recommenders.create_for(name, self._built.space_names, **(params or {}))
        key = json.dumps([name, wanted.params.__dict__], sort_keys=True, default=str)
        with self._lock:
            turn = self._turns.setdefault(key, RLock())
        with turn:  # who asks for the same waits, nobody else does
            if key not in self._methods:
                self._methods[key] = self._made(wanted)
            return self._methods[key]

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
