"""A trial of genre classifiers on films they have not seen; thresholds never see those films either."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from core.domain import Catalog
from core.errors import DatasetError, UnknownNameError
from core.genres import text_classifiers
from core.genres.kernels import calibrated, kernel_ridge
from core.genres.labels import LabelMatrix, genre_labels
from core.genres.network import train_network
from core.genres.scores import GenreScores, score_genres
from core.genres.thresholds import tune_thresholds
from core.types import FloatMatrix, FloatVector, IndexVector

FOLDS = 5


@dataclass(frozen=True, eq=False)
class GenreTask:
    """Films to learn genres from.

    Attributes:
        name: What the classifiers may read of a film.
        texts: (n,) that text.
        labels: (n, n_genres) True = the film has the genre; every film has at least one.
        names: Genre of each column.
        vectors: (n, dim) float32 the same text as vectors; None where there are none.
        others: Films that are learned from beside these and never tested on, with the same genres; None = no others.
    """

    name: str
    texts: Sequence[str]
    labels: LabelMatrix
    names: tuple[str, ...]
    vectors: FloatMatrix | None = None
    others: "GenreTask | None" = None


Learned: TypeAlias = tuple[FloatMatrix, FloatVector]
"""(n_test, n_genres) probabilities, and (n_genres,) thresholds tuned within the training films."""
Learn: TypeAlias = Callable[[GenreTask, IndexVector, IndexVector, np.random.Generator], Learned]
"""Learns from a task's training rows, and predicts its test rows."""


@dataclass(frozen=True)
class GenreTrial:
    """What one classifier did with one task.

    Attributes:
        classifier: Its name in `CLASSIFIERS`.
        task: The task's name.
        scores: With per-genre thresholds, on the films held out.
        n_training: How many films it learned from (thresholds included; `others` not).
        seconds: Learning and predicting.
    """

    classifier: str
    task: str
    scores: GenreScores
    n_training: int
    seconds: float


@dataclass(frozen=True)
class Classifier:
    """One way to predict genres, by the name it has in tables."""

    name: str
    label: str
    needs_vectors: bool
    learn: Learn


def make_task(
    name: str, catalog: Catalog, texts: Sequence[str], vectors: FloatMatrix | None = None
) -> GenreTask:
    """A task over the films that have a genre and a plot: the same films whatever is read of them.

    Args:
        name: What of a film is read.
        catalog: The films.
        texts: (n_items,) what is read.
        vectors: (n_items, dim) the same as vectors.
    """
    labels = genre_labels(catalog)
    has_plot = (catalog.items["overview"] != "").to_numpy(bool)
    rows = np.flatnonzero(labels.has_any & has_plot)
    chosen = None if vectors is None else vectors[rows]
    return GenreTask(name, [texts[int(row)] for row in rows], labels.matrix[rows], labels.names, chosen)


def hold_out(n: int, seed: int, fraction: float = 0.2) -> tuple[IndexVector, IndexVector]:
    """Row numbers to learn from and to test on, both in a random order that the seed alone decides."""
    order = np.random.default_rng(seed).permutation(n)
    n_test = int(n * fraction)
    return order[n_test:], order[:n_test]


def run_trial(classifier: str, task: GenreTask, *, seed: int = 0) -> GenreTrial:
    """Learn from four fifths of the films and score on the fifth that the seed holds out.

    Raises:
        UnknownNameError: No classifier has this name.
        DatasetError: Too few films, or the classifier needs vectors and the task has none.
    """
    if classifier not in CLASSIFIERS:
        raise UnknownNameError("genre classifier", classifier, sorted(CLASSIFIERS))
    chosen = CLASSIFIERS[classifier]
    if chosen.needs_vectors and task.vectors is None:
        raise DatasetError(f"{chosen.label} reads vectors, and the task {task.name} has none.")
    if len(task.texts) < 5 * FOLDS:
        raise DatasetError(f"{len(task.texts)} films are too few to try classifiers on.")
    training, test = hold_out(len(task.texts), seed)
    started = time.perf_counter()
    probabilities, thresholds = chosen.learn(task, training, test, np.random.default_rng(seed))
    seconds = time.perf_counter() - started
    scores = score_genres(probabilities >= thresholds, task.labels[test], task.names)
    return GenreTrial(classifier, task.name, scores, len(training), round(seconds, 1))


def _network(task: GenreTask, training: IndexVector, test: IndexVector, rng: np.random.Generator) -> Learned:
    """The original's network; a fifth of the training films tunes its thresholds."""
    assert task.vectors is not None
    network = train_network(task.vectors[training], task.labels[training], task.names, rng=rng)
    return network.probabilities(task.vectors[test]), network.thresholds


def _known(task: GenreTask, rows: IndexVector) -> tuple[text_classifiers.Inputs, LabelMatrix]:
    """Some of a task's films to learn from, and all of its others behind them."""
    known, labels = text_classifiers.Inputs.of(task.texts, task.vectors, rows), task.labels[rows]
    if task.others is None:
        return known, labels
    more = text_classifiers.Inputs.of(
        task.others.texts, task.others.vectors, np.arange(len(task.others.texts))
    )
    both = text_classifiers.Inputs([*known.texts, *more.texts], np.concatenate([known.vectors, more.vectors]))
    return both, np.concatenate([labels, task.others.labels])


def _unseen_by_folds(
    model: text_classifiers.Model,
    task: GenreTask,
    training: IndexVector,
    test: IndexVector,
    fold: IndexVector,
) -> tuple[FloatMatrix, FloatMatrix]:
    """Probabilities for test films, and for the training films by models that did not see their fold."""

    def predict(known: IndexVector, wanted: IndexVector) -> FloatMatrix:
        return model(*_known(task, known), text_classifiers.Inputs.of(task.texts, task.vectors, wanted))

    unseen = np.zeros((len(training), len(task.names)), np.float32)
    for number in range(FOLDS):
        unseen[fold == number] = predict(training[fold != number], training[fold == number])
    return predict(training, test), unseen


def _unseen_by_kernels(
    task: GenreTask, training: IndexVector, test: IndexVector, fold: IndexVector
) -> tuple[FloatMatrix, FloatMatrix]:
    """The same by kernel ridge regression, made into probabilities."""
    known, labels = _known(task, training)
    folds = np.concatenate([fold, np.full(len(labels) - len(fold), -1)])
    wanted = text_classifiers.Inputs.of(task.texts, task.vectors, test)
    found, unseen = kernel_ridge(known, labels, wanted, folds)
    return calibrated(found, unseen[: len(training)], task.labels[training])


def _by_folds(model: text_classifiers.Model) -> Learn:
    """A classifier with thresholds tuned on predictions for training films that its models did not see."""

    def learn(task: GenreTask, training: IndexVector, test: IndexVector, rng: np.random.Generator) -> Learned:
        found, unseen = _unseen_by_folds(model, task, training, test, _folds(training, rng))
        return found, tune_thresholds(unseen, task.labels[training])

    return learn


def _folds(training: IndexVector, rng: np.random.Generator) -> IndexVector:
    return np.asarray(rng.permutation(len(training)) % FOLDS, np.int64)


def _kernels(task: GenreTask, training: IndexVector, test: IndexVector, rng: np.random.Generator) -> Learned:
    """Kernel ridge regression alone."""
    found, unseen = _unseen_by_kernels(task, training, test, _folds(training, rng))
    return found, tune_thresholds(unseen, task.labels[training])


def _both(task: GenreTask, training: IndexVector, test: IndexVector, rng: np.random.Generator) -> Learned:
    """Mean log-odds of `blend` and `kernels`."""
    fold = _folds(training, rng)
    blend = _unseen_by_folds(text_classifiers.blend, task, training, test, fold)
    kernels = _unseen_by_kernels(task, training, test, fold)
    found, unseen = (text_classifiers.mean_of(pair) for pair in zip(blend, kernels, strict=True))
    return found, tune_thresholds(unseen, task.labels[training])


CLASSIFIERS: dict[str, Classifier] = {
    one.name: one
    for one in (
        Classifier("network", "Network on vectors (S3)", True, _network),
        Classifier("tfidf", "TF-IDF, logistic regression", False, _by_folds(text_classifiers.tfidf)),
        Classifier("vectors", "Vectors, logistic regression", True, _by_folds(text_classifiers.vectors)),
        Classifier(
            "joined", "Vectors + TF-IDF, logistic regression", True, _by_folds(text_classifiers.joined)
        ),
        Classifier(
            "blend", "Blend of TF-IDF, vectors and neighbours", True, _by_folds(text_classifiers.blend)
        ),
        Classifier("kernels", "Kernels of vectors, words and pieces of words", True, _kernels),
        Classifier("both", "Blend and kernels", True, _both),
    )
}
"""Every classifier by its name."""
