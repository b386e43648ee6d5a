"""How well methods answer a few likes: acceptable films, famous films, and what stands above equally famous decoys.

    python bench/few_likes.py NAME OUT.json [--questions 600] [--methods a,b]

NAME is a built dataset. Methods learn from half of the people; the others decide what is liked together and ask with one
to five likes. See `core.evaluation.splits.few_likes`; `python -m core evaluate NAME --split few_likes` asks the same with
every figure, and what one of the two has measured the other does not measure again.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.compute.progress import Stages
from core.evaluation.protocol import Experiment, run_experiment
from core.evaluation.protocol.experiment import parse_methods
from core.evaluation.protocol.material import material_of_dataset
from core.evaluation.splits import make_splits

SPLIT, K = "few_likes", 10
FIGURES = {"acceptable": f"acceptable@{K}", "famous": f"famous50@{K}", "over_decoys": "over_decoys"}
"""Name in the file -> the evaluation's column."""


def main() -> None:
    """Fit every method, ask it, print a table and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("out", type=Path)
    parser.add_argument("--questions", type=int, default=600)
    parser.add_argument("--methods", default="all")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    experiment = Experiment(parse_methods(arguments.methods), (K,), seed=arguments.seed)
    material = material_of_dataset(arguments.name, experiment, split=SPLIT)
    splits = make_splits(
        SPLIT, material.dataset.interactions, rng=np.random.default_rng(arguments.seed),
        catalog=material.dataset.catalog, questions=arguments.questions,
    )  # fmt: skip
    report = run_experiment(experiment, replace(material, splits=splits), Stages(lambda *step: None, 2))
    found = {name: figures(name, report) for name, one in report["results"].items() if "error" not in one}
    for name, one in sorted(found.items(), key=lambda pair: -pair[1]["acceptable"]["mean"]):
        by_likes = " ".join(f"{value:.2f}" for value in one["acceptable_by_likes"].values())
        means = " ".join(f"{part} {one[part]['mean']:.3f}" for part in FIGURES)
        print(f"{name:18} {means}  by likes {by_likes}")
    value = {
        "dataset": report["about"]["label"],
        "questions": sum(len(split.users) for split in splits),
        "people": report["about"]["counts"]["tested_users"],
        "methods": found,
    }
    arguments.out.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


def figures(name: str, report: dict[str, Any]) -> dict[str, Any]:
    """Means over the numbers of likes with 95 % intervals over people, and acceptable by number of likes."""
    metrics = report["results"][name]["metrics"]
    parts = {
        part: {end: round(metrics[column][end], 4) for end in ("mean", "low", "high")}
        for part, column in FIGURES.items()
    }
    by_likes = {
        split.removeprefix(f"{SPLIT}[n=").rstrip("]"): round(
            methods[name]["metrics"][FIGURES["acceptable"]]["mean"], 4
        )
        for split, methods in report["by_split"].items()
    }
    return {**parts, "acceptable_by_likes": by_likes}


if __name__ == "__main__":
    main()
