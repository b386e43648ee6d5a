"""Word2Vec: a title is the mean of its words; words are close that are used alike in this catalogue."""

import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.datasets.base import Catalog, Dataset
from core.errors import NotBuiltError
from core.recommenders.base import param, validate_params
from core.spaces import register
from core.spaces.base import Encoder, Stamp
from core.types import Arrays, FloatMatrix, FloatVector, Progress, no_progress

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
class Coverage:
    """How much of some texts a vocabulary knows.

    Attributes:
        n_texts: How many texts.
        n_with_vector: How many of them have at least one known word.
        n_words: Words of all texts, repetitions counted.
        n_known: How many of those are known.
    """

    n_texts: int
    n_with_vector: int
    n_words: int
    n_known: int

    @property
    def share(self) -> float:
        """Share of the texts that have a vector, in [0, 1]; 0 without any text."""
        return self.n_with_vector / self.n_texts if self.n_texts else 0.0


@dataclass(frozen=True)
class Word2VecParams:
    """How the words are learned."""

    dim: int = param(100, "Numbers in a word's vector.", low=2, high=1000)
    window: int = param(10, "How many words to each side count as company.", low=1, high=50)
    min_count: int = param(2, "Words in fewer places than this are not learned.", low=1, high=100)
    epochs: int = param(5, "How often the texts are read.", low=1, high=200)
    seed: int = param(0, "Start of the random numbers.", low=0, high=2**31 - 1)


@register
class Word2Vec(Encoder):
    """Skip-gram word vectors learned from the catalogue; a film is the mean of its title's known words."""

    name = "word2vec"
    label = "Word2Vec titles"
    description = (
        "Learns from this catalogue which words keep the same company, then places a film by its title's "
        "words. Good at titles that sound alike; it does not know what happens in a film (skip-gram, "
        "mean of words)."
    )
    system = "S1"
    metric = "l2"
    Params: ClassVar[type] = Word2VecParams

    def __init__(self, params: Word2VecParams | None = None) -> None:
        self.params = Word2VecParams() if params is None else params
        validate_params(self.params)
        self._words: WordVectors | None = None

    def stamp(self) -> Stamp:
        """The recipe and all its parameters; the catalogue's own fingerprint is no part of it."""
        options = {"text": "title+genres+keywords+overview", **asdict(self.params)}
        return Stamp(self.name, f"recipe-{self.version}", self.params.dim, options)

    def terms(self, text: str) -> list[str]:
        """What of a text is looked up: its words."""
        return title_words(text)

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """(n_items, dim) float32 mean of each title's known words; zeros where none is known."""
        self._words = learn_words(film_sentences(dataset.catalog), self.params, progress=progress)
        return self.encode_texts(list(dataset.catalog.items["title"]))

    def encode_texts(self, texts: Sequence[str]) -> FloatMatrix:
        """(n, dim) float32 mean of each text's known words; zeros where none is known.

        Raises:
            NotBuiltError: The words were neither learned nor restored.
        """
        words = self.words
        rows = [words.mean(self.terms(text)) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.stamp().dim), np.float32)

    @property
    def words(self) -> WordVectors:
        """The vocabulary.

        Raises:
            NotBuiltError: It was neither learned nor restored.
        """
        if self._words is None:
            raise NotBuiltError(
                f"The words of {self.label} are not learned yet.", hint="Build this embedding first."
            )
        return self._words

    def missing_words(self, text: str) -> list[str]:
        """What of a text has no vector, in its order, without repetition."""
        known = self.words.index
        return [term for term in dict.fromkeys(self.terms(text)) if term not in known]

    def coverage(self, texts: Sequence[str]) -> Coverage:
        """How much of some texts (a catalogue's titles) is known."""
        known = [[term in self.words.index for term in self.terms(text)] for text in texts]
        return Coverage(len(known), sum(map(any, known)), sum(map(len, known)), sum(map(sum, known)))

    def state(self) -> Arrays:
        """`words` (n,) str in the order of the rows of `vectors` (n, dim) float32."""
        words = self.words
        return {"words": np.array(list(words.index), dtype=np.str_), "vectors": words.vectors}

    def restore(self, state: dict[str, np.ndarray[Any, Any]]) -> None:
        """The inverse of `state`."""
        index = {str(word): row for row, word in enumerate(state["words"])}
        self._words = WordVectors(index, np.asarray(state["vectors"], np.float32))


@register
class Word2VecExact(Word2Vec):
    """The published look-up: the whole title is one word, so that only one-word titles have a vector."""

    name = "word2vec_exact"
    label = "Word2Vec whole titles"
    description = (
        "Looks up a whole title as if it were one word, as the published system does: only films with a "
        "one-word title have a place. Kept to show what averaging the words gains (whole-title look-up)."
    )

    def terms(self, text: str) -> list[str]:
        """What of a text is looked up: all of it, as one word."""
        words = title_words(text)
        return [" ".join(words)] if words else []


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
