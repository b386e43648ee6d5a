"""What an opened dataset knows of its maps."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from core.maps import Clustering
from core.storage import artifacts
from core.storage.artifacts import StoredMap
from core.types import FloatMatrix

T = TypeVar("T")


class MapParts(ABC):
    """The part of an `Atlas` that reads maps and groups."""

    @abstractmethod
    def _read_once(self, stage: str, read: Callable[[Path], T]) -> T: ...

    def _map(self, space: str) -> StoredMap:
        return self._read_once(f"map-{space}", artifacts.load_map)

    def coordinates(self, space: str) -> FloatMatrix:
        """(n_items, 2) float32 map coordinates; NaN for films without a vector."""
        return self._map(space).coordinates

    def faithfulness(self, space: str) -> dict[str, float]:
        """How far the map can be believed: `trustworthiness`, `neighbours_kept`, `k`, `n_items`; {} = not measured."""
        return self._map(space).faithfulness

    def neighbours(self, space: str) -> npt.NDArray[np.int32]:
        """(n_items, 15) item_index of every film's true nearest neighbours, nearest first; -1 = none."""
        return self._map(space).neighbours

    def kept(self, space: str) -> npt.NDArray[np.float32]:
        """(n_items,) share of a film's true neighbours that are among its nearest on the map; NaN = unknown."""
        return self._map(space).kept

    def moved(self, space: str) -> dict[str, float]:
        """How far films moved when the map was last drawn anew: `moved`, `n_before`, `n_new`; {} = it is the first."""
        return self._map(space).moved

    def clustering(self, space: str) -> Clustering:
        """The groups of one space."""
        return self._read_once(
            f"clusters-{space}", lambda folder: Clustering.from_json(*artifacts.load_clusters(folder))
        )
