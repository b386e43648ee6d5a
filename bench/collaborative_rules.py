"""What the rules of the collaborative methods are worth: long histories and fame in the linear model, and iALS's penalty.

    MOVIE_DATA_DIR=… python bench/collaborative_rules.py bench/results/collaborative_rules.json [--pairs FILE]

nDCG@10 on holdouts of a fifth of everybody's ratings, other seeds than those of docs/evaluation.md, of ML-100K,
ml-latest-small and The Movies Dataset's small sample, on whose people the rules were chosen. FILE holds likes alone, a
person and a film a line, as in the ten-core of MovieLens 1M that published splits are of: docs/decisions/0013-rules.md.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import datasets, recommenders
from core.domain import Catalog, Dataset, Interactions
from core.evaluation.protocol.runner import Factory, evaluate_all
from core.evaluation.results.result import EvaluationResult
from core.evaluation.splits import make_splits
from core.evaluation.task import Settings
from core.models.ials import default_reg
from core.models.preference_matrix import liked_matrix

DATASETS = ("ml-100k", "ml-latest-small", "the-movies-dataset")
SEED, HOLDOUTS = 7, 2
EVENED = {"activity": 0.5, "fame": 0.13, "dropout": 0.5}
TIMES = (0.5, 0.7, 1.0, 1.4, 2.0)
"""The penalty of iALS, as multiples of what its rule gives."""

Json = dict[str, Any]


def of_pairs(path: Path) -> Dataset:
    """A dataset of bare likes: people and films are known by number alone."""
    table = pd.read_csv(path, sep=r"\s+", header=None, names=["user", "item"], comment="#")
    codes, found = pd.factorize(table["item"])
    catalog = Catalog.of(pd.DataFrame({"item_id": found.astype(str), "title": [f"Film {i}" for i in found]}))
    likes = Interactions.of(
        table["user"], codes, np.ones(len(table)), len(found), scale=(0, 1), is_explicit=False
    )
    return Dataset("pairs", path.stem, catalog, likes, "see the source of the file", str(path.name))


def methods_on(train: Dataset) -> Mapping[str, Factory]:
    """Every variant by its label; iALS's penalties are multiples of the rule on these ratings."""
    edlae = partial(recommenders.create, "edlae")
    found: dict[str, Factory] = {
        "ease": partial(recommenders.create, "ease"),
        "edlae": edlae,
        "edlae, activity": partial(edlae, activity=EVENED["activity"]),
        "edlae, fame": partial(edlae, fame=EVENED["fame"]),
        "edlae, both": partial(edlae, **EVENED),
    }
    liked = liked_matrix(train, 0.0)
    liked = liked[:, np.unique(liked.indices)]
    alpha0 = recommenders.method_class("ials").Params().alpha0
    rule = default_reg(liked, alpha0)
    for times in TIMES:
        found[f"ials, {times:g} x"] = partial(recommenders.create, "ials", reg=times * rule)
    return found


def measure(dataset: Dataset) -> Json:
    """Label -> nDCG@10 of each holdout, and its mean."""
    found: dict[str, list[float]] = {}
    n_users = 0
    for seed in range(SEED, SEED + HOLDOUTS):
        (split,) = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(seed))
        settings = Settings(ks=(10,), metrics=("ndcg",), seed=seed)
        methods = methods_on(Dataset(**{**vars(dataset), "interactions": split.train}))
        (result,) = evaluate_all(dataset, {}, methods, [split], settings=settings)
        for label, mean in ndcg_of(result).items():
            found.setdefault(label, []).append(mean)
        n_users = len(split.users)
    return {
        "users": n_users,
        "films": len(dataset.catalog),
        "ratings": len(dataset.interactions),
        "ndcg@10": {
            label: {"mean": round(float(np.mean(values)), 4), "holdouts": values}
            for label, values in found.items()
        },
    }


def ndcg_of(result: EvaluationResult) -> dict[str, float]:
    """Label -> mean nDCG@10 over all users."""
    rows = result.summary[(result.summary["users"] == "all") & (result.summary["metric"] == "ndcg@10")]
    return {row["method"]: round(float(row["mean"]), 4) for row in rows.to_dict("records")}


def worlds(names: Sequence[str], pairs: Path | None) -> dict[str, Dataset]:
    """The datasets to measure on, from the folder that MOVIE_DATA_DIR names, and the pairs of a file."""
    folder = Path(os.environ["MOVIE_DATA_DIR"])
    found = {name: datasets.load(name, folder / name) for name in names}
    return found | ({pairs.stem: of_pairs(pairs)} if pairs else {})


def write_worlds(out: Path, datasets_of: Mapping[str, Dataset], measured: Callable[[Dataset], Json]) -> None:
    """Measure one dataset after another, and write down what was found after each, beside what lies there."""
    report = json.loads(out.read_text("utf-8")) if out.exists() else {}
    for name, dataset in datasets_of.items():
        report[name] = measured(dataset)
        print(name, json.dumps(report[name]), flush=True)
        out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def parser_of(words: str) -> argparse.ArgumentParser:
    """Takes where figures are written, which datasets are measured, and a file of pairs."""
    parser = argparse.ArgumentParser(description=words.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", type=Path, help="likes alone: a person and a film a line")
    parser.add_argument("--datasets", nargs="*", default=list(DATASETS), choices=DATASETS)
    return parser


def main() -> None:
    """Measure, and write the figures."""
    options = parser_of(__doc__).parse_args()
    write_worlds(options.out, worlds(options.datasets, options.pairs), measure)


if __name__ == "__main__":
    main()
