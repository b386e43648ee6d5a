"""What the control "well known - less known" does to lists, and what it costs.

    python bench/fame.py NAME OUT.json [--questions 600] [--seed 1] [--methods a,b]

NAME is a built dataset. Every method answers twice, at each position of the control: the few-likes questions
(`core.evaluation.splits.few_likes`; methods learn from half of the people), and all people with a fifth of their
ratings held out. Of both: the median number of ratings of a list and its share among the 50 most rated films, of the
ratings that methods learn from. Of the first also the share of acceptable films, of the second nDCG@10; each with its
95 % interval, and with that of the difference to the same list without the control.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import recommenders
from core.domain import Dataset, Profile
from core.embeddings import Space
from core.errors import CannotFitError
from core.evaluation.metrics.accuracy import ndcg
from core.evaluation.metrics.fame import TOP_FILMS
from core.evaluation.protocol.material import honest_spaces
from core.evaluation.results import significance
from core.evaluation.splits import Split, make_splits
from core.evaluation.splits.few_likes import few_likes as asked_splits
from core.evaluation.task import Task
from core.recommenders import Recommender
from core.recommenders.fame import by_fame, candidates_for
from core.recommenders.ranking import top_k
from core.serving import Atlas
from core.types import FloatVector, IndexVector

DEPTH = 10
FAMES = (-1.0, -0.5, 0.0, 0.5, 1.0)
METHODS = "taste,hybrid,slim,ease,ials,item_knn,user_knn,content,popularity"
BATCH = 200

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Asked:
    """Questions of one kind.

    Attributes:
        dataset: What methods learn from.
        profiles: Who asks.
        hits: For each profile item_index of the films that count as good, and of those that must not be listed.
        accuracy: Name of what is measured.
    """

    dataset: Dataset
    profiles: Sequence[Profile]
    hits: Sequence[tuple[IndexVector, IndexVector]]
    accuracy: str

    def value(self, listed: IndexVector, good: IndexVector) -> float:
        """Share of the acceptable, or nDCG@10."""
        found = np.isin(listed, good)
        if self.accuracy == "acceptable":
            return float(found.sum() / min(DEPTH, len(good)))
        hits = np.zeros((1, DEPTH), bool)
        hits[0, : len(found)] = found
        return float(ndcg(hits, np.array([len(good)]), [DEPTH])[0, 0])


def few_likes(dataset: Dataset, splits: Sequence[Split]) -> Asked:
    """The few-likes questions."""
    learned = replace(dataset, interactions=splits[0].train)
    tasks = [Task.of(learned, split) for split in splits]
    return Asked(
        learned,
        [profile for task in tasks for profile in task.profiles],
        [_good_and_hidden(task, row) for task in tasks for row in range(len(task.profiles))],
        "acceptable",
    )


def _good_and_hidden(task: Task, row: int) -> tuple[IndexVector, IndexVector]:
    return task.relevant[row].indices.astype(np.int64), task.hidden[row].indices.astype(np.int64)


def held_out(task: Task) -> Asked:
    """Everybody with a liked film among those held out."""
    rows = np.flatnonzero(task.n_relevant)
    return Asked(
        task.dataset,
        [task.profiles[row] for row in rows.tolist()],
        [_good_and_hidden(task, row) for row in rows.tolist()],
        "ndcg@10",
    )


def lists(scores: FloatVector, allowed: npt.NDArray[np.bool_], counts: FloatVector) -> list[IndexVector]:
    """The list of each position of the control."""
    best = top_k(scores, candidates_for(DEPTH), allowed=allowed)
    return [best[by_fame(scores[best], counts[best], fame, DEPTH)[0][:DEPTH]] for fame in FAMES]


def ask(method: Recommender, asked: Asked) -> Values:
    """(n_profiles, n_fames, 3) accuracy, median number of ratings, share among the most rated."""
    counts = asked.dataset.interactions.item_counts().astype(np.float32)
    famous = np.argsort(-counts, kind="stable")[:TOP_FILMS]
    found = np.empty((len(asked.profiles), len(FAMES), 3))
    for start in range(0, len(asked.profiles), BATCH):
        scores = method.score(asked.profiles[start : start + BATCH])
        for row, own in enumerate(scores, start=start):
            good, hidden = asked.hits[row]
            allowed = np.ones(len(own), bool)
            allowed[hidden] = False
            for place, listed in enumerate(lists(own, allowed, counts)):
                known = (float(np.median(counts[listed])), float(np.isin(listed, famous).mean()))
                found[row, place] = (asked.value(listed, good), *known)
    return found


def summary(values: Values, accuracy: str) -> dict[str, dict[str, object]]:
    """Figures of each position of the control: means over the profiles, with intervals of the accuracy."""
    found = {}
    plain = values[:, FAMES.index(0.0), 0]
    for place, fame in enumerate(FAMES):
        pairs = np.stack([values[:, place, 0], values[:, place, 0] - plain], axis=1)
        low, high = significance.percentile_interval(
            significance.bootstrap_means(pairs, np.random.default_rng(0), n_samples=1000)
        )
        own, change = (
            [round(float(x), 4) for x in (pairs[:, column].mean(), low[column], high[column])]
            for column in (0, 1)
        )
        found[f"{fame:g}"] = {
            accuracy: own,
            "change": change,
            "median_ratings": round(float(values[:, place, 1].mean()), 1),
            "famous": round(float(values[:, place, 2].mean()), 3),
        }
    return found


def measured(name: str, asked: Asked, spaces: Mapping[str, Space]) -> dict[str, dict[str, object]]:
    """One method on one kind of questions."""
    started = time.perf_counter()
    method = recommenders.create_for(name, list(spaces))
    method.fit(asked.dataset, spaces, rng=np.random.default_rng(0))
    found = summary(ask(method, asked), asked.accuracy)
    print(f"{name} {asked.accuracy} {time.perf_counter() - started:.1f} s", flush=True)
    for fame, row in found.items():
        print(f"  {fame:>5} {row}", flush=True)
    return found


def main() -> None:
    """Fit every method, ask it, print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("out", type=Path)
    parser.add_argument("--questions", type=int, default=600)
    parser.add_argument("--methods", default=METHODS)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    atlas = Atlas.open(arguments.name)
    spaces, _ = honest_spaces(atlas)
    rng = np.random.default_rng(arguments.seed)
    splits = asked_splits(atlas.interactions, rng=rng, catalog=atlas.catalog, questions=arguments.questions)
    split = make_splits("random_holdout", atlas.interactions, rng=rng)[0]
    kinds = {
        "few_likes": few_likes(atlas.dataset, splits),
        "held_out": held_out(Task.of(atlas.dataset, split)),
    }
    value: dict[str, object] = {
        "dataset": atlas.about["label"],
        "is_simulated": bool(atlas.about.get("is_simulated")),
        "seed": arguments.seed,
        "profiles": {kind: len(asked.profiles) for kind, asked in kinds.items()},
    }
    methods: dict[str, object] = {}
    for name in arguments.methods.split(","):
        try:
            methods[name] = {kind: measured(name, asked, spaces) for kind, asked in kinds.items()}
        except CannotFitError as error:
            print(f"{name:18} {error}")
        arguments.out.write_text(json.dumps({**value, "methods": methods}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
