"""Which method is best for what: keep the verdicts of the stored evaluations of a dataset for docs/methods.md.

    python -m core evaluate NAME --k 10 --split few_likes
    python -m core evaluate NAME --k 10 --split random_holdout
    python -m core evaluate NAME --k 10 --cold-n 5
    python -m core evaluate NAME --k 10 --split cold_items
    python bench/best_for.py NAME

The evaluations are those that lie in MOVIE_ATLAS_HOME; the verdicts go to `bench/results/best_for_NAME.json`, and
`python bench/methods_table.py` makes the page of them.
"""

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.errors import NotBuiltError
from core.evaluation.results.best_for import best_for
from core.evaluation.results.stored import stored_results


def main() -> None:
    """Read what was measured and write the verdicts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="a dataset with stored evaluations")
    parser.add_argument("--out", type=Path, help="another file than the one in bench/results")
    arguments = parser.parse_args()
    results, _ = stored_results(arguments.name)
    if not results:
        raise NotBuiltError(f"{arguments.name} has no stored evaluation.", hint="Run the commands above.")
    found, missing = best_for(results)
    about = results[0].about
    value = {
        "dataset": arguments.name,
        "label": about["label"],
        "date": max(one.created for one in results).strftime("%Y-%m-%d"),
        "versions": about["versions"],
        "verdicts": [verdict.as_json for verdict in found],
        "not_measured": [purpose.label for purpose in missing],
    }
    out = arguments.out or ROOT / "bench" / "results" / f"best_for_{arguments.name}.json"
    out.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for verdict in found:
        print(
            f"{verdict.label:45} {verdict.best:16} {verdict.figure} {verdict.mean:.3f}  as good: {verdict.rivals}"
        )


if __name__ == "__main__":
    main()
