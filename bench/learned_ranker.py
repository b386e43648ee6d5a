"""A ranker that learns (LightGBM's LambdaMART) over the hybrid's parts, against the hybrid's weighted sum, out of fold.

    pip install lightgbm
    MOVIE_DATA_DIR=… python bench/learned_ranker.py bench/results/learned_ranker.json [--pairs FILE]

A fifth of everybody's ratings is the test part. The parts are fitted on four fifths of the rest, and the ranker learns
from the fifth that they have not seen: for each person the 120 films that the sum puts first, with every part's
standardised score and place, how many like the film and how many films the person knows. On the test the parts know all
of the rest. FILE as for bench/collaborative_rules.py. Holdouts are other ones than those of docs/evaluation.md.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.collaborative_rules import parser_of, worlds, write_worlds
from core import recommenders
from core.domain import Dataset, Interactions
from core.evaluation.splits import Split, make_splits
from core.evaluation.task import Task
from core.recommenders.hybrid.hybrid import Hybrid
from core.recommenders.hybrid.parts import put_z_scores, standardised, weighted_sum
from core.recommenders.hybrid.weights import Doubles, ndcg
from core.types import FloatMatrix

SEED, HOLDOUTS = 11, 2
N_CANDIDATES = 120
ROUNDS, PATIENCE = 600, 40
"""Trees at most; fewer where further ones have not helped a fifth of the people for so long."""
RANKER = {
    "objective": "lambdarank",
    "metric": "ndcg",
    "eval_at": [10],
    "lambdarank_truncation_level": 15,
    "num_leaves": 15,
    "learning_rate": 0.05,
    "min_data_in_leaf": 200,
    "num_threads": 2,
    "verbosity": -1,
    "seed": 0,
}

Json = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Asked:
    """People, what the hybrid says for them, and what should be found.

    Attributes:
        blend: (n_people, n_items) the hybrid's score.
        films: (n_people, N_CANDIDATES) item_index of those that it puts first, known ones left out.
        features: (n_people * N_CANDIDATES, n_features).
        hidden: (n_people, n_items) bool CSR, what they know.
        wanted: (n_people, n_items) bool CSR, what they liked of what is held out.
    """

    blend: FloatMatrix
    films: npt.NDArray[np.int64]
    features: FloatMatrix
    hidden: sparse.csr_matrix
    wanted: sparse.csr_matrix

    @property
    def is_wanted(self) -> npt.NDArray[np.int64]:
        """(n_people, N_CANDIDATES) 1 = liked."""
        rows = np.arange(len(self.films))[:, None]
        return np.asarray(self.wanted[rows, self.films].todense(), np.int64)

    def measured(self, scores: FloatMatrix) -> Doubles:
        """(n_people,) nDCG@10 of scores of every film."""
        return ndcg(scores, self.hidden, self.wanted)

    def of_candidates(self, scores: FloatMatrix) -> FloatMatrix:
        """(n_people, n_items): scores of the candidates, all other films below them."""
        everything = np.full(self.blend.shape, -np.inf, np.float32)
        np.put_along_axis(everything, self.films, scores, axis=1)
        return everything


def asked(hybrid: Hybrid, train: Interactions, task: Task) -> Asked:
    """What a fitted hybrid says for the people of a split who liked something of what is held out."""
    people = np.flatnonzero(task.n_relevant)
    split = task.split
    profiles = [task.profiles[person] for person in people.tolist()]
    weights = hybrid._weights_of(profiles)
    stacked = standardised(hybrid.parts_, hybrid.rated_, profiles)
    blend = weighted_sum(stacked, weights)
    hidden, wanted = split.known[people].astype(bool), task.relevant[people].astype(bool)
    listed = blend.copy()
    listed[hidden.toarray()] = -np.inf
    films = np.argsort(-listed, axis=1, kind="stable")[:, :N_CANDIDATES]
    told = [part for part in stacked if part.any()]
    columns = [np.take_along_axis(part, films, axis=1) for part in (*told, blend)]
    columns += [np.argsort(np.argsort(-one, axis=1), axis=1).astype(np.float32) for one in columns]
    columns.append(np.log1p(train.item_counts())[films])
    columns.append(np.repeat(np.log1p(np.diff(hidden.indptr))[:, None], N_CANDIDATES, axis=1))
    features = np.stack(columns, axis=-1).astype(np.float32).reshape(-1, len(columns))
    return Asked(blend, films, features, hidden, wanted)


def learned(learn: Asked) -> tuple[Any, int]:
    """The fitted ranker, and how many trees it has."""
    import lightgbm

    people = np.random.default_rng(SEED).permutation(len(learn.films))
    kept, rest = people[: len(people) // 5], people[len(people) // 5 :]
    rows = {"kept": _rows(kept), "rest": _rows(rest)}
    labels = learn.is_wanted.ravel()

    def table(some: npt.NDArray[np.int64]) -> Any:
        groups = [N_CANDIDATES] * (len(some) // N_CANDIDATES)
        return lightgbm.Dataset(learn.features[some], labels[some], group=groups)

    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    tried = lightgbm.train(
        RANKER, table(rows["rest"]), ROUNDS, valid_sets=[table(rows["kept"])], callbacks=[stop]
    )
    rounds = int(tried.best_iteration)
    return lightgbm.train(RANKER, table(_rows(np.sort(people))), rounds), rounds


def _rows(people: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.asarray((people[:, None] * N_CANDIDATES + np.arange(N_CANDIDATES)).ravel(), np.int64)


def parts_on(dataset: Dataset, split: Split) -> Asked:
    """The hybrid, fitted on a split's train part, and asked."""
    train = replace(dataset, interactions=split.train)
    hybrid = recommenders.create("hybrid").fit(train, {}, rng=np.random.default_rng(SEED))
    assert isinstance(hybrid, Hybrid)
    return asked(hybrid, split.train, Task.of(dataset, split))


def one_holdout(dataset: Dataset, seed: int) -> tuple[dict[str, Doubles], int]:
    """Way -> (n_people,) nDCG@10 on the test part, and how many trees the ranker has."""
    (outer,) = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(seed))
    (inner,) = make_splits("random_holdout", outer.train, rng=np.random.default_rng(seed + 100))
    learn, test = parts_on(dataset, inner), parts_on(dataset, outer)
    ranker, rounds = learned(learn)
    scores = np.asarray(ranker.predict(test.features), np.float32).reshape(test.films.shape)
    blend = np.take_along_axis(test.blend, test.films, axis=1)
    return {
        "hybrid": test.measured(test.blend),
        "ranker": test.measured(test.of_candidates(scores)),
        "both": test.measured(test.of_candidates(_standard(scores) + _standard(blend))),
    }, rounds


def _standard(scores: FloatMatrix) -> FloatMatrix:
    into: FloatMatrix = np.zeros_like(scores)
    put_z_scores(scores, np.ones(scores.shape[1], bool), into, np.arange(len(scores)))
    return into


def measure(dataset: Dataset) -> Json:
    """Way -> nDCG@10, and what it differs by from the hybrid with a 95 % interval over people and holdouts."""
    holdouts = [one_holdout(dataset, seed) for seed in range(SEED, SEED + HOLDOUTS)]
    found: Json = {"people": len(holdouts[0][0]["hybrid"]), "trees": [rounds for _, rounds in holdouts]}
    for way in holdouts[0][0]:
        differences = [values[way] - values["hybrid"] for values, _ in holdouts]
        found[way] = {
            "ndcg@10": round(float(np.mean([values[way].mean() for values, _ in holdouts])), 4),
            "holdouts": [round(float(values[way].mean()), 4) for values, _ in holdouts],
            "difference": _interval(differences),
        }
    return found


def _interval(differences: Sequence[Doubles]) -> list[float]:
    """Mean, and its 95 % interval over people; holdouts share them, so the error is that of one."""
    mean = float(np.mean([one.mean() for one in differences]))
    error = float(np.mean([one.std(ddof=1) / np.sqrt(len(one)) for one in differences]))
    return [round(mean, 4), round(mean - 1.96 * error, 4), round(mean + 1.96 * error, 4)]


def main() -> None:
    """Measure, and write the figures."""
    options = parser_of(__doc__).parse_args()
    write_worlds(options.out, worlds(options.datasets, options.pairs), measure)


if __name__ == "__main__":
    main()
