"""A person's own vectors as a space: "own:NAME=PATH" of a .npy, .npz or Parquet file; "own-l2:…" for L2."""

import hashlib
import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.compute.progress import Progress, no_progress
from core.domain import Catalog, Dataset
from core.embeddings.base import Encoder, Stamp
from core.embeddings.registry import family
from core.errors import DatasetError, InvalidQueryError, SchemaError
from core.types import FloatMatrix

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LAYOUT = (
    "A .npz holds the arrays ids (n) and vectors (n, dim); a Parquet file a column item_id and either one "
    "column of lists or a column for each number; a .npy only vectors, one row a film in their order here."
)


@dataclass(frozen=True)
class MatrixReport:
    """What became of a file's rows.

    Attributes:
        n_rows: Rows in the file.
        n_matched: Films of the catalogue that got a vector.
        unknown: Ids in the file that no film has.
        missing: item_ids of the films without a vector.
    """

    n_rows: int
    n_matched: int
    unknown: tuple[str, ...]
    missing: tuple[str, ...]

    def sentence(self) -> str:
        """The report in words."""
        text = f"{self.n_matched:,} of {self.n_matched + len(self.missing):,} films have a vector."
        if self.unknown:
            text += f" {len(self.unknown):,} ids of the file are no film here (e.g. {self.unknown[0][:40]})."
        return text


def load_matrix(path: Path, catalog: Catalog) -> tuple[FloatMatrix, MatrixReport]:
    """Read vectors and match them to a catalogue by item_id.

    Args:
        path: A .npy, .npz or Parquet file (`.parquet`, `.pq`).
        catalog: Whose films; films that the file does not have get a row of zeros.

    Returns:
        (n_items, dim) float32 in the order of the catalogue, and what was matched.

    Raises:
        DatasetError: The file is missing, broken, holds objects, no numbers, no film of the catalogue or an
            id twice.
        SchemaError: It lacks ids or vectors, or their shapes do not fit.
    """
    ids, values = _read(path)
    rows = np.asarray(catalog.ids, dtype=np.str_)
    if ids is None:
        if len(values) != len(catalog):
            raise SchemaError(
                f"{path.name} has {len(values):,} rows and no ids, the catalogue {len(catalog):,} films.",
                hint="Save ids beside the vectors: np.savez(file, ids=…, vectors=…).",
            )
        ids = rows
    vectors = _checked(path, ids, values)
    position = {item: row for row, item in enumerate(rows.tolist())}
    pairs = [(row, position[item]) for row, item in enumerate(ids.tolist()) if item in position]
    if not pairs:
        raise DatasetError(
            f"No id in {path.name} is a film of this catalogue.",
            hint=f"The catalogue's ids look like {rows[0]}, the file's like {str(ids[0])[:40]}.",
        )
    out = np.zeros((len(catalog), vectors.shape[1]), np.float32)
    source, target = np.array(pairs, np.int64).T
    out[target] = vectors[source]
    known = set(ids.tolist())
    unknown = tuple(item for item in ids.tolist() if item not in position)
    missing = tuple(item for item in rows.tolist() if item not in known)
    return out, MatrixReport(len(ids), len(pairs), unknown, missing)


def _checked(path: Path, ids: npt.NDArray[np.str_], values: npt.NDArray[Any]) -> FloatMatrix:
    """(n, dim) float32, finite, one row an id."""
    if values.ndim != 2 or values.shape[1] < 2:
        raise SchemaError(
            f"The vectors in {path.name} have the shape {values.shape}, not (films, dim).", hint=_LAYOUT
        )
    if values.dtype.kind not in "fiu":
        raise DatasetError(f"The vectors in {path.name} are no numbers ({values.dtype}).", hint=_LAYOUT)
    if ids.ndim != 1 or len(ids) != len(values):
        raise SchemaError(
            f"{path.name} has ids of the shape {ids.shape} for {len(values):,} vectors.", hint=_LAYOUT
        )
    with np.errstate(over="ignore"):
        vectors: FloatMatrix = np.ascontiguousarray(values, np.float32)
    broken = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(broken):
        raise DatasetError(
            f"{len(broken):,} vectors in {path.name} are not finite, the first that of {ids[broken[0]]:.40}.",
            hint="Replace NaN and infinite values, or leave those films out.",
        )
    names, counts = np.unique(ids, return_counts=True)
    if (counts > 1).any():
        raise DatasetError(
            f"{path.name} has the id {str(names[counts > 1][0])[:40]} twice.", hint="Keep one row a film."
        )
    return vectors


def _read(path: Path) -> tuple[npt.NDArray[np.str_] | None, npt.NDArray[Any]]:
    """Ids (None = in the catalogue's order) and vectors as they stand in the file."""
    readers = {".npy": _read_npy, ".npz": _read_npz, ".parquet": _read_parquet, ".pq": _read_parquet}
    if path.suffix.lower() not in readers:
        raise DatasetError(f"{path.name} is no .npy, .npz or Parquet file.", hint=_LAYOUT)
    if not path.is_file():
        raise DatasetError(f"There is no file {path}.", hint="Check the path.")
    try:
        return readers[path.suffix.lower()](path)
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        # numpy says "object arrays" itself where a pickle would be needed
        raise DatasetError(f"{path.name} cannot be read ({str(error)[:160]}).", hint=_LAYOUT) from error


def _read_npy(path: Path) -> tuple[None, npt.NDArray[Any]]:
    found = np.load(path, allow_pickle=False)
    if not isinstance(found, np.ndarray):
        raise ValueError("it is an archive")
    return None, found


def _read_npz(path: Path) -> tuple[npt.NDArray[np.str_], npt.NDArray[Any]]:
    found = np.load(path, allow_pickle=False)
    if isinstance(found, np.ndarray):
        raise ValueError("it is no archive")
    with found as stored:
        if not {"ids", "vectors"} <= set(stored.files):
            raise SchemaError(
                f"{path.name} holds the arrays {', '.join(stored.files)[:80] or 'none'}.", hint=_LAYOUT
            )
        return _as_ids(stored["ids"]), stored["vectors"]


def _read_parquet(path: Path) -> tuple[npt.NDArray[np.str_], npt.NDArray[Any]]:
    frame = pd.read_parquet(path)
    if "item_id" not in frame or frame.shape[1] < 2:
        raise SchemaError(
            f"{path.name} has the columns {', '.join(map(str, frame.columns))[:80]}.", hint=_LAYOUT
        )
    ids, rest = _as_ids(frame["item_id"].to_numpy()), frame.drop(columns="item_id")
    if rest.shape[1] > 1:
        return ids, rest.to_numpy()
    lists = [np.asarray(row) for row in rest.iloc[:, 0]]
    if len({row.shape for row in lists}) > 1 or any(row.ndim != 1 for row in lists):
        raise SchemaError(f"The lists in {path.name} are not all of one length.", hint=_LAYOUT)
    return ids, np.stack(lists) if lists else np.zeros((0, 0))


def _as_ids(values: npt.NDArray[Any]) -> npt.NDArray[np.str_]:
    """Ids as text; whole numbers without a decimal point."""
    if values.dtype.kind == "f" and np.all(values == np.floor(values)):
        values = values.astype(np.int64)
    return values.astype(np.str_)


class OwnMatrix(Encoder):
    """Vectors that a person brought; `own_encoder` makes the class.

    Class attributes:
        path: The file.
        request: What was typed, in full.
    """

    reads_text = False
    path: ClassVar[Path]
    request: ClassVar[str]

    def __init__(self) -> None:
        self.report: MatrixReport | None = None
        """Set by `encode_items`."""

    def stamp(self) -> Stamp:
        """The file's SHA-256 and dimension.

        Raises:
            DatasetError: The file is missing or broken.
        """
        _, values = _read(self.path)
        if values.ndim != 2:
            raise SchemaError(f"The vectors in {self.path.name} have the shape {values.shape}.", hint=_LAYOUT)
        with self.path.open("rb") as stream:
            revision = hashlib.file_digest(stream, "sha256").hexdigest()
        options = {"request": self.request, "file": self.path.name, "metric": self.metric}
        return Stamp(self.name, revision, int(values.shape[1]), options)

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """(n_items, dim) float32; zeros for films that the file does not have.

        Raises:
            DatasetError: As `load_matrix`.
        """
        progress(0, 1, f"reading {self.path.name}")
        vectors, self.report = load_matrix(self.path, dataset.catalog)
        progress(1, 1, self.report.sentence())
        return vectors

    def state(self) -> dict[str, np.ndarray[Any, Any]]:
        """What was matched: `n_rows`, and the ids of the file that no film has."""
        if self.report is None:
            return {}
        unknown = np.array(self.report.unknown, dtype=np.str_)
        return {"n_rows": np.array(self.report.n_rows, np.int64), "unknown": unknown}


def own_encoder(text: str, *, metric: str = "cosine") -> type[OwnMatrix]:
    """The encoder class of one file.

    Args:
        text: "NAME=PATH"; the name becomes the column "own_NAME".
        metric: "cosine" or "l2".

    Raises:
        InvalidQueryError: The name is not made of lower-case letters, digits and underscores, or there is no
            path.
    """
    name, found, path = (part.strip() for part in text.partition("="))
    if not found or not path or not _NAME.fullmatch(name):
        raise InvalidQueryError(
            f"“{text[:80]}” does not name your own vectors.",
            hint="Type own:NAME=PATH with a name of lower-case letters, digits and underscores.",
        )
    return _class_of(name, str(Path(path).expanduser().resolve()), metric)


@lru_cache(maxsize=64)
def _class_of(name: str, path: str, metric: str) -> type[OwnMatrix]:
    prefix = "own" if metric == "cosine" else f"own-{metric}"
    members: dict[str, Any] = {
        "name": f"own_{name}",
        "label": name,
        "description": f"Your own vectors from {Path(path).name}.",
        "metric": metric,
        "path": Path(path),
        "request": f"{prefix}:{name}={path}",
        "__doc__": "Vectors that a person brought.",
        "__module__": __name__,
    }
    return type("NamedOwnMatrix", (OwnMatrix,), members)


family("own", "your own vectors")(partial(own_encoder, metric="cosine"))
family("own-l2", "your own vectors")(partial(own_encoder, metric="l2"))
