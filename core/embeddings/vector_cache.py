"""Vectors kept by the content they were made from, so that a text is encoded once and an interrupted run goes on."""

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import numpy as np

from core.compute.fan_out import HERE, Workers
from core.compute.progress import Progress, no_progress
from core.types import FloatMatrix

CHUNK = 256
"""Texts encoded between two writes: what a killed run loses at most."""


def text_key(text: str) -> bytes:
    """16 bytes that stand for a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class VectorCache:
    """Vectors of one model on disk, in shards that are written whole or not at all.

    Args:
        folder: One folder a model and revision; made on the first write.
        dim: Length of a vector; shards of another length or that cannot be read are ignored.
        others: Folders whose vectors serve as well, and before those of its own.
    """

    def __init__(self, folder: Path, dim: int, *, others: Sequence[Path] = ()) -> None:
        self.folder, self.dim = folder, dim
        self._others = tuple(others)

    def _read(self) -> dict[bytes, FloatMatrix]:
        known: dict[bytes, FloatMatrix] = {}
        for shard in (
            path for folder in (self.folder, *self._others) for path in sorted(folder.glob("*.npz"))
        ):
            try:
                with np.load(shard, allow_pickle=False) as stored:
                    keys, vectors = stored["keys"], stored["vectors"]
            except (OSError, ValueError, KeyError, EOFError):
                continue
            if vectors.ndim == 2 and vectors.shape == (len(keys), self.dim):
                known.update(zip((bytes(k) for k in keys), vectors, strict=True))
        return known

    def _write(self, keys: Sequence[bytes], vectors: FloatMatrix) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = uuid4().hex
        temporary = self.folder / f"{name}.partial"
        with temporary.open("wb") as stream:
            np.savez(stream, keys=np.frombuffer(b"".join(keys), np.uint8).reshape(-1, 16), vectors=vectors)
        os.replace(temporary, self.folder / f"{name}.npz")

    def encode(
        self,
        texts: Sequence[str],
        encode: Callable[[list[str]], FloatMatrix],
        *,
        progress: Progress = no_progress,
        workers: Workers = HERE,
    ) -> FloatMatrix:
        """Vectors of all texts; only those never seen before are encoded.

        Args:
            texts: n texts; equal texts are encoded once.
            encode: Turns a list of texts into (len, dim) float32.
            progress: Told how many of the missing texts are done.
            workers: Who encodes; what they have encoded is written here.

        Returns:
            (n, dim) float32.
        """
        keys = [text_key(text) for text in texts]
        known = self._read()
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        # by length: texts of one batch are padded to its longest
        queue = sorted(missing.items(), key=lambda pair: (len(pair[1]), pair[0]), reverse=True)
        progress(0, len(queue))
        chunks = [queue[start : start + CHUNK] for start in range(0, len(queue), CHUNK)]
        done = 0
        with closing(workers.map(encode, ([text for _, text in chunk] for chunk in chunks))) as encoded:
            for chunk, found in zip(chunks, encoded, strict=True):
                vectors = np.asarray(found, np.float32)
                self._write([key for key, _ in chunk], vectors)
                known.update(zip((key for key, _ in chunk), vectors, strict=True))
                done += len(chunk)
                progress(done, len(queue))
        return np.stack([known[key] for key in keys]) if keys else np.zeros((0, self.dim), np.float32)
