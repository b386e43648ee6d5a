"""How datasets, spaces and clusters are kept in a folder: Parquet, npy/npz without pickle, and JSON."""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from safetensors.numpy import load_file, save_file
from scipy import sparse

from core.domain import Catalog, Dataset, Interactions, LoadReport
from core.domain.catalog import LIST_COLUMNS
from core.embeddings import Space, Stamp
from core.errors import BuildError, NotBuiltError
from core.storage.arrays import load_arrays, save_arrays
from core.types import Arrays, FloatMatrix, FloatVector, IndexVector

WEIGHTS = "weights.safetensors"
MATERIAL = "material.json"
"""Of vectors that are made of more than the dataset, such as posters: what of it there was, as a digest."""
MOVED = "moved.json"
"""Of a map that started from another: which, and how far films have moved from there."""


def save_json(path: Path, value: dict[str, Any]) -> None:
    """Write plain values."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


def load_json(path: Path) -> dict[str, Any]:
    """Read what `save_json` wrote."""
    value: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return value


def save_dataset(dataset: Dataset, folder: Path) -> None:
    """Write `items.parquet`, `ratings.npz` and `dataset.json`."""
    items = dataset.catalog.items.copy()
    for name in LIST_COLUMNS:
        items[name] = pd.Series([list(v) for v in items[name]], dtype=object)
    items.to_parquet(folder / "items.parquet", index=False)
    inter = dataset.interactions
    arrays: Arrays = {
        "data": inter.ratings.data,
        "indices": inter.ratings.indices,
        "indptr": inter.ratings.indptr,
        "user_ids": np.asarray(inter.user_ids, dtype=str),
        "scale": np.asarray(inter.scale, np.float64),
    }
    if inter.timestamps is not None:
        arrays["timestamps"] = inter.timestamps
    save_arrays(folder / "ratings.npz", arrays)
    about = {name: getattr(dataset, name) for name in ("name", "label", "licence", "source", "is_simulated")}
    save_json(
        folder / "dataset.json",
        {**about, "is_explicit": inter.is_explicit, "report": dataset.report.to_json()},
    )


def load_dataset(folder: Path) -> Dataset:
    """Read what `save_dataset` wrote."""
    about = load_json(folder / "dataset.json")
    catalog = Catalog.of(pd.read_parquet(folder / "items.parquet"))
    stored = load_arrays(folder / "ratings.npz")
    shape = (len(stored["indptr"]) - 1, len(catalog))
    ratings = sparse.csr_matrix((stored["data"], stored["indices"], stored["indptr"]), shape=shape)
    low, high = stored["scale"]
    interactions = Interactions(
        ratings,
        stored["user_ids"].astype(object),
        stored.get("timestamps"),
        (float(low), float(high)),
        bool(about["is_explicit"]),
    )
    return Dataset(
        about["name"],
        about["label"],
        catalog,
        interactions,
        about["licence"],
        about["source"],
        bool(about["is_simulated"]),
        LoadReport.from_json(about["report"]),
    )


def save_space(space: Space, state: Arrays, folder: Path) -> None:
    """Write `vectors.npy`, `space.json` and, for a model trained here, its numbers and words.

    Numbers go into `weights.safetensors`, which other programs read too, words into `state.npz`.
    """
    np.save(folder / "vectors.npy", space.vectors, allow_pickle=False)
    save_json(
        folder / "space.json", {"name": space.name, "metric": space.metric, "stamp": asdict(space.stamp)}
    )
    numbers = {name: array for name, array in state.items() if array.dtype.kind in "biuf"}
    if numbers:
        save_file({name: array.copy(order="C") for name, array in numbers.items()}, folder / WEIGHTS)
    if words := {name: array for name, array in state.items() if name not in numbers}:
        save_arrays(folder / "state.npz", words)


def load_space(folder: Path) -> tuple[Space, Arrays]:
    """Read what `save_space` wrote; the vectors stay on disk until they are used."""
    about = load_json(folder / "space.json")
    vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    state: Arrays = dict(load_file(folder / WEIGHTS)) if (folder / WEIGHTS).exists() else {}
    if (folder / "state.npz").exists():
        state |= load_arrays(folder / "state.npz")
    return Space(about["name"], vectors, Stamp(**about["stamp"]), about["metric"]), state


@dataclass(frozen=True, eq=False)
class StoredMap:
    """A map as a build has kept it.

    Args:
        points: (n_items, 2) float32 coordinates, NaN for films without a vector.
        faithfulness: How far it can be believed.
        truth: Neighbours and how many are kept, see below; None = made by an older version, which kept neither.
        moved: How far films moved from the map before: `moved` (median, as a share of its width), `n_before`, `n_new` films;
            {} = there was none.
    """

    points: FloatMatrix
    faithfulness: dict[str, Any]
    truth: tuple[npt.NDArray[np.int32], FloatVector] | None
    moved: dict[str, float]

    @property
    def neighbours(self) -> npt.NDArray[np.int32]:
        """(n_items, k) true nearest neighbours of every film, nearest first; -1 = none.

        Raises:
            NotBuiltError: An older version made the map.
        """
        return self._truth()[0]

    @property
    def kept(self) -> FloatVector:
        """(n_items,) float32 share of these that are among the film's nearest on the map; NaN without a vector.

        Raises:
            NotBuiltError: An older version made the map.
        """
        return self._truth()[1]

    def _truth(self) -> tuple[npt.NDArray[np.int32], FloatVector]:
        if self.truth is None:
            raise NotBuiltError(
                "This map was made by an older version, which did not keep every film's neighbours.",
                hint="Build the dataset again on the Data page, or with `python -m core build`.",
            )
        return self.truth


def load_map(folder: Path) -> StoredMap:
    """A map from its artefact."""
    points, truth = np.load(folder / "coordinates.npy", allow_pickle=False), None
    if (folder / "neighbours.npy").exists():
        truth = (
            np.load(folder / "neighbours.npy", allow_pickle=False),
            np.load(folder / "kept.npy", allow_pickle=False),
        )
    moved = load_json(folder / MOVED) if (folder / MOVED).exists() else {}
    moved.pop("from", None)
    return StoredMap(points, load_json(folder / "faithfulness.json"), truth, moved)


def load_clusters(folder: Path) -> tuple[IndexVector, dict[str, Any]]:
    """(n_items, 3) region, group and small group of each film, and these as plain values."""
    return np.load(folder / "labels.npy", allow_pickle=False), load_json(folder / "clusters.json")


def save_groups(folder: Path, arrays: Arrays, about: dict[str, Any]) -> None:
    """Write `groups.npz` and `groups.json`: taste groups, their members and what is said of them."""
    save_arrays(folder / "groups.npz", arrays)
    save_json(folder / "groups.json", about)


def load_groups(folder: Path) -> tuple[Arrays, dict[str, Any]]:
    """Read what `save_groups` wrote."""
    return load_arrays(folder / "groups.npz"), load_json(folder / "groups.json")


def load_method(folder: Path) -> tuple[dict[str, Any], Arrays]:
    """What is said of a fitted method, and what it has learned; {} where it refused."""
    about = load_json(folder / "method.json")
    return about, {} if about["refused"] else load_arrays(folder / "state.npz")


READERS: Mapping[str, Callable[[Path], object]] = {
    "dataset": load_dataset,
    "space": load_space,
    "map": load_map,
    "clusters": load_clusters,
    "method": load_method,
    "taste": load_groups,
}
"""Kind of artefact -> what reads all of it; tables are read by `core.storage.vector_table`."""


def make_writable(folder: Path) -> None:
    """Make a folder that will be written into, before hours of work.

    Raises:
        BuildError: It cannot be made, or not be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise BuildError(
            f"Nothing can be kept in {folder}: {error.strerror or error}.",
            hint="Check its permissions and free space, or name another home with MOVIE_ATLAS_HOME.",
        ) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old one or the whole new one, also after a crash."""
    handle, beside = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
