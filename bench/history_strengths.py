"""What a rating should say of how much somebody likes a film: its place on the scale, among their own ratings, or both.

    python bench/history_strengths.py [DATASET] [--methods ease,ials,user_knn,content,taste] [--folds 5] [--seed 0]

Every person of a built dataset with `LEAST` ratings or more asks once, as a visitor with three in four of their ratings,
of methods that were fitted on the people of the other folds. What is hidden is relevant where it was liked, told in two
ways, because each favours one formula: at least 0.8 of the scale's top, and above the person's own mean. nDCG@10, means
over people, and 95 % intervals of the differences from the place on the scale (percentiles of 1,000 paired resamples).
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.domain import Dataset, Interactions, Profile
from core.domain.profile import rating_weights
from core.histories.strengths import among_own, strengths
from core.recommenders import method_class
from core.recommenders.ranking import top_k
from core.serving import Atlas
from core.types import FloatVector, IndexVector

LEAST = 20
K = 10
Levels = npt.NDArray[np.float64]
FORMULAS: dict[str, Callable[[Levels], FloatVector]] = {
    "on the scale": lambda levels: rating_weights(levels, (0.0, 1.0)),
    "among own": lambda levels: among_own(levels).astype(np.float32),
    "both": strengths,
}


def without(dataset: Dataset, users: IndexVector) -> Dataset:
    """The dataset with no rating of these people."""
    old = dataset.interactions
    kept = np.ones(old.n_users, bool)
    kept[users] = False
    rows = np.repeat(np.arange(old.n_users), np.diff(old.ratings.indptr))
    chosen = kept[rows]
    interactions = Interactions.of(
        old.user_ids[rows[chosen]],
        old.ratings.indices[chosen],
        old.ratings.data[chosen],
        dataset.n_items,
        scale=old.scale,
    )
    return replace(dataset, interactions=interactions)


def ndcg(ranked: IndexVector, relevant: set[int]) -> float:
    """nDCG@K of one list, see `core.evaluation.metrics.accuracy.ndcg`."""
    discounts = 1 / np.log2(np.arange(2, K + 2))
    hits = np.array([item in relevant for item in ranked.tolist()])
    return float((hits * discounts[: len(hits)]).sum() / discounts[: min(K, len(relevant))].sum())


def interval(values: npt.NDArray[np.float64], rng: np.random.Generator) -> tuple[float, float]:
    """95 % interval of a mean."""
    means = values[rng.integers(0, len(values), (1_000, len(values)))].mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", nargs="?", default="ml-latest-small")
    parser.add_argument("--methods", default="ease,ials,user_knn,content,taste")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    atlas = Atlas.open(options.dataset)
    dataset, rng = atlas.dataset, np.random.default_rng(options.seed)
    spaces = {name: atlas.space(name) for name in atlas.space_names}
    low, high = dataset.interactions.scale
    people = np.flatnonzero(np.diff(dataset.interactions.ratings.indptr) >= LEAST)
    folds = np.array_split(rng.permutation(people), options.folds)
    found: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for fold in folds:
        train = without(dataset, fold)
        methods = {
            name: method_class(name)().fit(train, spaces, rng=np.random.default_rng(0))
            for name in options.methods.split(",")
        }
        for user in fold:
            items, ratings = dataset.interactions.history(int(user))
            order = rng.permutation(len(items))
            known, hidden = order[len(order) // 4 :], order[: len(order) // 4]
            levels = (ratings[known].astype(np.float64) - low) / (high - low)
            truths = {
                "0.8 of the top": set(items[hidden][ratings[hidden] >= 0.8 * high].tolist()),
                "above own mean": set(items[hidden][ratings[hidden] > ratings.mean()].tolist()),
            }
            for formula, weigh in FORMULAS.items():
                profile = Profile(items[known], weigh(levels))
                allowed = np.ones(dataset.n_items, bool)
                allowed[items[known]] = False
                for name, method in methods.items():
                    ranked = top_k(method.score([profile])[0], K, allowed=allowed)
                    for truth, relevant in truths.items():
                        found[name, truth, formula].append(ndcg(ranked, relevant) if relevant else np.nan)
    for name in options.methods.split(","):
        for truth in ("0.8 of the top", "above own mean"):
            base = np.array(found[name, truth, "on the scale"])
            counted = ~np.isnan(base)
            print(
                f"{name}, liked = {truth}, {counted.sum()} people: on the scale {base[counted].mean():.4f}",
                end="",
            )
            for formula in ("among own", "both"):
                values = np.array(found[name, truth, formula])[counted]
                lower, upper = interval(values - base[counted], np.random.default_rng(1))
                print(f"; {formula} {values.mean():.4f} ({lower:+.4f} to {upper:+.4f})", end="")
            print()


if __name__ == "__main__":
    main()
