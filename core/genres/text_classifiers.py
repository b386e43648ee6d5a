"""Plain genre classifiers over texts and sentence vectors: logistic regressions, neighbours, and a blend."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np

from core.embeddings.base import normalise
from core.genres.labels import LabelMatrix
from core.types import FloatMatrix, IndexVector

NEIGHBOURS = 80
TEMPERATURE = 0.05
"""How sharply nearer neighbours outweigh farther ones; both chosen within the training films of TMDB 5000."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """Some films' texts, and (n, dim) float32 vectors of length 1; dim is 0 where there are none."""

    texts: list[str]
    vectors: FloatMatrix

    @classmethod
    def of(cls, texts: Sequence[str], vectors: FloatMatrix | None, rows: IndexVector) -> Self:
        """Those of some rows."""
        chosen = np.empty((len(rows), 0), np.float32) if vectors is None else normalise(vectors[rows])
        return cls([texts[row] for row in rows], chosen)


Model: TypeAlias = Callable[[Inputs, LabelMatrix, Inputs], FloatMatrix]
"""Learns from films with known genres (n, n_genres); gives other films' (m, n_genres) probabilities."""


def tfidf(known: Inputs, labels: LabelMatrix, wanted: Inputs) -> FloatMatrix:
    """One logistic regression a genre over TF-IDF of single words."""
    return _regressions(*_tfidf(known, wanted, longest=1), labels, strength=10)


def vectors(known: Inputs, labels: LabelMatrix, wanted: Inputs) -> FloatMatrix:
    """One logistic regression a genre over the vectors."""
    return _regressions(known.vectors, wanted.vectors, labels, strength=1)


def joined(known: Inputs, labels: LabelMatrix, wanted: Inputs) -> FloatMatrix:
    """One logistic regression a genre over TF-IDF of single words and the vectors, side by side."""
    from scipy.sparse import csr_matrix, hstack

    words = _tfidf(known, wanted, longest=1)
    both = [hstack([a, csr_matrix(b.vectors)]).tocsr() for a, b in zip(words, (known, wanted), strict=True)]
    return _regressions(both[0], both[1], labels, strength=1)


def neighbours(known: Inputs, labels: LabelMatrix, wanted: Inputs) -> FloatMatrix:
    """Share of each genre among the nearest known films, each weighing exp(cosine / temperature)."""
    similarity = wanted.vectors @ known.vectors.T
    k = min(NEIGHBOURS, similarity.shape[1])
    near = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
    weights = np.exp(np.take_along_axis(similarity, near, axis=1) / TEMPERATURE)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray(np.einsum("nk,nkg->ng", weights, labels[near]), np.float32)


def blend(known: Inputs, labels: LabelMatrix, wanted: Inputs) -> FloatMatrix:
    """Mean log-odds of three: TF-IDF of words and pairs of words, vectors, neighbours."""
    pairs = _regressions(*_tfidf(known, wanted, longest=2), labels, strength=10)
    parts = [pairs, vectors(known, labels, wanted), neighbours(known, labels, wanted)]
    return mean_of(parts)


def mean_of(parts: Sequence[FloatMatrix]) -> FloatMatrix:
    """The probabilities whose log-odds are the mean of those of several, all (n, n_genres)."""
    odds = np.mean([_log_odds(part) for part in parts], axis=0)
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def _log_odds(probabilities: FloatMatrix) -> FloatMatrix:
    # a genre that no neighbour has is improbable, not impossible
    bounded = np.clip(probabilities, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(bounded / (1 - bounded)), np.float32)


def _tfidf(known: Inputs, wanted: Inputs, *, longest: int) -> tuple[Any, Any]:
    """TF-IDF of both, of words that at least two known texts have."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    fewest = 2 if len(known.texts) > 50 else 1
    vectorizer = TfidfVectorizer(
        sublinear_tf=True, stop_words="english", min_df=fewest, ngram_range=(1, longest), dtype=np.float32
    )
    return vectorizer.fit_transform(known.texts), vectorizer.transform(wanted.texts)


def _regressions(known: Any, wanted: Any, labels: LabelMatrix, *, strength: float) -> FloatMatrix:
    """Probabilities by one logistic regression a genre; a genre of all or no known films keeps that share."""
    from scipy.sparse import issparse
    from sklearn.linear_model import LogisticRegression

    found = np.tile(labels.mean(0, dtype=np.float32), (wanted.shape[0], 1))
    solver = "liblinear" if issparse(known) else "lbfgs"
    for genre in np.flatnonzero(labels.any(0) & ~labels.all(0)):
        model = LogisticRegression(C=strength, solver=solver, max_iter=500).fit(known, labels[:, genre])
        found[:, genre] = model.predict_proba(wanted)[:, 1]
    return found
