"""What another exponent of the propensities would change: nDCG with fame evened out at several values of gamma.

    python bench/propensity.py NAME

NAME is a built dataset; a random holdout is measured as `python -m core evaluate NAME --k 10` does, whose kept runs are
used. Figures go to `bench/results/propensity_NAME.json`. See `core.evaluation.metrics.unbiased`.
"""

import argparse
import json
import sys
from functools import partial
from pathlib import Path

import numpy as np
from scipy import sparse

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core import recommenders
from core.evaluation.metrics.lists import Values, hits_of
from core.evaluation.metrics.unbiased import inverse_propensities, snips_ndcg
from core.evaluation.protocol import Experiment
from core.evaluation.protocol.material import material_of_dataset
from core.evaluation.protocol.runner import evaluate_all
from core.evaluation.results import significance
from core.evaluation.task import Settings
from core.types import IndexVector

K, SEED = 10, 0
GAMMAS = (-1.0, -0.5, 0.0, 0.5, 1.0)


def main() -> None:
    """Measure, or read kept runs, and write every method's figure at every gamma."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="a built dataset")
    name = parser.parse_args().name
    names = tuple(recommenders.names())
    material = material_of_dataset(name, Experiment(names, (K,), seed=SEED))
    spaces = tuple(material.spaces)
    (result,) = evaluate_all(
        material.dataset, material.spaces,
        {method: partial(recommenders.create_for, method, spaces) for method in names},
        material.splits, settings=Settings((K,), judge="minilm", seed=SEED), folder=material.folder,
    )  # fmt: skip
    task, found = result.task, {}
    for gamma in GAMMAS:
        weights = inverse_propensities(task.counts, gamma)
        values = {
            method: ndcg_of(run.ranked.astype(np.int64), task.relevant, weights)
            for method, run in result.runs.items()
        }
        better = significance.compare(values, np.random.default_rng(SEED)).better_than
        means = {method: float(np.nanmean(one)) for method, one in values.items()}
        order = sorted(means, key=lambda method: -means[method])
        found[f"{gamma:g}"] = {
            "means": {method: round(means[method], 4) for method in order},
            "as_good": [method for method in order[1:] if method not in better[order[0]]],
        }
        print(gamma, order[0], round(means[order[0]], 3), found[f"{gamma:g}"]["as_good"])
    value = {"dataset": name, "label": material.dataset.label, "k": K, "gammas": found}
    out = ROOT / "bench" / "results" / f"propensity_{name}.json"
    out.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


def ndcg_of(ranked: IndexVector, relevant: sparse.csr_matrix, weights: Values) -> Values:
    """(n_users,) the figure of one method's lists."""
    return snips_ndcg(ranked, hits_of(ranked, relevant), relevant, weights, (K,))[:, 0]


if __name__ == "__main__":
    main()
