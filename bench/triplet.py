"""Whether the triplet network's space is better than what it was made from, and which negatives teach best.

Claim: on films kept out of training, (1) the learned space holds more of what films share than the best
    linear
space of the same size, and semi-hard negatives more than random ones; (2) a film known by its plot alone
finds films of its genre more often than by comparing plots; (3) taught by likes, it puts films next to each
other that the same people like, more often than its input features do.

    MOVIE_DATA_DIR=... python bench/triplet.py [--dataset ml-latest-small] [--epochs 20] [--json OUT]

Shares are means over the films kept out (a fifth) and their 10 nearest films of the whole catalogue.
"related" is the mean weighted overlap of people, keywords and genres (1 = all shared), "co_liked" the same of
likes.
"""

import argparse
import json
import os
import platform
import resource
import sys
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import numpy as np
from scipy import sparse

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import datasets
from core.datasets.wikipedia.enrich import enrich_with_wikipedia
from core.domain import Dataset
from core.embeddings.base import normalise
from core.embeddings.encoders.triplet import PLOT_DIRECTIONS
from core.embeddings.triplet_network.features import Features, PlotReader, attributes_of, descriptions
from core.embeddings.triplet_network.sampling import Relation
from core.embeddings.triplet_network.training import TripletParams, forward, train
from core.types import FloatMatrix, IndexVector

K = 10
SHARED = {"genre": ("genres",), "keyword": ("keywords",), "person": ("cast", "directors")}


def load(name: str) -> Dataset:
    """A dataset of MOVIE_DATA_DIR; MovieLens with what Wikipedia tells about its films."""
    folder = Path(os.environ["MOVIE_DATA_DIR"])
    dataset = datasets.load(name, folder / name)
    wikipedia = folder / "wikipedia-movies"
    return enrich_with_wikipedia(dataset, wikipedia) if name.startswith("ml-") else dataset


def nearest(queries: FloatMatrix, items: FloatMatrix, rows: IndexVector) -> IndexVector:
    """(len(rows), K) nearest films by cosine, the film itself left out."""
    closeness = normalise(queries[rows]) @ normalise(items).T
    closeness[:, ~items.any(axis=1)] = -np.inf
    closeness[np.arange(len(rows)), rows] = -np.inf
    return np.argpartition(-closeness, K, axis=1)[:, :K]


class Measure:
    """What films share with their neighbours, over the films kept out of training."""

    def __init__(self, dataset: Dataset, relations: dict[str, Relation], rows: IndexVector) -> None:
        self.items, self.relations, self.rows = dataset.catalog.items, relations, rows

    def __call__(self, queries: FloatMatrix, items: FloatMatrix) -> dict[str, float]:
        """Mean share of neighbours with something in common, by what it is.

        Args:
            queries: (n_items, dim) vectors to search with.
            items: (n_items, dim) vectors that are searched.
        """
        near = nearest(queries, items, self.rows)
        found = {name: self._share(near, columns) for name, columns in SHARED.items()}
        for name, relation in self.relations.items():
            known = np.flatnonzero(np.diff(relation.matrix.indptr)[self.rows])
            overlap = [relation.between(self.rows[[i]], near[i]).mean() for i in known]
            found[name] = float(np.mean(overlap))
        return {name: round(value, 3) for name, value in found.items()}

    def _share(self, near: IndexVector, columns: tuple[str, ...]) -> float:
        own = [
            set().union(*(cast("tuple[str, ...]", self.items[c].iat[i]) for c in columns))
            for i in range(len(self.items))
        ]
        pairs = [(own[i], js) for i, js in zip(self.rows, near, strict=True) if own[i]]
        return float(np.mean([[bool(mine & own[j]) for j in js] for mine, js in pairs]))


def main() -> None:
    """Train with every strategy and print one line a space."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="ml-latest-small")
    parser.add_argument("--epochs", type=int, default=TripletParams().epochs)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    dataset, params = load(options.dataset), TripletParams(epochs=options.epochs)
    attributes, plots = attributes_of(dataset.catalog), descriptions(dataset.catalog)
    features = Features.of(attributes, PlotReader.learn(plots, PLOT_DIRECTIONS, seed=0).read(plots))
    relations = {"related": Relation.of_content(attributes)}
    if dataset.interactions.n_users:
        relations["co_liked"] = Relation.of_likes(dataset.interactions)
    found = measured(dataset, features, relations, params)
    machine = {"cpus": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    about = {"machine": machine, "torch": version("torch")}
    memory = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)
    if options.json:
        result = {
            "dataset": options.dataset,
            "epochs": options.epochs,
            **about,
            "memory_gib": memory,
            "spaces": found,
        }
        options.json.write_text(json.dumps(result, indent=1) + "\n")
    print(f"{dataset.n_items} films, peak memory {memory} GiB, torch {about['torch']}")


def measured(
    dataset: Dataset, features: Features, relations: dict[str, Relation], params: TripletParams
) -> dict[str, Any]:
    """One entry a space: what its neighbours share, and the seconds of training."""
    from sklearn.utils.extmath import randomized_svd

    known = np.flatnonzero(features.known)
    kept_out = np.random.default_rng(params.seed).permutation(known)[: round(params.validation * len(known))]
    measure = Measure(dataset, relations, kept_out)
    by_plot = Measure(dataset, relations, kept_out[features.plots[kept_out].any(axis=1)])
    inputs = sparse.csr_matrix(sparse.hstack([features.attributes, features.plots], format="csr"))
    left, strength, _ = randomized_svd(inputs, params.dim, random_state=0)
    dense = inputs.toarray()
    bare = Features.of_plots(features.plots, features.attributes.shape[1])
    found: dict[str, Any] = {
        f"all input features ({inputs.shape[1]} numbers)": measure(dense, dense),
        f"their {params.dim} main directions": measure(left * strength, left * strength),
        "plot alone, compared with plots": by_plot(features.plots, features.plots),
    }
    for name, relation in relations.items():
        for negatives in ("random", "semi-hard", "hard"):
            started = time.perf_counter()
            weights, curve = train(features, relation, replace(params, negatives=negatives))
            seconds, vectors = round(time.perf_counter() - started, 1), forward(weights, features)
            losses = {"loss": [round(float(v), 4) for v in curve[-1]], "seconds": seconds}
            found[f"learned from {name}, {negatives}"] = measure(vectors, vectors) | losses
            found[f"learned from {name}, {negatives}, plot alone"] = by_plot(forward(weights, bare), vectors)
    for label, row in found.items():
        print(f"{label:48}", row, flush=True)
    return found


if __name__ == "__main__":
    main()
