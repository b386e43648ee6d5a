"""A built dataset, opened: everything a page or a command reads, each part loaded when it is first asked for."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from core import embeddings
from core.domain import Catalog, Dataset, Interactions
from core.embeddings import Space
from core.recommenders.filters import FilterIndex
from core.serving.fitted_methods import FittedMethods
from core.serving.map_parts import MapParts
from core.storage import Manifest, Workspace, artifacts
from core.storage.manifest import validate_facts
from core.storage.vector_table import ItemTable
from core.types import IndexVector
from core.words import TitleIndex, TitleSuggestions, Vocabulary

T = TypeVar("T")


class Atlas(MapParts):
    """One built dataset. Immutable and shared: whoever gets an array from it must not write to it.

    Args:
        workspace: Its folder.
        manifest: Which artefacts to read.

    Raises:
        DamagedError: The manifest lacks facts that everybody reads.
    """

    def __init__(self, workspace: Workspace, manifest: Manifest) -> None:
        validate_facts(manifest)
        self.workspace, self.manifest = workspace, manifest
        self._lock = RLock()
        self._parts: dict[str, Any] = {}

    @classmethod
    def open(cls, name: str, base: Path | None = None) -> "Atlas":
        """Open what was built last.

        Raises:
            NotBuiltError: Nothing was built yet.
        """
        workspace = Workspace(name, base)
        return cls(workspace, workspace.live())

    def reading(self, stage: str) -> AbstractContextManager[Path]:
        """The folder of an artefact, to read from; raises what `Workspace.reading` does."""
        return self.workspace.reading(self.manifest, stage)

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
        with self._lock, self.reading("dataset") as folder:
            return artifacts.load_dataset(folder)

    @property
    def catalog(self) -> Catalog:
        """The films."""
        return self.dataset.catalog

    @property
    def interactions(self) -> Interactions:
        """The ratings."""
        return self.dataset.interactions

    @cached_property
    def counts(self) -> IndexVector:
        """(n_items,) ratings per film."""
        return self.interactions.item_counts()

    @cached_property
    def means(self) -> npt.NDArray[np.float64]:
        """(n_items,) mean rating per film, NaN where nobody rated it."""
        return self.interactions.item_means()

    @cached_property
    def titles(self) -> TitleIndex:
        """Search by title."""
        return TitleIndex(self.catalog, self.counts)

    @cached_property
    def suggestions(self) -> TitleSuggestions:
        """Titles for somebody who types."""
        return TitleSuggestions(self.catalog, self.counts, self.titles)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names and words by which a question may speak of these films."""
        return Vocabulary(self.catalog, self.titles)

    @cached_property
    def filters(self) -> FilterIndex:
        """Which films pass a filter."""
        return FilterIndex(self.catalog, self.counts)

    @cached_property
    def table(self) -> ItemTable:
        """The LanceDB table `movies`."""
        return self._open("table", "", "movies", "item_index")

    @cached_property
    def users(self) -> ItemTable:
        """The LanceDB table `users`: a vector column for each method that compares people.

        Raises:
            NotBuiltError: There is none, for example because nobody rated anything.
        """
        return self._open("table-users", "users-", "users", "user_index")

    def _open(self, stage: str, prefix: str, name: str, index: str) -> ItemTable:
        with self._lock, self.reading(stage):
            location = self.workspace.table_location(prefix + self.manifest.artifacts[stage], name)
            stored = self.workspace.stored(self.manifest, stage)
            return ItemTable.open(location, index=index, reading=stored.reading)

    @cached_property
    def methods(self) -> FittedMethods:
        """The methods, ready to answer."""
        return FittedMethods(self)

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
        return self._read_once(
            f"space-{name}", lambda folder: embeddings.with_text_side(*artifacts.load_space(folder))
        )

    def _read_once(self, stage: str, read: Callable[[Path], T]) -> T:
        with self._lock:
            if stage not in self._parts:
                with self.reading(stage) as folder:
                    self._parts[stage] = read(folder)
            return cast("T", self._parts[stage])
