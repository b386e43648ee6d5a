"""How well methods answer a few likes: acceptable films, famous films, and what stands above equally famous decoys.

    python bench/few_likes.py NAME OUT.json [--questions 600] [--methods a,b]

NAME is a built dataset. Methods learn from half of the people; the others decide what is liked together. See
`core.evaluation.protocol.few_likes`.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import recommenders
from core.errors import CannotFitError
from core.evaluation.protocol.few_likes import ask, make_bed
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
    found: dict[str, object] = {}
    for name in arguments.methods.split(",") if arguments.methods else recommenders.names():
        method = recommenders.create_for(name, list(spaces))
        started = time.perf_counter()
        try:
            method.fit(bed.dataset, spaces, rng=np.random.default_rng(0))
        except CannotFitError as error:
            print(f"{name:18} {error}")
            continue
        answers = ask(method, bed)
        values = np.stack([answers.acceptable, answers.famous, answers.over_decoys], axis=1)
        samples = significance.bootstrap_means(values, np.random.default_rng(0), n_samples=1000)
        low, high = significance.percentile_interval(samples)
        means = values.mean(axis=0)
        found[name] = {
            part: {
                "mean": round(float(means[i]), 4),
                "low": round(float(low[i]), 4),
                "high": round(float(high[i]), 4),
            }
            for i, part in enumerate(("acceptable", "famous", "over_decoys"))
        }
        print(f"{name:18} acceptable {means[0]:.3f} famous {means[1]:.3f} over decoys {means[2]:.3f}"
              f"  {time.perf_counter() - started:.1f} s", flush=True)  # fmt: skip
    value = {"dataset": atlas.about["label"], "questions": len(bed.questions), "methods": found}
    arguments.out.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
