"""Whether predicted genres are better let in by LanceDB's typed filter or by a mask, and if both find the same films.

Claim: from 9,742 to a million films, no exact search of the table is as fast as the mask.

    python bench/genre_prefilter.py OUT.json SCRATCH [--films 9742 62423 1000000] [--queries 60]

Films are generated as in `bench/search_at_scale.py`, with vectors of 100 dimensions as Doc2Vec has here and one or two of 18
genres. Each query is a film that is not among them; the four ways are asked in turn, so that what else the machine does
falls on all alike:

    mask         what the method does: the cosine of every film, those without a wanted genre taken out, the best k
    rows         the same of the vectors of those films alone, which are copied together first
    table        the table's search with its filter on genres, by its indexes above 20,000 rows
    table exact  the same without the index of the vectors: every film that passes is measured

"same" is the share of queries with just the films of the mask in the same order, "recall" the share of its films found.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.search_at_scale import GeneratedFilms, generated, written
from core.domain import Filters
from core.embeddings import Space, Stamp
from core.recommenders.content_based.content import Content
from core.recommenders.ranking import top_k
from core.storage import vector_index
from core.types import FloatMatrix, FloatVector, IndexVector

FILMS = (9_742, 62_423, 1_000_000)
DIM, K = 100, 10
WANTED = {
    "a rare genre": (17,),
    "a common genre": (0,),
    "three genres": (2, 5, 9),
    "six genres": (0, 2, 5, 9, 12, 15),
}
WARM_UP = 3

Way = Callable[[FloatVector, tuple[int, ...]], IndexVector]


def ways_of(films: GeneratedFilms, folder: Path) -> dict[str, Way]:
    """The four ways to the nearest films with one of some genres, over the same films."""
    table, _ = written(films, folder)
    n_genres = int(films.genres.max()) + 1
    has_genre = np.zeros((len(films.vectors), n_genres), bool)
    has_genre[np.arange(len(has_genre))[:, None], films.genres] = True
    method = Content()  # for its exact scores
    method.space_ = Space("s", films.vectors, Stamp("s", "1", DIM))
    lengths = method.space_.lengths

    def mask(query: FloatVector, genres: tuple[int, ...]) -> IndexVector:
        scores = method.score_points(query[None])[0]
        scores[~has_genre[:, genres].any(axis=1)] = np.nan
        return top_k(scores, K)

    def rows(query: FloatVector, genres: tuple[int, ...]) -> IndexVector:
        passing = np.flatnonzero(has_genre[:, genres].any(axis=1))
        return passing[top_k(films.vectors[passing] @ query / lengths[passing], K)]

    def search(query: FloatVector, genres: tuple[int, ...]) -> IndexVector:
        filters = Filters(genres=tuple(f"genre {genre}" for genre in genres))
        return table.search("s", query, K, filters=filters)[0]

    def search_exact(query: FloatVector, genres: tuple[int, ...]) -> IndexVector:
        with patch.object(vector_index, "n_probes", lambda *_: 0):
            return search(query, genres)

    return {"mask": mask, "rows": rows, "table": search, "table exact": search_exact}


def measured(n: int, n_queries: int, folder: Path) -> dict[str, Any]:
    """All figures of one size."""
    films = generated(n, n_queries, np.random.default_rng(0), DIM)
    ways = ways_of(films, folder)
    found = []
    for label, genres in WANTED.items():
        share = float(np.isin(films.genres, genres).any(axis=1).mean())
        found.append(
            {"wanted": label, "passing": round(share, 3), "ways": asked(ways, films.queries, genres)}
        )
        print(n, json.dumps(found[-1]), flush=True)
    shutil.rmtree(folder)
    return {"films": n, "k": K, "load": round(os.getloadavg()[0], 1), "searches": found}


def asked(ways: dict[str, Way], queries: FloatMatrix, genres: tuple[int, ...]) -> dict[str, dict[str, float]]:
    """Way -> milliseconds of one query, and how far its films are those of the mask."""
    for query in queries[:WARM_UP]:
        for way in ways.values():
            way(query, genres)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    lists: dict[str, list[list[int]]] = {name: [] for name in ways}
    for query in queries:
        for name, way in ways.items():
            started = time.perf_counter()
            items = way(query, genres)
            seconds[name].append(time.perf_counter() - started)
            lists[name].append(items.tolist())
    return {name: _figures(seconds[name], lists[name], lists["mask"]) for name in ways}


def _figures(seconds: list[float], lists: list[list[int]], true: list[list[int]]) -> dict[str, float]:
    p50, p95 = np.percentile(np.array(seconds) * 1000, (50, 95))
    pairs = list(zip(lists, true, strict=True))
    recall = np.mean([len(set(own) & set(best)) / len(best) for own, best in pairs])
    same = np.mean([own == best for own, best in pairs])
    return {
        "p50_ms": round(float(p50), 1),
        "p95_ms": round(float(p95), 1),
        "same": round(float(same), 3),
        "recall": round(float(recall), 4),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every size and write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--films", type=int, nargs="+", default=FILMS)
    parser.add_argument("--queries", type=int, default=60)
    options = parser.parse_args(arguments)
    about = {"cores": os.cpu_count(), "system": platform.system(), "lancedb": version("lancedb")}
    sizes = []
    for n in options.films:
        sizes.append(measured(n, options.queries, options.scratch / f"films-{n}"))
        options.out.write_text(json.dumps({"machine": about, "sizes": sizes}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
