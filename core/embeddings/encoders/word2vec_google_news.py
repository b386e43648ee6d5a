"""Google News Word2Vec: the published system's word vectors, learned from the news; fetched on first use."""

import contextlib
import io
import re
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings.base import Stamp
from core.embeddings.encoders.word2vec import Word2Vec
from core.embeddings.model_files import ModelFiles
from core.embeddings.registry import register
from core.embeddings.word_vectors import WordVectors
from core.errors import ModelUnavailableError
from core.types import Arrays, FloatMatrix

MODEL = "word2vec-google-news-300"
CHECKSUM = "a5e5354d40acb95f9ec66d5977d140ef"
"""MD5 of the file in gensim's list of models; gensim checks it after the download."""

MEGABYTES = 1743.6
"""1,743,563,840 bytes, as gensim's list of models says."""
DIM = 300
_PERCENT = re.compile(r"([\d.]+)%")


@register
class GoogleNews(Word2Vec):
    """Titles as the mean of word vectors learned from 100 billion words of news; 3.6 GB in memory.

    Words are looked up in lower case, as in the published system; names that the news write with a capital
    only are therefore missing.
    """

    name = "word2vec_google_news"
    label = "Word2Vec Google News"
    description = (
        "Places a film by the words of its title, with word meanings learned from news. Knows everyday "
        "words well and films not at all. It is fetched once (1.6 GB) and needs 4 GB of memory (pretrained "
        "Word2Vec)."
    )
    needs_network = True

    @classmethod
    def model_files(cls) -> ModelFiles:
        """The file in gensim's list of models."""
        return ModelFiles(
            MODEL,
            "gensim's list of models",
            "the file's MD5, by gensim; vectors of 300 numbers",
            google_news_path().is_file(),
            lambda: MEGABYTES,
            lambda progress: fetch_google_news(progress),
        )

    def stamp(self) -> Stamp:
        """The published file's checksum; nothing is learned here."""
        return Stamp(self.name, CHECKSUM, DIM, {"model": MODEL, "text": "title", "recipe": self.version})

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """(n_items, 300) float32 mean of each title's known words; zeros where none is known.

        Raises:
            ModelUnavailableError: The file is not here and cannot be fetched, or is broken.
        """
        path = fetch_google_news(progress)
        progress(0, 0, "reading three million words")
        self._words = read_word_vectors(path)
        return self.encode_texts(list(dataset.catalog.items["title"]))

    @property
    def words(self) -> WordVectors:
        """The vocabulary, read on first use.

        Raises:
            ModelUnavailableError: The file is not here and cannot be fetched, or is broken.
        """
        if self._words is None:
            self._words = read_word_vectors(fetch_google_news())
        return self._words

    def state(self) -> Arrays:
        """Nothing: the file is read again where a text has to be encoded."""
        return {}

    def restore(self, state: dict[str, np.ndarray[Any, Any]]) -> None:
        """Nothing to do."""


def google_news_path() -> Path:
    """Where gensim keeps the file."""
    import gensim.downloader

    return Path(gensim.downloader.BASE_DIR) / MODEL / f"{MODEL}.gz"


def fetch_google_news(progress: Progress = no_progress) -> Path:
    """The file in gensim's folder of models (GENSIM_DATA_DIR, else ~/gensim-data), fetched on first use.

    Raises:
        ModelUnavailableError: It is not here and cannot be fetched.
    """
    import gensim.downloader

    # gensim's download is not resumable and reports by printing only
    with _printed_percent(progress):
        try:
            return Path(gensim.downloader.load(MODEL, return_path=True))
        except Exception as error:  # the library raises bare exceptions beside those of its transport
            raise ModelUnavailableError(
                f"The word vectors {MODEL} could not be fetched ({type(error).__name__}).",
                hint="Check the network and 4 GB of free disk, or fetch them on another machine with "
                f"gensim.downloader.load('{MODEL}') and copy its folder gensim-data to this one "
                "(GENSIM_DATA_DIR names it). The embedding word2vec needs no download.",
            ) from error


@contextlib.contextmanager
def _printed_percent(progress: Progress) -> Iterator[None]:
    """Turn the percentages that are printed inside into progress."""

    class Percent(io.TextIOBase):
        def write(self, text: str) -> int:
            if found := _PERCENT.search(text):
                progress(min(int(float(found[1])), 100), 100, "fetching 1.6 GB of word vectors")
            return len(text)

    with contextlib.redirect_stdout(Percent()):
        yield


@lru_cache(maxsize=1)
def read_word_vectors(path: Path) -> WordVectors:
    """Read a file in the original word2vec binary format, gzipped or not; once a process.

    Raises:
        ModelUnavailableError: It is no such file.
    """
    from gensim.models import KeyedVectors

    try:
        found = KeyedVectors.load_word2vec_format(str(path), binary=True)
        if found.vector_size != DIM:
            raise ValueError(f"vectors of {found.vector_size} numbers")
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise ModelUnavailableError(
            f"The word vectors in {path.name} cannot be read ({type(error).__name__}: {str(error)[:100]}).",
            hint=f"Remove the folder {path.parent} and build this embedding again: it is then fetched anew.",
        ) from error
    return WordVectors(found.key_to_index, found.vectors)
