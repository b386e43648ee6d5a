"""What an embedding model is to the rest: an encoder that turns items and texts into vectors, and the space it makes."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.compute.cost import Cost, Size
from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings.model_files import ModelFiles
from core.errors import InvalidQueryError
from core.types import FloatMatrix, FloatVector


@dataclass(frozen=True)
class Stamp:
    """Which model made the vectors, so that they can be told apart and made again.

    Attributes:
        encoder: Registered name of the encoder.
        revision: What identifies the model's weights (a checksum, a hub revision, a training fingerprint).
        dim: Length of a vector.
        options: Everything else that changes the vectors; plain JSON values.
    """

    encoder: str
    revision: str
    dim: int
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Short digest of the whole stamp."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, eq=False)
class Space:
    """A named matrix of item vectors.

    Attributes:
        name: The encoder's name, and the vector column's in the table.
        vectors: (n_items, dim) float32; a row of zeros = this film has no vector here.
        stamp: Which model made it.
        metric: "cosine" or "l2": how distances are meant in this space.
        encode_texts: Turns n texts into (n, dim) float32; None where the space has no text side.
    """

    name: str
    vectors: FloatMatrix
    stamp: Stamp
    metric: str = "cosine"
    encode_texts: Callable[[Sequence[str]], FloatMatrix] | None = None

    @cached_property
    def has_vector(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """(n_items,) whether a film has a vector."""
        return np.asarray(np.any(self.vectors != 0, axis=1))

    @cached_property
    def lengths(self) -> FloatVector:
        """(n_items,) float32 lengths of the vectors; 1 for a film without one, so that they can be divided by."""
        lengths = np.linalg.norm(self.vectors, axis=1).astype(np.float32)
        return np.where(lengths > 0, lengths, np.float32(1))

    def encode_text(self, text: str) -> FloatMatrix:
        """(dim,) float32 vector of one text.

        Raises:
            InvalidQueryError: The text is empty, or this space cannot encode text.
            ModelUnavailableError: The model cannot be loaded here.
        """
        if not text.strip():
            raise InvalidQueryError("The text is empty.", hint="Describe the film you want in a few words.")
        if self.encode_texts is None:
            raise InvalidQueryError(
                f"The embedding {self.name} has no text side.", hint="Choose an embedding that reads text."
            )
        vector: FloatMatrix = self.encode_texts([text])[0]
        return vector


@dataclass(frozen=True, eq=False)
class Before:
    """Vectors that are served, made by the same encoder of the same films.

    Attributes:
        material: What `Encoder.material` was when they were made.
        state: Reads what `Encoder.state` was.
    """

    material: str
    state: Callable[[], dict[str, np.ndarray[Any, Any]]]


class Encoder(ABC):
    """An embedding model: one file in `core/embeddings/encoders/` each, registered with `core.embeddings.register`.

    Class attributes:
        name: Column name and id, lower-case letters, digits and underscores.
        label: Name for people.
        description: One or two plain sentences: what it reads, what it is good at.
        system: Which published system it comes from ("S1" … "S5"), "" = none of them.
        reads_text: Whether a visitor's free text can be turned into a vector of this space.
        metric: "cosine" or "l2".
        learns_from_ratings: Whether its vectors depend on who rated what, not on the films alone.
        needs_network: Whether its model has to be fetched first; such a space is built only when asked for.
        version: Raised by one whenever the same input would give other vectors.
        seconds_a_film: What a vector takes on 2 cores, for plans.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    description: ClassVar[str]
    system: ClassVar[str] = ""
    reads_text: ClassVar[bool] = True
    metric: ClassVar[str] = "cosine"
    learns_from_ratings: ClassVar[bool] = False
    needs_network: ClassVar[bool] = False
    version: ClassVar[int] = 1
    seconds_a_film: ClassVar[float] = 2e-3

    @classmethod
    def model_files(cls) -> ModelFiles | None:
        """The model that it fetches before it reads its first film; None for one that needs none."""
        return None

    @property
    def comes_after(self) -> str:
        """The encoder whose files it reads, "" = none; a build that makes both makes that one first."""
        return ""

    @classmethod
    def cost(cls, size: Size) -> Cost:
        """What vectors of all films are expected to take."""
        return Cost(1 + cls.seconds_a_film * size.n_items, 1 + 4e-6 * size.n_items)

    @abstractmethod
    def stamp(self) -> Stamp:
        """Identify the model without loading its weights.

        Raises:
            ModelUnavailableError: The model is not here and cannot be fetched.
        """

    def material(
        self, dataset: Dataset, *, workdir: Path, before: Before | None, progress: Progress = no_progress
    ) -> str:
        """What vectors are made of beyond the dataset, as a digest; "" for an encoder that reads nothing else.

        Every build asks; where the digest is another one than `before`'s, it makes the vectors again.

        Args:
            dataset: Whose items.
            workdir: As for `encode_items`.
            before: The vectors that are served; None = there are none of these films.
            progress: Told how far it is.
        """
        return ""

    @abstractmethod
    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """Vectors of all items.

        Args:
            dataset: Whose items.
            workdir: A folder of this encoder's own that survives interruptions and rebuilds; None = keep nothing.
            progress: Told how far it is.

        Returns:
            (n_items, dim) float32; a row of zeros = no vector for this film.

        Raises:
            ModelUnavailableError: The model cannot be loaded.
        """

    def encode_texts(self, texts: Sequence[str]) -> FloatMatrix:
        """Vectors of free texts, (len(texts), dim) float32.

        Raises:
            InvalidQueryError: This encoder does not read text.
        """
        raise InvalidQueryError(f"The embedding {self.name} does not read text.")

    def state(self) -> dict[str, np.ndarray[Any, Any]]:
        """Arrays needed to encode new texts later without training again; {} where the model is not trained here."""
        return {}

    def restore(self, state: dict[str, np.ndarray[Any, Any]]) -> None:
        """The inverse of `state`; nothing to do for a model that is not trained here."""
        return


def normalise(vectors: FloatMatrix) -> FloatMatrix:
    """Rows scaled to length 1; rows of zeros stay zeros."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    out: FloatMatrix = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return out
