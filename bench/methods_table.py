"""What every method answers and costs on built datasets, written to docs/methods.md.

    python bench/methods_table.py --dataset ml-latest-small --dataset tmdb-5000 --home FOLDER
    python bench/methods_table.py

FOLDER holds the built workspaces (MOVIE_ATLAS_HOME). Every method is measured in a process of its own and its
figures are kept in `bench/results/methods_<dataset>.json`; the page is made of these files alone, so the second
form, which measures nothing, makes the same page again.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.methods_page import PAGE, RESULTS, render
from core import embeddings, recommenders
from core.domain import (
    Profile,
    Question,
)
from core.embeddings.base import normalise
from core.evaluation.task import genre_matrix
from core.recommenders import Recommender, VectorRecommender
from core.recommenders.ranking import top_k_rows
from core.serving import (
    Atlas,
    recommend,
)
from core.settings import home
from core.types import BoolVector, FloatMatrix, IndexVector

SEED = 0
K = 10
N_QUERIES = 1000
"""Films asked for, each alone: a sample of the catalogue, every film as likely as any other."""
N_TIMED = 100
"""How many of them, at most, are timed, reasons included."""
N_WARM = 3
BATCH = 100
JUDGE = "minilm"
"""The space in which the first results of all methods are compared."""
PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "torch",
    "sentence-transformers",
    "gensim",
    "lancedb",
    "irspack",
)


def sample(n_items: int) -> IndexVector:
    """(n,) item_index of the films asked for."""
    return np.random.default_rng(SEED).permutation(n_items)[:N_QUERIES].astype(np.int64)


def lists_of(method: Recommender, queries: IndexVector, k: int = K) -> tuple[IndexVector, BoolVector]:
    """What is recommended to who likes one film.

    Returns:
        (n_queries, k) item_index, -1 where fewer can be scored; (n_queries,) whether a film that was left out has
        the same score as the last one of the list, so that only their order in the catalogue decided.
    """
    found, tied = [], []
    for start in range(0, len(queries), BATCH):
        films = queries[start : start + BATCH]
        scores = method.score([Profile.of_likes([int(film)]) for film in films])
        scores[np.arange(len(films)), films] = np.nan  # nobody is recommended what they asked with
        best = top_k_rows(scores, k)
        last = np.take_along_axis(scores, best[:, -1:], axis=1)
        tied.append((best[:, -1] >= 0) & ((scores >= last).sum(1) > k))
        found.append(best)
    return np.concatenate(found), np.concatenate(tied)


def quality(queries: IndexVector, lists: IndexVector, genres: FloatMatrix) -> dict[str, float | int | None]:
    """How far lists share a genre with their query, and how much of the catalogue they reach.

    Args:
        queries: (n,) item_index.
        lists: (n, k) item_index, -1 = no film.
        genres: (n_items, n_genres), 1 where a film has a genre.

    Returns:
        `answered`: share of queries with any result. `genre_accuracy`: share of a list's films that have a genre
        in common with the query, mean over answered queries that have a genre (`n_genre`); `genre_chance`: the
        same for all other films of the catalogue as the list. `coverage`: share of the catalogue in any list.
    """
    answered = (lists >= 0).any(1)
    judged = answered & genres[queries].any(1)
    own, shown = genres[queries[judged]], lists[judged]
    shares = own @ genres.T > 0
    hits = np.take_along_axis(shares, np.maximum(shown, 0), axis=1) & (shown >= 0)
    chance = (shares.sum(1) - 1) / (len(genres) - 1)
    return {
        "answered": float(answered.mean()),
        "n_genre": int(judged.sum()),
        "genre_accuracy": _mean(hits.sum(1) / np.maximum((shown >= 0).sum(1), 1)),
        "genre_chance": _mean(chance),
        "coverage": len(np.unique(lists[lists >= 0])) / len(genres),
    }


def top1_cosine(queries: IndexVector, lists: IndexVector, vectors: FloatMatrix) -> float | None:
    """Mean cosine similarity of query and first result, over the queries where both have a vector."""
    unit = normalise(np.asarray(vectors))
    first = lists[:, 0]
    known = (first >= 0) & unit[queries].any(1) & unit[np.maximum(first, 0)].any(1)
    return _mean((unit[queries[known]] * unit[first[known]]).sum(1))


def _mean(values: Any) -> float | None:
    return float(np.mean(values)) if len(values) else None


def seconds_to_answer(atlas: Atlas, name: str, queries: IndexVector) -> list[float]:
    """Seconds of each of the first questions that the method itself could answer, from question to reasons."""
    taken: list[float] = []
    for film in [*queries[-N_WARM:], *queries]:
        started = time.perf_counter()
        answer = recommend(atlas, Question(likes=(int(film),), method=name, k=K))
        if answer.method == name:
            taken.append(time.perf_counter() - started)
        if len(taken) == N_TIMED + N_WARM:
            break
    return taken[N_WARM:]


def peak_megabytes() -> float | None:
    """Highest resident memory of this process so far in 10^6 bytes; None where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    # not `getrusage`: what that says of a child includes its parent's memory at the time of the fork
    found = [int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:")]
    return found[0] if found else None


def measure_method(atlas: Atlas, name: str) -> dict[str, Any]:
    """All figures of one method; call it in a process of its own."""
    queries = sample(len(atlas.catalog))
    method = atlas.methods.fitted(name)
    taken = seconds_to_answer(atlas, name, queries)
    memory = peak_megabytes()
    lists, tied = lists_of(method, queries)
    own = method.space_.vectors if isinstance(method, VectorRecommender) else None
    seconds = atlas.about["seconds"]
    return {
        "name": name,
        "label": method.label,
        "system": method.system,
        "spaces": list(method.needs()),
        **quality(queries, lists, genre_matrix(atlas.dataset)),
        "tied": float(tied.mean()),
        "top1_cosine_own": None if own is None else top1_cosine(queries, lists, own),
        "top1_cosine": top1_cosine(queries, lists, atlas.space(JUDGE).vectors),
        "learn_seconds": seconds[f"method-{name}"],
        "space_seconds": sum(seconds[f"space-{space}"] for space in method.needs()),
        "n_timed": len(taken),
        "p50_ms": float(np.percentile(taken, 50) * 1000) if taken else None,
        "p95_ms": float(np.percentile(taken, 95) * 1000) if taken else None,
        "megabytes": memory,
    }


def measure(dataset: str, base: Path) -> dict[str, Any]:
    """Every method of one built dataset, each in a process of its own."""
    atlas = Atlas.open(dataset, base)
    about = atlas.about
    refused = about["cannot_fit"]
    load = os.getloadavg()[0]
    rows = []
    for name in recommenders.names():
        if name not in refused:
            rows.append(_in_child(dataset, base, name))
            print(json.dumps(rows[-1]), flush=True)
    return {
        "dataset": dataset,
        "label": about["label"],
        "n_items": about["n_items"],
        "n_ratings": about["n_ratings"],
        "n_users": about["n_users"],
        "n_with_overview": about["n_with_overview"],
        "seed": SEED,
        "k": K,
        "n_queries": len(sample(about["n_items"])),
        "judge": embeddings.encoder_class(JUDGE).label,
        "megabytes_opened": _in_child(dataset, base, "")["megabytes"],
        "machine": {
            "cpus": os.cpu_count(),
            "system": platform.system(),
            "python": platform.python_version(),
            "load_before": round(load, 1),
        },
        "versions": {name: version(name) for name in PACKAGES},
        "methods": rows,
        "refused": {recommenders.method_class(name).label: why for name, why in refused.items()},
    }


def added(found: dict[str, Any], dataset: str, base: Path, name: str) -> dict[str, Any]:
    """A dataset's figures with those of one more method, measured now; `added` says when and under which load.

    Where a measured method reads the same embeddings, their seconds are its: now they may come from a cache.
    """
    refused = Atlas.open(dataset, base).about["cannot_fit"]
    label, load = recommenders.method_class(name).label, round(os.getloadavg()[0], 1)
    if name in refused:
        return {**found, "refused": {**found["refused"], label: refused[name]}}
    row = _in_child(dataset, base, name)
    others = [one for one in found["methods"] if one["name"] != name]
    alike = [one["space_seconds"] for one in others if one["spaces"] == row["spaces"]]
    row["space_seconds"] = alike[0] if alike else row["space_seconds"]
    note = {"date": time.strftime("%Y-%m-%d"), "load": load}
    return {
        **found,
        "methods": sorted([*others, row], key=lambda one: one["name"]),
        "added": {**found.get("added", {}), name: note},
    }


def _in_child(dataset: str, base: Path, method: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--dataset", dataset, "--home", str(base), "--method", method]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def child(dataset: str, base: Path, method: str) -> dict[str, Any]:
    """What a process of its own measures: one method, or with "" the memory that the opened dataset takes."""
    atlas = Atlas.open(dataset, base)
    assert len(atlas.catalog)
    return measure_method(atlas, method) if method else {"megabytes": peak_megabytes()}


def main() -> None:
    """Measure what was asked for and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", action="append", default=[], help="a built dataset; repeat for more")
    parser.add_argument(
        "--home", type=Path, help="folder of the built workspaces; MOVIE_ATLAS_HOME by default"
    )
    parser.add_argument("--add", help="measure this method alone, and keep the others' figures")
    parser.add_argument("--method", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.method is not None:
        print(json.dumps(child(args.dataset[0], args.home, args.method)))
        return
    for dataset in args.dataset:
        path, base = RESULTS / f"methods_{dataset}.json", args.home or home()
        kept = json.loads(path.read_text("utf-8")) if args.add else {}
        found = added(kept, dataset, base, args.add) if args.add else measure(dataset, base)
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
