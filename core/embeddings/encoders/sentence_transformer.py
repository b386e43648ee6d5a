"""Any sentence-transformers model as an encoder; the two named ones have files of their own."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.compute.fan_out import workers
from core.compute.precision import BFLOAT16, FLOAT32, Precision, reading_precision
from core.compute.progress import Progress, no_progress
from core.compute.threads import n_threads, one_torch_thread
from core.domain import Dataset
from core.embeddings.base import Encoder, Stamp, normalise
from core.embeddings.film_texts import film_texts
from core.embeddings.light_bert import light_bert
from core.embeddings.registry import create_same
from core.embeddings.vector_cache import VectorCache
from core.errors import MissingPackageError, ModelUnavailableError
from core.types import FloatMatrix

BATCH = 16
"""Texts that one thread reads at once: few enough for what a layer makes to stay near the processor (bench/encoding.py)."""
FEW = 4
"""Up to so many texts, a visitor's question, are read by `LightBert` where it can, else by one thread: sums are so small
that threads spend longer waiting for each other than adding (bench/answers.py)."""


class SentenceTransformerEncoder(Encoder):
    """Reads a film's title, genres, keywords, plot and people with a sentence-transformers model.

    Films are read by the thousand, in bfloat16 where the processor is made for it; whoever asks is read in float32.

    Class attributes:
        model: Hub name ("sentence-transformers/…").
        revision: Hub revision, pinned so that the vectors stay the same.
        dim: Length of a vector.
    """

    model: ClassVar[str]
    revision: ClassVar[str]
    dim: ClassVar[int]
    text_recipe: ClassVar[int] = 3
    seconds_a_film = 7e-3

    def __reduce__(self) -> tuple[Any, ...]:
        """Sent to another process as its name: the model is loaded there, once, and has to be the same."""
        return create_same, (self.stamp(),)

    def stamp(self) -> Stamp:
        """The hub's name and revision, and the recipe of the text."""
        return Stamp(self.name, self.revision, self.dim, {"model": self.model, "text": self.text_recipe})

    def location(self) -> tuple[str, str | None]:
        """Path of a local copy and None, or the hub's name and revision."""
        return self.model, self.revision

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """See `Encoder.encode_items`; vectors are kept in `workdir` by the content they were made from."""
        texts, precision = film_texts(dataset.catalog), reading_precision()
        read = partial(self.encode_in, precision=precision)
        if workdir is None:
            return read(texts)
        stamp, exact = self.stamp(), workdir / self.stamp().key
        # what was read in float32 serves on, wherever it was read
        folder, others = (exact, []) if precision == FLOAT32 else (Path(f"{exact}-{precision}"), [exact])
        cache = VectorCache(folder, stamp.dim, others=others)
        return cache.encode(texts, read, progress=progress, workers=workers())

    def encode_texts(self, texts: Sequence[str]) -> FloatMatrix:
        """(n, dim) float32, rows of length 1."""
        return self.encode_in(texts, FLOAT32)

    def encode_in(self, texts: Sequence[str], precision: Precision) -> FloatMatrix:
        """(n, dim) float32, rows of length 1, of sums in this precision."""
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        location, revision = self.location()
        is_question = precision == FLOAT32 and len(texts) <= FEW
        if is_question and (folder := Path(location)).is_dir() and (light := light_bert(folder)):
            return light.encode(texts)
        return encode_in_parallel(load_model(location, revision), texts, precision)


def encode_in_parallel(model: Any, texts: Sequence[str], precision: Precision = FLOAT32) -> FloatMatrix:
    """Vectors of texts, each batch read by one thread, as many batches at once as there are cores.

    The same sums as one batch after the other by all cores, without threads that wait for each other at the end of every
    layer's parts.

    Args:
        model: A sentence-transformers model, as `load_model` gives it.
        texts: At least one.
        precision: In bfloat16 products are; what adds up, and what is returned, is float32.

    Returns:
        (n, dim) float32, rows of length 1, in the order of `texts`.
    """
    # by length: texts of one batch are padded to its longest
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]), reverse=True)
    batches = [[texts[i] for i in order[start : start + BATCH]] for start in range(0, len(order), BATCH)]

    def read(batch: list[str]) -> FloatMatrix:
        import torch

        # a thread's own: whoever asks meanwhile is read in float32
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == BFLOAT16):
            vectors: FloatMatrix = model.encode(
                batch,
                batch_size=BATCH,
                show_progress_bar=False,
                normalize_embeddings=True,
                convert_to_numpy=True,
            )
        return vectors

    # threads that begin within the block take its limit over
    with one_torch_thread(), ThreadPoolExecutor(min(n_threads(), len(batches))) as pool:
        read_by_length = np.concatenate(list(pool.map(read, batches)))
    vectors = np.empty(read_by_length.shape, np.float32)
    vectors[order] = read_by_length if precision == FLOAT32 else normalise(read_by_length)
    return vectors


@contextmanager
def _no_lookups() -> Iterator[None]:
    """Keep the hub's library from asking for a model card of a model that is loaded from a folder."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


@lru_cache(maxsize=2)
def load_model(location: str, revision: str | None) -> Any:
    """A sentence-transformers model, loaded once a process.

    Raises:
        ModelUnavailableError: It is neither here nor can it be fetched.
    """
    local = Path(location).is_dir()
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise MissingPackageError("sentence-transformers") from error

    logging.disable_progress_bar()  # it draws on stderr, over the command line's own bar
    try:
        with _no_lookups() if local else nullcontext():
            model = SentenceTransformer(location, revision=revision, device="cpu", local_files_only=local)
        # the first text sets the tokeniser's padding and length, over which threads would collide
        model.encode(["."], show_progress_bar=False)
        return model
    except Exception as error:  # the library raises whatever its transport raises
        raise ModelUnavailableError(
            f"The model {location} could not be loaded ({type(error).__name__}).",
            hint="It is fetched from the Hugging Face hub on first use: check the network, or put a copy on this "
            "machine and give its folder.",
        ) from error
