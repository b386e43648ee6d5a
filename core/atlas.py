"""A built dataset, opened: everything a page or a command reads, each part loaded when it is first asked for."""

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np

from core import artifacts, recommenders, spaces
from core.datasets.base import Catalog, Dataset, Interactions, LoadReport
from core.errors import CannotFitError, NotBuiltError
from core.recommenders.base import Recommender, recipe_of
from core.recommenders.ranking import FilterIndex
from core.spaces import Space
from core.spaces.clusters import Clustering
from core.store import ItemTable
from core.titles import TitleIndex
from core.types import Arrays, FloatMatrix, IndexVector
from core.workspace import Manifest, Workspace

SEED = 0


class Atlas:
    """One built dataset. Immutable and shared: whoever gets an array from it must not write to it.

    Args:
        workspace: Its folder.
        manifest: Which artefacts to read.
    """

    def __init__(self, workspace: Workspace, manifest: Manifest) -> None:
        self.workspace, self.manifest = workspace, manifest
        self._lock = RLock()
        self._spaces: dict[str, Space] = {}
        self._methods: dict[str, Recommender] = {}
        self._turns: dict[str, Any] = {}
        self._states: dict[str, Arrays] = {}

    @classmethod
    def open(cls, name: str, base: Path | None = None) -> "Atlas":
        """Open what was built last.

        Raises:
            NotBuiltError: Nothing was built yet.
        """
        workspace = Workspace(name, base)
        return cls(workspace, workspace.live())

    def _folder(self, stage: str) -> Path:
        key = self.manifest.artifacts.get(stage)
        folder = self.workspace.artifact(stage, key) if key else None
        if folder is None or not folder.exists():
            kind, _, name = stage.partition("-")
            what, wanted = f"{kind} {name}".strip(), f" --space {name}" if kind == "space" else ""
            raise NotBuiltError(
                f"The {what} of {self.name} is not built.",
                hint=f"Build it on the Data page or with: python -m core build {self.name}{wanted}",
            )
        return folder

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.manifest.dataset

    @property
    def about(self) -> Mapping[str, Any]:
        """Counts, label, licence, origin, seconds per stage."""
        return self.manifest.about

    @cached_property
    def dataset(self) -> Dataset:
        """Catalogue, ratings and load report."""
        with self._lock:
            return artifacts.load_dataset(self._folder("dataset"))

    @property
    def catalog(self) -> Catalog:
        """The films."""
        return self.dataset.catalog

    @property
    def interactions(self) -> Interactions:
        """The ratings."""
        return self.dataset.interactions

    @property
    def report(self) -> LoadReport:
        """What the load kept and dropped."""
        return self.dataset.report

    @cached_property
    def counts(self) -> IndexVector:
        """(n_items,) ratings per film."""
        return self.interactions.item_counts()

    @cached_property
    def titles(self) -> TitleIndex:
        """Search by title."""
        return TitleIndex(self.catalog, self.counts)

    @cached_property
    def filters(self) -> FilterIndex:
        """Which films pass a filter."""
        return FilterIndex(self.catalog, self.counts)

    @cached_property
    def table(self) -> ItemTable:
        """The LanceDB table `movies`."""
        self._folder("table")
        with self._lock:
            return ItemTable.open(self.workspace.table_location(self.manifest.artifacts["table"]))

    @cached_property
    def users(self) -> ItemTable:
        """The LanceDB table `users`: a vector column for each method that compares people.

        Raises:
            NotBuiltError: There is none, for example because nobody rated anything.
        """
        self._folder("table-users")
        with self._lock:
            location = self.workspace.table_location(
                f"users-{self.manifest.artifacts['table-users']}", "users"
            )
            return ItemTable.open(location, index="user_index")

    @property
    def space_names(self) -> list[str]:
        """Names of the built spaces, in the order in which they were asked for: the first is the one to show first."""
        built = self.manifest.names("space")
        asked = [name for name in self.about.get("encoders", {}) if name in built]
        return [*asked, *(name for name in built if name not in asked)]

    def space(self, name: str) -> Space:
        """One space, with its text side where its encoder has one.

        Raises:
            NotBuiltError: It is not built.
        """
        with self._lock:
            if name not in self._spaces:
                self._spaces[name] = spaces.with_text_side(
                    *artifacts.load_space(self._folder(f"space-{name}"))
                )
            return self._spaces[name]

    def training_loss(self, space: str) -> FloatMatrix | None:
        """(epochs, 2) float32 mean loss on the films trained on and on those kept out; None = it learned otherwise."""
        found = artifacts.load_space(self._folder(f"space-{space}"))[1].get("loss")
        return None if found is None else np.asarray(found, np.float32)

    def coordinates(self, space: str) -> FloatMatrix:
        """(n_items, 2) float32 map coordinates; NaN for films without a vector."""
        points: FloatMatrix = np.load(self._folder(f"map-{space}") / "coordinates.npy", allow_pickle=False)
        return points

    def faithfulness(self, space: str) -> dict[str, float]:
        """How far the map can be believed: `trustworthiness`, `neighbours_kept`, `k`, `n_items`; {} = not measured."""
        return artifacts.load_json(self._folder(f"map-{space}") / "faithfulness.json")

    def clustering(self, space: str) -> Clustering:
        """The groups of one space."""
        folder = self._folder(f"clusters-{space}")
        labels = np.load(folder / "labels.npy", allow_pickle=False)
        return Clustering.from_json(labels, artifacts.load_json(folder / "clusters.json"))

    def method(self, name: str, params: Mapping[str, Any] | None = None) -> Recommender:
        """A fitted method: restored from the build, or fitted now where other parameters would learn something else.

        Raises:
            UnknownNameError: No such method or parameter.
            NotBuiltError: A space it needs is not built, or another version of the program learned it.
            CannotFitError: It cannot learn from this dataset.
        """
        wanted = recommenders.create_for(name, self.space_names, **(params or {}))
        key = json.dumps([name, wanted.params.__dict__], sort_keys=True, default=str)
        with self._lock:
            turn = self._turns.setdefault(key, RLock())
        with turn:  # who asks for the same waits, nobody else does
            if key not in self._methods:
                if refused := self.about.get("cannot_fit", {}).get(name):
                    raise CannotFitError(refused, hint="Choose another method.")
                opened = {space: self.space(space) for space in wanted.needs()}
                if self.is_as_built(wanted) and f"method-{name}" in self.manifest.artifacts:
                    wanted.restore(self.dataset, opened, self._state(wanted))
                else:
                    wanted.fit(self.dataset, opened, rng=np.random.default_rng(SEED))
                self._methods[key] = wanted
            return self._methods[key]

    def _state(self, method: Recommender) -> Arrays:
        """What the build learned; read once, for methods that differ in how they score alone share its arrays."""
        if method.name in self._states:
            return self._states[method.name]
        folder = self._folder(f"method-{method.name}")
        if artifacts.load_json(folder / "method.json").get("recipe") != recipe_of(method):
            raise NotBuiltError(
                f"{method.label} was learned by another version of Movie Atlas.",
                hint=f"Bring {self.about['label']} up to date on the Data page or with: python -m core build {self.name}",
            )
        self._states[method.name] = artifacts.load_arrays(folder / "state.npz")
        return self._states[method.name]

    def is_as_built(self, method: Recommender) -> bool:
        """Whether the build fitted a method with the parameters that decide what it learns."""
        return recipe_of(method) == recipe_of(recommenders.create_for(method.name, self.space_names))
