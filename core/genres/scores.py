"""How good predicted genres are: micro and macro F1, and a row a genre."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.genres.labels import LabelMatrix


@dataclass(frozen=True)
class GenreRow:
    """One genre's scores.

    Attributes:
        genre: Its name.
        precision: Share of the films predicted to have it that have it; 0 where none is predicted.
        recall: Share of the films that have it that are predicted to; 0 where none has it.
        f1: Harmonic mean of both; 0 where both are 0.
        support: How many films have it.
    """

    genre: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class GenreScores:
    """What a classifier achieved on films it had not seen.

    Attributes:
        micro_f1: F1 over all pairs of film and genre.
        macro_f1: Mean F1 over the genres that at least one of the films has.
        n_films: How many films.
        table: One row a genre.
    """

    micro_f1: float
    macro_f1: float
    n_films: int
    table: tuple[GenreRow, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def score_genres(predicted: LabelMatrix, actual: LabelMatrix, names: Sequence[str]) -> GenreScores:
    """Compare predicted with actual genres.

    precision = hits / predicted, recall = hits / actual, F1 = 2 hits / (predicted + actual); micro-F1 is the
    last with hits, predicted and actual summed over all genres.

    Args:
        predicted: (n, n_genres).
        actual: (n, n_genres).
        names: Genre of each column.

    Source: Manning, Raghavan, Schütze (2008), "Introduction to Information Retrieval", section 13.6.
    """
    hits, said, there = (predicted & actual).sum(0), predicted.sum(0), actual.sum(0)
    precision, recall = _share(hits, said), _share(hits, there)
    f1 = _share(2 * hits, said + there)
    rows = zip(names, precision, recall, f1, there, strict=True)
    table = tuple(GenreRow(name, float(p), float(r), float(f), int(s)) for name, p, r, f, s in rows)
    micro = 2 * hits.sum() / max(said.sum() + there.sum(), 1)
    macro = f1[there > 0].mean() if np.any(there) else 0.0
    return GenreScores(float(micro), float(macro), len(actual), table)


def _share(part: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    shares = np.zeros(len(whole))
    np.divide(part, whole, out=shares, where=whole > 0)
    return shares
