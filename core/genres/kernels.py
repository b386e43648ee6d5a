"""A genre classifier by likeness of plots: kernel ridge regression over sentence vectors, words and pieces of words."""

from typing import Any

import numpy as np

from core.errors import CannotFitError
from core.genres.labels import LabelMatrix
from core.genres.text_classifiers import Inputs
from core.models.linear import inverse_in_place
from core.types import FloatMatrix, IndexVector

SHARPNESS = 4.0
"""How fast likeness of sentence vectors falls: exp(-sharpness * (1 - cosine))."""
OF_WORDS, OF_PIECES = 0.25, 0.5
"""What likeness of words and of pieces of words counts beside that of sentence vectors."""
PENALTY = 1.0
MOST_PIECES = 60_000
"""Pieces of three to five letters that are kept, the most frequent. All chosen within the training films of TMDB 5000."""


def kernel_ridge(
    known: Inputs, labels: LabelMatrix, wanted: Inputs, fold: IndexVector
) -> tuple[FloatMatrix, FloatMatrix]:
    """Probabilities of genres for films, and for the known films as if their own fold had not been learned from.

    One matrix of likeness K is inverted once. What is predicted for a fold b by all other films is
    y_b - (A_bb)^-1 (A y)_b with A = (K + penalty I)^-1: the same as learning anew without the fold, but that rare words
    were counted with it. Values are cut to [0, 1].

    Args:
        known: n films with known genres, each with a vector.
        labels: (n, n_genres).
        wanted: m films.
        fold: (n,) number of each known film's fold; -1 = always learned from, and predicted by nothing.

    Returns:
        (m, n_genres) and (n, n_genres) float32; rows of films without a fold are 0.

    Raises:
        CannotFitError: A vector is not made of finite numbers.

    Source: Rasmussen, Williams (2006), "Gaussian Processes for Machine Learning", sections 2.2 and 5.4.2.
    """
    among, across = _likeness(known, wanted)
    inverse = _inverse(among)
    centre = labels.mean(0, dtype=np.float32)
    told = labels - centre
    weights = inverse @ told
    unseen = np.zeros(labels.shape, np.float32)
    for number in np.unique(fold[fold >= 0]):
        own = np.flatnonzero(fold == number)
        missed = np.linalg.solve(inverse[np.ix_(own, own)], weights[own])
        unseen[own] = np.clip(told[own] - missed + centre, 0, 1)
    return np.clip(across @ weights + centre, 0, 1).astype(np.float32), unseen


def calibrated(
    found: FloatMatrix, unseen: FloatMatrix, labels: LabelMatrix
) -> tuple[FloatMatrix, FloatMatrix]:
    """Both made into probabilities: one logistic regression a genre of what is so on what was predicted unseen.

    Args:
        found: (m, n_genres) predictions for other films.
        unseen: (n, n_genres) predictions for films that were left out.
        labels: (n, n_genres) their genres.

    Returns:
        (m, n_genres) and (n, n_genres) float32; a genre of all or none of the n films keeps that share.

    Source: Platt (1999), "Probabilistic outputs for support vector machines".
    """
    from sklearn.linear_model import LogisticRegression

    made = [np.tile(labels.mean(0, dtype=np.float32), (len(part), 1)) for part in (found, unseen)]
    for genre in np.flatnonzero(labels.any(0) & ~labels.all(0)):
        column = slice(genre, genre + 1)
        # a slope of some 5 is usual: without a penalty to speak of it is free
        model = LogisticRegression(C=100).fit(unseen[:, column], labels[:, genre])
        for part, source in zip(made, (found, unseen), strict=True):
            part[:, genre] = model.predict_proba(source[:, column])[:, 1]
    return made[0], made[1]


def _likeness(known: Inputs, wanted: Inputs) -> tuple[FloatMatrix, FloatMatrix]:
    """(n, n) of the known films to each other, and (m, n) of the wanted to the known."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    settings: list[tuple[float, dict[str, Any]]] = [
        (OF_WORDS, {"stop_words": "english", "min_df": 2}),
        (
            OF_PIECES,
            {"analyzer": "char_wb", "ngram_range": (3, 5), "min_df": 3, "max_features": MOST_PIECES},
        ),
    ]
    parts = []
    for weight, how in settings:
        fewest = how["min_df"] if len(known.texts) > 50 else 1
        vectorizer = TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **{**how, "min_df": fewest})
        counted = vectorizer.fit_transform(known.texts)
        parts.append((np.float32(weight), counted.T.tocsr(), (counted, vectorizer.transform(wanted.texts))))
    made = []
    for side, inputs in enumerate((known, wanted)):
        kernel = np.exp(np.float32(SHARPNESS) * (inputs.vectors @ known.vectors.T - 1))
        for worth, turned, sides in parts:
            kernel += worth * (sides[side] @ turned).toarray()
        made.append(np.asarray(kernel, np.float32))
    return made[0], made[1]


def _inverse(kernel: FloatMatrix) -> FloatMatrix:
    """Of the kernel with the penalty on its diagonal, which makes it positive definite; in place."""
    places = np.arange(len(kernel))
    kernel[places, places] += np.float32(PENALTY)
    if not np.isfinite(kernel).all():
        raise CannotFitError(
            "The likeness of these plots cannot be inverted.", hint="Look for vectors that are not numbers."
        )
    return inverse_in_place(kernel.T)  # symmetric: a C array seen as Fortran is its transpose
