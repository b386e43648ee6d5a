"""Whether what tuning chooses on validation parts holds on the test, beside the best of one validation part alone.

    MOVIE_DATA_DIR=… python bench/tuning_holds.py bench/results/tuning_holds.json [--pairs FILE] [--trials 15]

A fifth of everybody's ratings is the test part; `tune` sees the rest. Compared on the test, learned from all of the rest:
the defaults, the setting with the best figure on one validation part (what a plain search takes), and what `tune`
chooses. Both searches try the same settings. FILE as for bench/collaborative_rules.py.
"""

import json
import sys
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.collaborative_rules import ndcg_of, parser_of, worlds, write_worlds
from core import recommenders
from core.domain import Dataset
from core.evaluation.protocol import tuning
from core.evaluation.protocol.runner import evaluate_all
from core.evaluation.splits import make_splits
from core.evaluation.task import Settings

METHODS = ("ials", "edlae", "item_knn")
SEED, DRAWS = 11, 2

Json = dict[str, Any]


def plain(method: str, train: Dataset, n_trials: int, seed: int) -> tuple[Json, float]:
    """The setting with the best figure on one validation part, and that figure."""
    whole, tuning.HOLDOUTS = tuning.HOLDOUTS, 1
    try:
        tuned = tuning.tune(method, train, {}, n_trials=n_trials, rng=np.random.default_rng(seed))
    finally:
        tuning.HOLDOUTS = whole
    best = max((trial for trial in tuned.trials if trial.value is not None), key=lambda one: one.value or 0)
    return best.params, float(best.value or 0)


def measure(dataset: Dataset, n_trials: int) -> Json:
    """Method -> nDCG@10 on the test of the three settings, a draw each."""
    found: Json = {name: [] for name in METHODS}
    for seed in range(SEED, SEED + DRAWS):
        (split,) = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(seed))
        train = replace(dataset, interactions=split.train)
        for name in METHODS:
            cls = recommenders.method_class(name)
            lucky, validation = plain(name, train, n_trials, seed)
            held = tuning.tune(name, train, {}, n_trials=n_trials, rng=np.random.default_rng(seed))
            settings = {
                "defaults": partial(cls),
                "best of one part": partial(cls, cls.Params(**lucky)),
                "tune": partial(cls, held.params),
            }
            asked = Settings(ks=(10,), metrics=("ndcg",), seed=seed)
            (result,) = evaluate_all(dataset, {}, settings, [split], settings=asked)
            test = ndcg_of(result)
            found[name].append(
                {
                    "test": test,
                    "validation": {
                        "defaults": round(float(held.trials[0].value or 0), 4),
                        "best": round(validation, 4),
                    },
                    "chosen": {key: value for key, value in asdict(held.params).items() if key in SHOWN},
                    "lucky": {key: value for key, value in lucky.items() if key in SHOWN},
                }
            )
            print(dataset.name, seed, name, json.dumps(found[name][-1]), flush=True)
    return found


SHOWN = (
    "times", "dim", "alpha0", "epochs", "dropout", "activity", "fame", "min_weight", "n_neighbors", "shrinkage", "balance",
)  # fmt: skip


def main() -> None:
    """Measure, and write the figures."""
    parser = parser_of(__doc__)
    parser.set_defaults(datasets=["ml-100k", "ml-latest-small"])
    parser.add_argument("--trials", type=int, default=15)
    options = parser.parse_args()
    found = partial(measure, n_trials=options.trials)
    write_worlds(options.out, worlds(options.datasets, options.pairs), found)


if __name__ == "__main__":
    main()
