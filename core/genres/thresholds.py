"""From which probability a genre counts as predicted: tuned on films the classifier did not learn from."""

import numpy as np
import numpy.typing as npt

from core.genres.labels import LabelMatrix
from core.types import FloatMatrix, FloatVector

GRID = np.round(np.arange(0.05, 0.951, 0.01), 2).astype(np.float32)
"""The thresholds that are tried."""

FEWEST_FOR_OWN = 10
"""A genre that fewer validation films have keeps the threshold common to all."""

_ROUNDS = 3


def tune_thresholds(probabilities: FloatMatrix, actual: LabelMatrix) -> FloatVector:
    """One threshold a genre, together giving the highest micro-F1 that coordinate ascent finds.

    Starts from the best threshold common to all genres, then goes over the genres three times, each time
    taking the threshold of that genre that raises micro-F1 most while all others stay; ties go to the lowest.

    Args:
        probabilities: (n, n_genres) of validation films.
        actual: (n, n_genres) genres of the same films.

    Returns:
        (n_genres,) float32 in [0.05, 0.95]; 0.5 everywhere where no film has a genre.
    """
    n_genres = actual.shape[1]
    if not actual.any():
        return np.full(n_genres, 0.5, np.float32)
    said, hits = _counts(probabilities, actual)
    there = int(actual.sum())
    chosen = np.full(n_genres, int((2 * hits.sum(0) / (said.sum(0) + there)).argmax()))
    own = np.flatnonzero(actual.sum(0) >= FEWEST_FOR_OWN)
    for _ in range(_ROUNDS):
        for genre in own:
            others = np.arange(n_genres) != genre
            other_hits = hits[others, chosen[others]].sum()
            other_said = said[others, chosen[others]].sum()
            chosen[genre] = (2 * (other_hits + hits[genre]) / (other_said + said[genre] + there)).argmax()
    return np.asarray(GRID[chosen], np.float32)


def _counts(
    probabilities: FloatMatrix, actual: LabelMatrix
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(n_genres, len(GRID)) each: films said to have a genre at a threshold, and how many of them have it."""
    said = np.stack([(probabilities >= threshold).sum(0) for threshold in GRID], axis=1)
    hits = np.stack([((probabilities >= threshold) & actual).sum(0) for threshold in GRID], axis=1)
    return said.astype(np.int64), hits.astype(np.int64)
