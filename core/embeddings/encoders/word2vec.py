"""Word2Vec: a title is the mean of its words; words are close that are used alike in this catalogue."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings.base import Encoder, Stamp
from core.embeddings.registry import register
from core.embeddings.word_vectors import Word2VecParams, WordVectors, film_sentences, learn_words, title_words
from core.errors import NotBuiltError
from core.params import validate_params
from core.types import Arrays, FloatMatrix


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
