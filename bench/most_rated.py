"""What EASE and EDLAE lose where they learn from the most liked films alone and predict the others from these.

    python bench/most_rated.py [--dataset ml-latest-small] [--out bench/results/most_rated.json]

A fifth of everybody's ratings is held out (seed 0). Each method is fitted on the rest, from all rated films and then with
memory for fewer and fewer of them, and asked for ten films; nDCG@10 counts held-out ratings of 4 and more. Beside it the
seconds of the fit and the difference to the fit from all films, with a 95 % interval over people (paired, bootstrap).
"""

import argparse
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import recommenders
from core.domain import Dataset, Profile
from core.domain.profile import rating_weights
from core.evaluation.metrics import accuracy
from core.evaluation.metrics.lists import hits_of
from core.evaluation.splits import Split, make_splits
from core.models import linear
from core.recommenders.ranking import top_k_rows
from core.serving import Atlas

ROOT = Path(__file__).resolve().parents[1]
FILMS = (None, 5000, 3000, 2000, 1000)
"""Films that are learned from; None = all that somebody rated."""
LIKED, K, AT_ONCE = 4.0, 10, 64


def ndcg_of_people(method: recommenders.Recommender, train: Dataset, split: Split) -> np.ndarray:
    """(n_test,) nDCG@10, NaN for those who like none of their held-out films."""
    wanted = split.test.copy()
    wanted.data = (wanted.data >= LIKED).astype(np.float32)
    wanted.eliminate_zeros()
    found = np.full(len(split.users), np.nan)
    for start in range(0, len(split.users), AT_ONCE):
        rows = range(start, min(start + AT_ONCE, len(split.users)))
        own = [split.known[row] for row in rows]
        profiles = [
            Profile(one.indices.astype(np.int64), rating_weights(one.data, train.interactions.scale))
            for one in own
        ]
        scores = method.score(profiles)
        for row, one in enumerate(own):
            scores[row, one.indices] = np.nan
        ranked = top_k_rows(scores, K)
        part = wanted[start : start + len(own)]
        n_wanted = np.diff(part.indptr)
        values = accuracy.ndcg(hits_of(ranked, part), n_wanted, (K,))[:, 0]
        found[start : start + len(own)] = np.where(n_wanted > 0, values, np.nan)
    return found


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dataset", default="ml-latest-small")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "most_rated.json")
    options = parser.parse_args()
    atlas = Atlas.open(options.dataset)
    split = make_splits("random_holdout", atlas.interactions, rng=np.random.default_rng(0))[0]
    train = replace(atlas.dataset, interactions=split.train)
    rng, rows = np.random.default_rng(0), []
    for name in ("ease", "edlae"):
        whole: Any = None
        for films in FILMS:
            limit = {} if films is None else {"memory_gb": films**2 * linear._BYTES / 1e9 + 1e-6}
            method, started = recommenders.create(name, **limit), time.perf_counter()
            method.fit(train, {}, rng=np.random.default_rng(0))
            seconds, values = time.perf_counter() - started, ndcg_of_people(method, train, split)
            counted = np.isfinite(values)
            whole = values if films is None else whole
            apart = (values - whole)[counted]
            means = apart[rng.integers(len(apart), size=(2000, len(apart)))].mean(axis=1)
            low, high = np.quantile(means, (0.025, 0.975))
            rows.append(
                {
                    "method": name,
                    "films": films or int((split.train.item_counts() > 0).sum()),
                    "ndcg@10": round(float(values[counted].mean()), 4),
                    "to_all": [round(float(x), 4) for x in (apart.mean(), low, high)],
                    "people": int(counted.sum()),
                    "fit_s": round(seconds, 2),
                }
            )
            print(rows[-1], flush=True)
    machine = {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
    about = {"dataset": options.dataset, "split": "random_holdout, seed 0", "liked_from": LIKED}
    options.out.write_text(
        json.dumps({"machine": machine, "about": about, "rows": rows}, indent=1) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
