"""How well methods answer a few likes: acceptable films, famous films, and what stands above equally famous decoys.

    python bench/few_likes.py NAME OUT.json [--questions 600] [--methods a,b]

NAME is a built dataset. Methods learn from half of the people; the others decide what is liked together and ask with one
to five likes. See `core.evaluation.splits.few_likes`; `python -m core evaluate NAME --split few_likes` asks the same with
every figure.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import recommenders
from core.errors import CannotFitError
from core.evaluation.protocol.few_likes import Answers, ask, make_bed
from core.evaluation.protocol.material import honest_spaces
from core.evaluation.results import significance
from core.serving import Atlas


def main() -> None:
    """Fit every method, ask it, print a table and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("out", type=Path)
    parser.add_argument("--questions", type=int, default=600)
    parser.add_argument("--methods", default="")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    atlas = Atlas.open(arguments.name)
    spaces, _ = honest_spaces(atlas)
    bed = make_bed(atlas.dataset, arguments.questions, np.random.default_rng(arguments.seed))
    found: dict[str, Any] = {}
    for name in arguments.methods.split(",") if arguments.methods else recommenders.names():
        method = recommenders.create_for(name, list(spaces))
        started = time.perf_counter()
        try:
            method.fit(bed.dataset, spaces, rng=np.random.default_rng(0))
        except CannotFitError as error:
            print(f"{name:18} {error}")
            continue
        answers = ask(method, bed)
        found[name] = figures(answers)
        means = {part: one["mean"] for part, one in found[name].items() if part != "acceptable_by_likes"}
        words = " ".join(f"{part} {mean:.3f}" for part, mean in means.items())
        print(f"{name:18} {words}  {time.perf_counter() - started:.1f} s", flush=True)
    value = {"dataset": atlas.about["label"], "questions": bed.n_questions, "methods": found}
    arguments.out.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


def figures(answers: Answers) -> dict[str, Any]:
    """Means over the questions with 95 % intervals from resamples of the people, and acceptable by number of likes.

    Each number of likes is asked of other people, some of whom are asked with several: people are drawn, not questions.
    """
    parts = ("acceptable", "famous", "over_decoys")
    values = np.stack([getattr(answers, part) for part in parts], axis=1)
    people, row = np.unique(answers.person, return_inverse=True)
    sums, counts = (np.zeros((len(people), len(parts))) for _ in range(2))
    np.add.at(sums, row, np.nan_to_num(values))
    np.add.at(counts, row, np.isfinite(values))
    of_people = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    samples = significance.bootstrap_means(of_people, np.random.default_rng(0), n_samples=1000, counts=counts)
    low, high = significance.percentile_interval(samples)
    means = np.nanmean(values, axis=0)
    rounded = {
        part: {
            "mean": round(float(means[i]), 4),
            "low": round(float(low[i]), 4),
            "high": round(float(high[i]), 4),
        }
        for i, part in enumerate(parts)
    }
    by_likes = {
        str(n): round(float(answers.acceptable[answers.n_likes == n].mean()), 4)
        for n in np.unique(answers.n_likes)
    }
    return {**rounded, "acceptable_by_likes": by_likes}


if __name__ == "__main__":
    main()
