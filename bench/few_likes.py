"""How well methods answer a few likes: acceptable films, famous films, and what stands above equally famous decoys.

    python bench/few_likes.py NAME OUT.json [--questions 600] [--methods a,b]
    python bench/few_likes.py --paper

NAME is a built dataset. Methods learn from half of the people; the others decide what is liked together and ask with one
to five likes. See `core.evaluation.splits.few_likes`; `python -m core evaluate NAME --split few_likes` asks the same with
every figure, and what one of the two has measured the other does not measure again. The second form measures nothing: it
puts the kept figures into the tables of docs/decisions/0005-taste.md.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.compute.progress import Stages, no_step
from core.evaluation.protocol import Experiment, run_experiment
from core.evaluation.protocol.experiment import parse_methods
from core.evaluation.protocol.material import material_of_dataset
from core.evaluation.splits import make_splits

SPLIT, K = "few_likes", 10
FIGURES = {"acceptable": f"acceptable@{K}", "famous": f"famous50@{K}", "over_decoys": "over_decoys"}
"""Name in the file -> the evaluation's column."""
PAPER = ROOT / "docs" / "decisions" / "0005-taste.md"
KEPT = {
    "ml-latest-small": ROOT / "bench" / "results" / "few_likes_ml_latest_small.json",
    "demo": ROOT / "bench" / "results" / "few_likes_demo.json",
}
TABLE, BY_LIKES = "| method |", "| acceptable, by films named |"
"""How the two tables of the paper begin."""


def main() -> None:
    """Fit every method, ask it, print a table and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?")
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--paper", action="store_true", help="write the kept figures into the paper")
    parser.add_argument("--questions", type=int, default=600)
    parser.add_argument("--methods", default="all")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.paper:
        PAPER.write_text(with_tables(PAPER.read_text("utf-8")), "utf-8")
        return
    if arguments.name is None or arguments.out is None:
        parser.error("name a built dataset and a file to write")
    experiment = Experiment(parse_methods(arguments.methods), (K,), seed=arguments.seed)
    material = material_of_dataset(arguments.name, experiment, split=SPLIT)
    splits = make_splits(
        SPLIT, material.dataset.interactions, rng=np.random.default_rng(arguments.seed),
        catalog=material.dataset.catalog, questions=arguments.questions,
    )  # fmt: skip
    report = run_experiment(experiment, replace(material, splits=splits), Stages(no_step))
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
        part: {end: round(metrics[column][end], 6) for end in ("mean", "low", "high")}
        for part, column in FIGURES.items()
    }
    by_likes = {
        split.removeprefix(f"{SPLIT}[n=").rstrip("]"): round(
            methods[name]["metrics"][FIGURES["acceptable"]]["mean"], 6
        )
        for split, methods in report["by_split"].items()
    }
    return {**parts, "acceptable_by_likes": by_likes}


def with_tables(text: str) -> str:
    """The paper's text with both tables made of the kept figures, best method on the first dataset first."""
    kept = {name: json.loads(path.read_text("utf-8"))["methods"] for name, path in KEPT.items()}
    first = next(iter(kept.values()))
    methods = sorted(first, key=lambda method: -first[method]["acceptable"]["mean"])
    head = ["method", *(f"{name}: acceptable | famous | over decoys" for name in kept)]
    main_rows = [[f"`{method}`", *(_cells(one[method]) for one in kept.values())] for method in methods]
    numbers = sorted(first[methods[0]]["acceptable_by_likes"], key=int)
    likes_rows = [
        [f"{name}: `{method}`", *(f"{one[method]['acceptable_by_likes'][n]:.2f}" for n in numbers)]
        for name, one in kept.items()
        if all("acceptable_by_likes" in figures for figures in one.values())
        for method in methods
    ]
    text = _replaced(text, TABLE, [" | ".join(head), *map(" | ".join, main_rows)])
    return _replaced(
        text, BY_LIKES, [" | ".join([BY_LIKES.strip("| "), *numbers]), *map(" | ".join, likes_rows)]
    )


def _cells(one: dict[str, Any]) -> str:
    mean, low, high = (f"{one['acceptable'][part]:.3f}" for part in ("mean", "low", "high"))
    return f"{mean} [{low}, {high}] | {one['famous']['mean']:.2f} | {one['over_decoys']['mean']:.3f}"


def _replaced(text: str, begin: str, rows: list[str]) -> str:
    """The table that begins so, with other rows; the first of them is its head."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(begin))
    stop = next((n for n in range(start, len(lines)) if not lines[n].startswith("|")), len(lines))
    rule = " | ".join(["---"] * (rows[0].count("|") + 1))
    lines[start:stop] = [f"| {row} |" for row in (rows[0], rule, *rows[1:])]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
