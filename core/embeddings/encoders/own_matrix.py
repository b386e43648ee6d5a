"""A person's own vectors as a space: "own:NAME=PATH" of a .npy, .npz, Parquet, CSV or TSV file; "own-l2:…" for L2."""

import hashlib
import os
import re
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings.base import Encoder, Stamp
from core.embeddings.matrix_files import LAYOUT, READERS, MatrixReport, load_matrix, read_matrix
from core.embeddings.registry import family
from core.errors import DatasetError, InvalidQueryError, SchemaError, why
from core.settings import home
from core.types import FloatMatrix

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def keep_vectors(dataset: str, name: str, file: str, content: bytes | memoryview) -> str:
    """Keep a file that somebody handed over where later builds find it; one of the same name is replaced.

    Args:
        dataset: Whose films the vectors are of.
        name: What the space is to be called.
        file: The file's name; only its ending counts.
        content: Its bytes; they are not read here.

    Returns:
        What `core.embeddings.create` and `build --space` take.

    Raises:
        InvalidQueryError: The name cannot be used.
        DatasetError: It is no such file, or cannot be written.
    """
    ending = Path(file).suffix.lower()
    if ending not in READERS:
        raise DatasetError(f"{file[:60]} is no .npy, .npz, Parquet, CSV or TSV file.", hint=LAYOUT)
    if not _NAME.fullmatch(name):
        raise _no_name(name)
    folder = home() / "vectors" / dataset
    request = f"own:{name}={folder / name}{ending}"
    encoder = own_encoder(request.removeprefix("own:"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = encoder.path.with_name(f".{encoder.path.name}.part")
        beside.write_bytes(content)
        os.replace(beside, encoder.path)
    except OSError as error:
        raise DatasetError(
            f"The vectors cannot be kept: {why(error)}.",
            hint="Check free space and permissions of the home folder.",
        ) from error
    return request


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
        _, values = read_matrix(self.path)
        if values.ndim != 2:
            raise SchemaError(f"The vectors in {self.path.name} have the shape {values.shape}.", hint=LAYOUT)
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
        raise _no_name(text)
    return _class_of(name, str(Path(path).expanduser().resolve()), metric)


def _no_name(text: str) -> InvalidQueryError:
    return InvalidQueryError(
        f"“{text[:80]}” does not name your own vectors.",
        hint="Type own:NAME=PATH with a name of lower-case letters, digits and underscores.",
    )


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
