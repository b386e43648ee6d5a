"""Files of vectors: .npy, .npz, Parquet, CSV and TSV, read and matched to a catalogue."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.datasets.reading.tables import read_table, require_columns
from core.domain import Catalog
from core.errors import DatasetError, SchemaError
from core.types import FloatMatrix

LAYOUT = (
    "A .npz holds the arrays ids (n) and vectors (n, dim); a Parquet file a column item_id and either one column of lists "
    "or a column for each number; CSV and TSV item_id and a column for each number; a .npy only vectors, one row a film in "
    "their order here."
)


@dataclass(frozen=True)
class MatrixReport:
    """What became of a file's rows.

    Attributes:
        n_rows: Rows in the file.
        n_matched: Films of the catalogue that got a vector.
        unknown: Ids in the file that no film has.
        missing: item_ids of the films that the file does not have.
        n_empty: Rows of NaN: their films have no vector.
        n_zero: Rows of zeros: the same.
        is_in_order: Whether the films stand in the file as they stand here.
    """

    n_rows: int
    n_matched: int
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    n_empty: int = 0
    n_zero: int = 0
    is_in_order: bool = True

    def sentence(self) -> str:
        """The report in words."""
        text = f"{self.n_matched:,} of {self.n_matched + len(self.missing):,} films have a vector."
        if self.unknown:
            text += f" {len(self.unknown):,} ids of the file are no film here (e.g. {self.unknown[0][:40]})."
        for n, what in ((self.n_empty, "NaN"), (self.n_zero, "zeros")):
            if n:
                text += f" {n:,} {'row' if n == 1 else 'rows'} of {what}: no vector."
        if not self.is_in_order:
            text += " The file has the films in another order; they were matched by id."
        return text


def load_matrix(path: Path, catalog: Catalog) -> tuple[FloatMatrix, MatrixReport]:
    """Read vectors and match them to a catalogue by item_id.

    Args:
        path: A .npy, .npz, Parquet (`.parquet`, `.pq`), CSV or TSV file.
        catalog: Whose films; films that the file does not have get a row of zeros.

    Returns:
        (n_items, dim) float32 in the order of the catalogue, and what was matched. A row of NaN is one of zeros.

    Raises:
        DatasetError: The file is missing, broken, holds objects, no numbers, no film of the catalogue or an
            id twice.
        SchemaError: It lacks ids or vectors, or their shapes do not fit.
    """
    ids, values = read_matrix(path)
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
    n_empty = int(np.isnan(np.asarray(values, np.float32)).all(axis=1).sum())
    n_zero = int((~vectors.any(axis=1)).sum()) - n_empty
    is_in_order = bool((np.diff(target) > 0).all())
    return out, MatrixReport(len(ids), len(pairs), unknown, missing, n_empty, n_zero, is_in_order)


def _checked(path: Path, ids: npt.NDArray[np.str_], values: npt.NDArray[Any]) -> FloatMatrix:
    """(n, dim) float32, finite, one row an id; rows of NaN are zeros."""
    if values.ndim != 2 or values.shape[1] < 2:
        raise SchemaError(
            f"The vectors in {path.name} have the shape {values.shape}, not (films, dim).", hint=LAYOUT
        )
    if values.dtype.kind not in "fiu":
        raise DatasetError(f"The vectors in {path.name} are no numbers ({values.dtype}).", hint=LAYOUT)
    if ids.ndim != 1 or len(ids) != len(values):
        raise SchemaError(
            f"{path.name} has ids of the shape {ids.shape} for {len(values):,} vectors.", hint=LAYOUT
        )
    with np.errstate(over="ignore"):
        vectors: FloatMatrix = np.array(values, np.float32, order="C")
    vectors[np.isnan(vectors).all(axis=1)] = 0
    broken = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(broken):
        raise DatasetError(
            f"{len(broken):,} vectors in {path.name} are not finite, the first that of {ids[broken[0]]:.40}.",
            hint="Replace NaN and infinite values, or leave those films out; a row of NaN alone counts as no vector.",
        )
    names, counts = np.unique(ids, return_counts=True)
    if (counts > 1).any():
        raise DatasetError(
            f"{path.name} has the id {str(names[counts > 1][0])[:40]} twice.", hint="Keep one row a film."
        )
    return vectors


def read_matrix(path: Path) -> tuple[npt.NDArray[np.str_] | None, npt.NDArray[Any]]:
    """Ids (None = in the catalogue's order) and vectors as they stand in the file."""
    if path.suffix.lower() not in READERS:
        raise DatasetError(f"{path.name} is no .npy, .npz, Parquet, CSV or TSV file.", hint=LAYOUT)
    if not path.is_file():
        raise DatasetError(f"There is no file {path}.", hint="Check the path.")
    try:
        return READERS[path.suffix.lower()](path)
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        # numpy says "object arrays" itself where a pickle would be needed
        raise DatasetError(f"{path.name} cannot be read ({str(error)[:160]}).", hint=LAYOUT) from error


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
                f"{path.name} holds the arrays {', '.join(stored.files)[:80] or 'none'}.", hint=LAYOUT
            )
        return _as_ids(stored["ids"]), stored["vectors"]


def _read_parquet(path: Path) -> tuple[npt.NDArray[np.str_], npt.NDArray[Any]]:
    frame = pd.read_parquet(path)
    if "item_id" not in frame or frame.shape[1] < 2:
        raise SchemaError(
            f"{path.name} has the columns {', '.join(map(str, frame.columns))[:80]}.", hint=LAYOUT
        )
    ids, rest = _as_ids(frame["item_id"].to_numpy()), frame.drop(columns="item_id")
    if rest.shape[1] > 1:
        return ids, rest.to_numpy()
    lists = [np.asarray(row) for row in rest.iloc[:, 0]]
    if len({row.shape for row in lists}) > 1 or any(row.ndim != 1 for row in lists):
        raise SchemaError(f"The lists in {path.name} are not all of one length.", hint=LAYOUT)
    return ids, np.stack(lists) if lists else np.zeros((0, 0))


def _read_text(path: Path) -> tuple[npt.NDArray[np.str_], npt.NDArray[Any]]:
    frame = read_table(path, separator="\t" if path.suffix.lower() == ".tsv" else ",")
    require_columns(path, list(frame.columns), ["item_id"])
    cells = frame.drop(columns="item_id").replace("", "nan")
    try:
        return frame["item_id"].to_numpy(np.str_), cells.to_numpy(np.float64)
    except ValueError as error:
        raise DatasetError(f"A cell of {path.name} is no number ({str(error)[:80]}).", hint=LAYOUT) from error


READERS = {
    ".npy": _read_npy,
    ".npz": _read_npz,
    ".parquet": _read_parquet,
    ".pq": _read_parquet,
    ".csv": _read_text,
    ".tsv": _read_text,
}
ENDINGS = tuple(ending.removeprefix(".") for ending in READERS)
"""Of files with vectors, without the dot."""


def _as_ids(values: npt.NDArray[Any]) -> npt.NDArray[np.str_]:
    """Ids as text; whole numbers without a decimal point."""
    if values.dtype.kind == "f" and np.all(values == np.floor(values)):
        values = values.astype(np.int64)
    return values.astype(np.str_)
