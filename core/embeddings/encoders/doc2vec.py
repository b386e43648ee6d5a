"""Doc2Vec: a vector for each film's text, learned together with the words of all texts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.compute.progress import Progress, no_progress
from core.domain import Catalog, Dataset
from core.embeddings.base import Encoder, Stamp
from core.embeddings.registry import register
from core.embeddings.word_vectors import LONGEST_WORD, epoch_callback, stable_hash, title_words
from core.errors import NotBuiltError
from core.params import param, validate_params
from core.types import Arrays, FloatMatrix, FloatVector, IndexVector

NEGATIVE = 5
"""Words drawn against each true one."""

FIRST_RATE, LAST_RATE = 0.025, 0.0001
"""Learning rate at the first and at the last epoch."""

STEEPEST = 6.0
"""A score beyond this counts as learned and moves nothing, as in the published implementation."""


@dataclass(frozen=True)
class Doc2VecParams:
    """How the texts are learned; the defaults are the published system's."""

    dim: int = param(100, "Numbers in a film's vector.", low=2, high=1000)
    min_count: int = param(2, "Words in fewer places than this are not learned.", low=1, high=100)
    epochs: int = param(10, "How often the texts are read.", low=1, high=200)
    window: int = param(5, "How many words to each side predict a word (dm).", low=1, high=50)
    algorithm: str = param(
        "dm", "Predict a word from its neighbours and the film, or from the film.", choices=("dm", "dbow")
    )
    sample: float = param(
        1e-3, "Words above this share of all are skipped at random; 0 = none.", low=0.0, high=1.0
    )
    seed: int = param(0, "Start of the random numbers.", low=0, high=2**31 - 1)


def documents(catalog: Catalog, recipe: Sequence[str]) -> list[list[str]]:
    """The words of every film's text, made of these columns in this order."""
    columns = [catalog.items[name] for name in recipe]
    joined = (
        " ".join(" ".join(v) if isinstance(v, tuple) else v for v in row)
        for row in zip(*columns, strict=True)
    )
    return [title_words(text) for text in joined]


@dataclass(frozen=True, eq=False)
class Weights:
    """What inference needs of a trained model.

    Attributes:
        words: (n,) str, most frequent first.
        counts: (n,) int64 how often each was read in an epoch.
        output: (n, dim) float32 what predicts a word.
        context: (n, dim) float32 what a neighbour tells, (0, dim) for dbow, which has no neighbours.
        window, epochs, seed, sample: As trained.
    """

    words: np.ndarray[Any, np.dtype[np.str_]]
    counts: IndexVector
    output: FloatMatrix
    context: FloatMatrix
    window: int
    epochs: int
    seed: int
    sample: float = 1e-3

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of every word."""
        return {str(word): row for row, word in enumerate(self.words)}

    @cached_property
    def _noise(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """(n,) cumulative chance of each word to be drawn against a true one."""
        weight = self.counts.astype(np.float64) ** 0.75
        return np.asarray(np.cumsum(weight) / weight.sum())

    @cached_property
    def _kept(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """(n,) chance of each word not to be skipped for being frequent."""
        if not self.sample:
            return np.ones(len(self.counts))
        threshold = self.sample * self.counts.sum()
        return np.asarray((np.sqrt(self.counts / threshold) + 1) * threshold / self.counts)

    def infer(self, words: Sequence[str]) -> FloatVector:
        """Vector of a new text: the words stay as learned, only the text's own vector is fitted.

        Args:
            words: In their order; unknown ones are left out.

        Returns:
            (dim,) float32, always the same for the same words; zeros where none is known.

        Source: Le, Mikolov (2014), "Distributed representations of sentences and documents", section 2.2.
        """
        dim = self.output.shape[1]
        known = np.array([self.index[word] for word in words if word in self.index], np.int64)
        if not len(known):
            return np.zeros(dim, np.float32)
        rng = np.random.default_rng([self.seed, stable_hash(" ".join(words))])
        vector: FloatVector = ((rng.random(dim) - 0.5) / dim).astype(np.float32)
        for rate in np.linspace(FIRST_RATE, LAST_RATE, self.epochs):
            self._epoch(vector, known[rng.random(len(known)) < self._kept[known]], rate, rng)
        return vector

    def _epoch(self, vector: FloatVector, text: IndexVector, rate: float, rng: np.random.Generator) -> None:
        """One pass over a text, changing `vector` in place."""
        reach = self.window - rng.integers(0, self.window, len(text))
        drawn = np.searchsorted(self._noise, rng.random((len(text), NEGATIVE)))
        for at, word in enumerate(text):
            source = vector
            if len(self.context):
                around = np.concatenate(
                    (text[max(0, at - reach[at]) : at], text[at + 1 : at + 1 + reach[at]])
                )
                source = (self.context[around].sum(0) + vector) / (len(around) + 1)
            # a drawn word that is the true one is no negative example
            rows = np.concatenate(([word], drawn[at][drawn[at] != word]))
            outputs = self.output[rows]
            score = outputs @ source
            error = -1 / (1 + np.exp(-np.clip(score, -STEEPEST, STEEPEST)))
            error[0] += 1
            error[np.abs(score) >= STEEPEST] = 0
            vector += np.float32(rate) * (error @ outputs)

    def to_state(self) -> Arrays:
        """Named arrays."""
        names = ("words", "counts", "output", "context")
        numbers = np.array([self.window, self.epochs, self.seed], np.int64)
        arrays: Arrays = {name: getattr(self, name) for name in names}
        return {**arrays, "window_epochs_seed": numbers, "sample": np.array(self.sample)}

    @classmethod
    def of_state(cls, state: Arrays) -> "Weights":
        """The inverse of `to_state`."""
        window, epochs, seed = (int(number) for number in state["window_epochs_seed"])
        words, counts, output, context = (state[name] for name in ("words", "counts", "output", "context"))
        return cls(words, counts, output, context, window, epochs, seed, float(state["sample"]))


def learn_documents(
    texts: Sequence[Sequence[str]], params: Doc2VecParams, *, progress: Progress = no_progress
) -> tuple[Weights, FloatMatrix]:
    """Train on texts, the same in every process for the same texts and parameters.

    Returns:
        The weights, and (n_texts, dim) float32 vectors of the texts; zeros for a text without a known word.
    """
    from gensim.models.doc2vec import Doc2Vec as Model
    from gensim.models.doc2vec import TaggedDocument

    kept = [[word for word in text if len(word) <= LONGEST_WORD] for text in texts]
    tagged = [TaggedDocument(words, [number]) for number, words in enumerate(kept)]
    progress(0, params.epochs, "learning texts")
    model = Model(
        vector_size=params.dim,
        min_count=params.min_count,
        epochs=params.epochs,
        window=params.window,
        dm=int(params.algorithm == "dm"),
        negative=NEGATIVE,
        sample=params.sample,
        alpha=FIRST_RATE,
        min_alpha=LAST_RATE,
        seed=params.seed,
        workers=1,  # with more, the order of updates depends on the machine
        hashfxn=stable_hash,
    )
    model.build_vocab(tagged)
    n_words = len(model.wv)
    if n_words:
        total, callback = model.corpus_count, epoch_callback(params.epochs, progress)
        model.train(tagged, total_examples=total, epochs=params.epochs, callbacks=[callback])
    counts = np.array([model.wv.get_vecattr(word, "count") for word in model.wv.index_to_key], np.int64)
    empty = np.zeros((0, params.dim), np.float32)
    output = np.array(model.syn1neg, np.float32) if n_words else empty
    context = np.array(model.wv.vectors, np.float32) if n_words and params.algorithm == "dm" else empty
    names = np.array(list(model.wv.index_to_key), dtype=np.str_)
    weights = Weights(
        names, counts, output, context, params.window, params.epochs, params.seed, params.sample
    )
    vectors = np.zeros((len(texts), params.dim), np.float32)
    has = [number for number, words in enumerate(kept) if any(word in weights.index for word in words)]
    vectors[has] = model.dv.vectors[has]
    return weights, vectors


@register
class Doc2Vec(Encoder):
    """Doc2Vec over title and plot: nothing of what a genre classifier should predict is in the text."""

    name = "doc2vec"
    label = "Doc2Vec"
    description = (
        "Learns a place for each film's title and plot while learning to guess the words in them. Sees only "
        "this catalogue, so it wants thousands of plots (Doc2Vec, paragraph vectors)."
    )
    system = "S3"
    recipe: ClassVar[tuple[str, ...]] = ("title", "overview")
    Params: ClassVar[type] = Doc2VecParams

    def __init__(self, params: Doc2VecParams | None = None) -> None:
        self.params: Doc2VecParams = self.Params() if params is None else params
        validate_params(self.params)
        self._weights: Weights | None = None

    def stamp(self) -> Stamp:
        """The recipe and all its parameters; the catalogue's own fingerprint is no part of it."""
        options = {"text": "+".join(self.recipe), **asdict(self.params)}
        return Stamp(self.name, f"recipe-{self.version}", self.params.dim, options)

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """(n_items, dim) float32 as learned in training; zeros for a film whose text has no known word."""
        texts = documents(dataset.catalog, self.recipe)
        self._weights, vectors = learn_documents(texts, self.params, progress=progress)
        return vectors

    def encode_texts(self, texts: Sequence[str]) -> FloatMatrix:
        """(n, dim) float32 inferred from the learned words; zeros for a text without a known word.

        Raises:
            NotBuiltError: Nothing was learned or restored.
        """
        weights = self.weights
        rows = [weights.infer(title_words(text)) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, weights.output.shape[1]), np.float32)

    @property
    def weights(self) -> Weights:
        """What was learned.

        Raises:
            NotBuiltError: Nothing was learned or restored.
        """
        if self._weights is None:
            raise NotBuiltError(
                f"{self.label} has not learned anything yet.", hint="Build this embedding first."
            )
        return self._weights

    def missing_words(self, text: str) -> list[str]:
        """Words of a text that were not learned, in their order, without repetition."""
        return [word for word in dict.fromkeys(title_words(text)) if word not in self.weights.index]

    def state(self) -> Arrays:
        """The weights as arrays."""
        return self.weights.to_state()

    def restore(self, state: dict[str, np.ndarray[Any, Any]]) -> None:
        """The inverse of `state`."""
        self._weights = Weights.of_state(state)


@dataclass(frozen=True)
class LeakyDoc2VecParams(Doc2VecParams):
    """The same, without skipping: a text of four words, two of them genres, would lose just what it is about.

    On TMDB 5000 the share of the ten nearest films with a genre in common is 0.47 with skipping, 0.93
    without, and 0.49 by chance.
    """

    sample: float = param(
        0.0, "Words above this share of all are skipped at random; 0 = none.", low=0.0, high=1.0
    )


@register
class LeakyDoc2Vec(Doc2Vec):
    """Doc2Vec as published, over genres and title: the genres to be predicted are in the text."""

    name = "doc2vec_leaky"
    label = "Doc2Vec with genres"
    description = (
        "The same, reading each film's genres and title instead of its plot, as the published system does. "
        "Films of one genre lie together because the genre was read, not understood (label leak)."
    )
    recipe = ("genres", "title")
    Params = LeakyDoc2VecParams
