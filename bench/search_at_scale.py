"""How long the table's search takes and what it misses, from 20,001 to a million generated films.

    python bench/search_at_scale.py OUT.json SCRATCH [--films 20001 62423 1000000] [--queries 100]

Vectors have 384 dimensions and lie as MiniLM's of ml-latest-small do (9,742 films: dimension estimated from the distances
of 20 neighbours 28, cosine of the nearest film 0.68; generated: 31 and 0.60): a film is its genre, one of its subjects
(16 films each) and itself, on axes whose weight falls with the root of their number. Every size is written twice into the
folder SCRATCH, without and with indexes, which says what these take, and removed. Queries are films that are not in the
table, each asked with every condition and compared with exact search by numpy.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.compute.memory import PeakMemory
from core.domain import Filters
from core.embeddings import Space, Stamp
from core.embeddings.base import normalise
from core.storage import vector_index
from core.storage.vector_table import ItemTable, TableLocation
from core.types import FloatMatrix

FILMS = (20_001, 62_423, 1_000_000)
DIM, DEPTHS = 384, (10, 100)
N_GENRES, FILMS_A_SUBJECT = 18, 16
N_SEEN = 200
WARM_UP = 5
BLOCK = 50_000
"""Rows made and measured at once."""

RULE = {
    "rows in a partition": vector_index.PARTITION_ROWS,
    "rows looked at": vector_index.PROBED_ROWS,
    "the same where films fail": 2 * vector_index.PROBED_ROWS,
    "depth factor": vector_index.DEPTH_FACTOR,
}
"""What the figures are of."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class GeneratedFilms:
    """Generated films.

    Attributes:
        vectors: (n, dim) float32 of length 1.
        queries: (n_queries, dim) float32 of length 1, of films that are none of these.
        genres: (n, 2) int64, the first of them in the vector.
        years: (n,) int64.
    """

    vectors: FloatMatrix
    queries: FloatMatrix
    genres: npt.NDArray[np.int64]
    years: npt.NDArray[np.int64]

    def columns(self) -> pa.Table:
        """What is said of the films, for the table."""
        names = [sorted({f"genre {own}" for own in row}) for row in self.genres.tolist()]
        return pa.table(
            {
                "item_index": pa.array(np.arange(len(self.years)), pa.int64()),
                "year": pa.array(self.years, pa.int64()),
                "genres": pa.array(names, pa.list_(pa.string())),
            }
        )


@dataclass(frozen=True)
class Condition:
    """What a search is asked for besides the query."""

    filters: Filters = field(default_factory=Filters)
    genre: int | None = None
    year: int | None = None
    unwanted: int | None = None
    n_seen: int = 0

    def mask(self, films: GeneratedFilms) -> Mask:
        """(n,) which films pass."""
        passing = np.ones(len(films.years), bool)
        if self.genre is not None:
            passing &= (films.genres == self.genre).any(axis=1)
        if self.year is not None:
            passing &= films.years == self.year
        if self.unwanted is not None:
            passing &= ~(films.genres == self.unwanted).any(axis=1)
        passing[self.seen(films)] = False
        return passing

    def seen(self, films: GeneratedFilms) -> list[int]:
        """Row numbers that are left out."""
        rows = np.random.default_rng(1).choice(len(films.years), self.n_seen, replace=False)
        return [int(row) for row in rows]


CONDITIONS = {
    "none": Condition(),
    "a genre": Condition(Filters(genres=("genre 1",)), genre=1),
    "a genre and a year": Condition(Filters(genres=("genre 1",), years=(2019, 2019)), genre=1, year=2019),
    "a genre and an early year": Condition(
        Filters(genres=("genre 1",), years=(1936, 1936)), genre=1, year=1936
    ),
    "without a genre": Condition(Filters(not_genres=("genre 2",)), unwanted=2),
    "200 films seen": Condition(n_seen=N_SEEN),
}


def generated(n: int, n_queries: int, rng: np.random.Generator, dim: int = DIM) -> GeneratedFilms:
    """Films on three levels: genre, subject, film."""
    axes = ((np.arange(dim) + 3.0) ** -0.5).astype(np.float32)
    axes /= np.linalg.norm(axes)
    weights = (np.arange(N_GENRES) + 4.0) ** -0.9
    genres = rng.choice(N_GENRES, (n + n_queries, 2), p=weights / weights.sum())
    n_subjects = max(n // FILMS_A_SUBJECT // N_GENRES, 1)
    subjects = rng.integers(n_subjects, size=n + n_queries) * N_GENRES + genres[:, 0]

    def drawn(rows: int, weight: float) -> FloatMatrix:
        return rng.standard_normal((rows, dim), np.float32) * (weight * axes)

    middle, of_genre, of_subject = drawn(1, 0.6), drawn(N_GENRES, 0.5), drawn(n_subjects * N_GENRES, 0.6)
    vectors = np.empty((n + n_queries, dim), np.float32)
    for start in range(0, len(vectors), BLOCK):
        rows = slice(start, start + BLOCK)
        centres = middle + of_genre[genres[rows, 0]] + of_subject[subjects[rows]]
        vectors[rows] = normalise(centres + drawn(len(centres), 0.7))
    years = 2020 - rng.exponential(22, n).clip(0, 115).astype(np.int64)
    return GeneratedFilms(vectors[:n], vectors[n:], genres[:n], years)


def exact(films: GeneratedFilms, passing: Mask, k: int) -> list[list[int]]:
    """Row numbers of the k nearest films that pass, for every query; fewer where fewer pass."""
    found = np.empty((len(films.queries), 0), np.int64)
    cosines = np.empty((len(films.queries), 0), np.float32)
    rows = np.flatnonzero(passing)
    for start in range(0, len(rows), BLOCK):
        own = rows[start : start + BLOCK]
        cosines = np.hstack([cosines, films.queries @ films.vectors[own].T])
        found = np.hstack([found, np.broadcast_to(own, (len(found), len(own)))])
        if cosines.shape[1] > k:
            best = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
            cosines = np.take_along_axis(cosines, best, 1)
            found = np.take_along_axis(found, best, 1)
    nearest = np.argsort(-cosines, axis=1, kind="stable")
    return [[int(row) for row in own] for own in np.take_along_axis(found, nearest, 1)]


def asked(table: ItemTable, films: GeneratedFilms, condition: Condition) -> list[dict[str, Any]]:
    """What a search under a condition takes and misses, over all queries, for each of `DEPTHS`."""
    passing = condition.mask(films)
    nearest = exact(films, passing, max(DEPTHS))
    searches = [searched(table, films, condition, [own[:k] for own in nearest], k) for k in DEPTHS]
    return [{"passing": int(passing.sum()), **found} for found in searches]


def searched(
    table: ItemTable, films: GeneratedFilms, condition: Condition, wanted: list[list[int]], k: int
) -> dict[str, Any]:
    """What `k` films take and miss of those wanted, over all queries."""
    seen = condition.seen(films)
    n_found, seconds = 0, []
    for query in films.queries[:WARM_UP]:
        table.search("s", query, k, filters=condition.filters, excluded=seen)
    for query, best in zip(films.queries, wanted, strict=True):
        started = time.perf_counter()
        found, _ = table.search("s", query, k, filters=condition.filters, excluded=seen)
        seconds.append(time.perf_counter() - started)
        n_found += len(set(best) & set(found.tolist()))
    p50, p95 = np.percentile(np.array(seconds) * 1000, (50, 95))
    recall = round(n_found / sum(map(len, wanted)), 4)
    return {"k": k, "recall": recall, "p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1)}


def written(films: GeneratedFilms, folder: Path) -> tuple[ItemTable, dict[str, float]]:
    """The table in a new folder, and what writing it took."""
    shutil.rmtree(folder, ignore_errors=True)
    space = Space("s", films.vectors, Stamp("s", "1", films.vectors.shape[1]))
    columns = films.columns()
    started = time.perf_counter()
    with PeakMemory() as memory:
        table = ItemTable.create(TableLocation(str(folder), "movies"), columns, {"s": space})
    seconds = time.perf_counter() - started
    n_bytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return table, {"seconds": seconds, "megabytes": n_bytes / 1e6, "peak_mb": memory.megabytes or np.nan}


def measured(n: int, n_queries: int, folder: Path) -> dict[str, Any]:
    """All figures of one size."""
    films = generated(n, n_queries, np.random.default_rng(0))
    with patch.object(vector_index, "INDEX_ABOVE_ROWS", n):
        _, plain = written(films, folder)
    table, indexed = written(films, folder)
    rows = [
        {"condition": name, **found}
        for name, condition in CONDITIONS.items()
        for found in asked(table, films, condition)
    ]
    shutil.rmtree(folder)
    return {
        "films": n,
        "rule": RULE,
        "table_seconds": round(plain["seconds"], 1),
        "table_mb": round(plain["megabytes"]),
        "index_seconds": round(indexed["seconds"] - plain["seconds"], 1),
        "index_mb": round(indexed["megabytes"] - plain["megabytes"]),
        "peak_mb_above_vectors": round(indexed["peak_mb"]),
        "searches": rows,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every size and write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--films", type=int, nargs="+", default=FILMS)
    parser.add_argument("--queries", type=int, default=100)
    options = parser.parse_args(arguments)
    about = {"cores": os.cpu_count(), "system": platform.system(), "lancedb": version("lancedb")}
    written(generated(100, 1, np.random.default_rng(0)), options.scratch / "warm-up")
    sizes = []
    for n in options.films:
        sizes.append(measured(n, options.queries, options.scratch / f"films-{n}"))
        print(json.dumps(sizes[-1], indent=1), flush=True)
        options.out.write_text(json.dumps({"machine": about, "sizes": sizes}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
