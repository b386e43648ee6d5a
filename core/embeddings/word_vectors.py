"""Words of titles, and learning vectors for them: what Word2Vec, Doc2Vec and Google News share."""

import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.compute.progress import Progress, no_progress
from core.domain import Catalog
from core.params import param
from core.types import FloatMatrix, FloatVector

LONGEST_WORD = 40
"""Longer runs of letters are no words and are not learned: the vocabulary is an array of equal widths."""

_DROPPED = re.compile(r"[^\w\s]|_")


def title_words(text: str) -> list[str]:
    """The words of a cleaned title: lower-case, everything but letters, digits and spaces removed."""
    return _DROPPED.sub("", unicodedata.normalize("NFC", text).lower()).split()


def stable_hash(text: str) -> int:
    """A number for a text that is the same in every process, unlike `hash`."""
    return zlib.crc32(text.encode())


def film_sentences(catalog: Catalog) -> list[list[str]]:
    """What the words are learned from: one sentence a film, of its title, genres, keywords and plot.

    A title alone says nothing about what its words mean; beside genres, keywords and plot they are learned
    from what the films they name are about. Genres and keywords stand next to the title so that they share
    its window.
    """
    columns = (catalog.items[name] for name in ("title", "genres", "keywords", "overview"))
    rows = zip(*columns, strict=True)
    return [
        title_words(" ".join((title, *genres, *keywords, plot))) for title, genres, keywords, plot in rows
    ]


@dataclass(frozen=True, eq=False)
class WordVectors:
    """Words and their vectors.

    Attributes:
        index: Word -> row.
        vectors: (n_words, dim) float32.
    """

    index: Mapping[str, int]
    vectors: FloatMatrix

    def mean(self, words: Sequence[str]) -> FloatVector:
        """(dim,) mean vector of the known words; zeros where none is known."""
        rows = [self.index[word] for word in words if word in self.index]
        if not rows:
            return np.zeros(self.vectors.shape[1], np.float32)
        mean: FloatVector = self.vectors[rows].mean(0, dtype=np.float64).astype(np.float32)
        return mean


@dataclass(frozen=True)
class Word2VecParams:
    """How the words are learned."""

    dim: int = param(100, "Numbers in a word's vector.", low=2, high=1000)
    window: int = param(10, "How many words to each side count as company.", low=1, high=50)
    min_count: int = param(2, "Words in fewer places than this are not learned.", low=1, high=100)
    epochs: int = param(5, "How often the texts are read.", low=1, high=200)
    seed: int = param(0, "Start of the random numbers.", low=0, high=2**31 - 1)


def learn_words(
    sentences: Sequence[Sequence[str]], params: Word2VecParams, *, progress: Progress = no_progress
) -> WordVectors:
    """Skip-gram vectors with negative sampling, the same in every process for the same input.

    Source: Mikolov et al. (2013), "Distributed representations of words and phrases", equation 4.
    """
    from gensim import models

    kept = [[word for word in sentence if len(word) <= LONGEST_WORD] for sentence in sentences]
    progress(0, params.epochs, "learning words")
    model = models.Word2Vec(
        vector_size=params.dim,
        window=params.window,
        min_count=params.min_count,
        epochs=params.epochs,
        sg=1,
        seed=params.seed,
        workers=1,  # with more, the order of updates depends on the machine
        hashfxn=stable_hash,
    )
    model.build_vocab(kept)
    if not len(model.wv):  # a handful of films without a word in common
        return WordVectors({}, np.zeros((0, params.dim), np.float32))
    model.train(
        kept,
        total_examples=model.corpus_count,
        epochs=params.epochs,
        callbacks=[epoch_callback(params.epochs, progress)],
    )
    return WordVectors(dict(model.wv.key_to_index), np.array(model.wv.vectors, np.float32))


def epoch_callback(epochs: int, progress: Progress) -> Any:
    """A gensim callback that reports every finished epoch."""
    from gensim.models.callbacks import CallbackAny2Vec

    class Epochs(CallbackAny2Vec):  # type: ignore[misc]
        done = 0

        def on_epoch_end(self, model: Any) -> None:
            self.done += 1
            progress(self.done, epochs, "learning words")

    return Epochs()
