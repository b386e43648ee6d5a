"""Further cuts of real ratings for docs/evaluation.md: other datasets, other protocols, and splits that papers published.

    MOVIE_ATLAS_HOME=… MOVIE_DATA_DIR=… python bench/evaluation_cuts.py [--only NAME …] [--ml-1m FOLDER] [--runs FOLDER]

FOLDER holds MovieLens 1M as papers cut it, as bench/ml_1m_cuts.py lays it out: `likes.tsv`, a person
and a film a line, the ten-core of the likes; `fold1/train.csv`, `fold1/test.csv` to `fold5/…` with user_id and item_id,
its published folds; `ml-1m.train.rating`, `ml-1m.test.rating` and `ml-1m.test.negative` of the Neural Collaborative
Filtering paper. Without it these cuts stay as they were measured before. `by-time` needs a built ml-latest-small with the
default spaces.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.collaborative_rules import of_pairs
from bench.evaluation_tables import RESULTS, SEED, SPACES, fold_figures, made_with
from core import datasets, recommenders
from core.domain import Dataset
from core.embeddings import Space
from core.evaluation.protocol.runner import Factory, evaluate_all, method_factories
from core.evaluation.splits import Split, make_splits
from core.evaluation.splits.own_files import load_files
from core.evaluation.splits.split import split_by_mask
from core.evaluation.task import Settings
from core.serving import Atlas

OUT = RESULTS / "evaluation_cuts.json"
BY_RATINGS = (
    "hybrid", "edlae", "ease", "slim", "ials", "item_knn", "user_knn", "rp3beta", "popularity", "random",
)  # fmt: skip
"""Methods that need no embedding; the hybrid goes without content there."""
N_QUARTERS = 5

Json = dict[str, Any]
Cut = tuple[Dataset, Sequence[Split], Mapping[str, Space]]


@dataclass(frozen=True)
class Options:
    """Where things are.

    Attributes:
        data: The folder with the datasets.
        ml_1m: MovieLens 1M as papers cut it; None = it is not here.
    """

    data: Path
    ml_1m: Path | None


@dataclass(frozen=True)
class Kind:
    """One cut.

    Attributes:
        title: Its heading.
        words: What is held out, and what counts as found.
        load: The dataset, its splits and spaces.
        figures: What is measured.
        published: What others published for just this split: name -> figures, with the source in the name.
        needs_ml_1m: Whether it reads MovieLens 1M.
    """

    title: str
    words: str
    load: Callable[[Options], Cut]
    figures: tuple[str, ...] = ("ndcg", "precision", "recall", "map")
    published: Mapping[str, Mapping[str, float]] | None = None
    needs_ml_1m: bool = False


def the_movies_dataset(options: Options) -> Cut:
    """Five folds of the small sample of ratings."""
    dataset = datasets.load("the-movies-dataset", options.data / "the-movies-dataset")
    return dataset, make_splits("k_fold", dataset.interactions, rng=np.random.default_rng(SEED)), {}


def by_time(options: Options) -> Cut:
    """The latest fifth of all ratings."""
    atlas = Atlas.open("ml-latest-small")
    splits = make_splits("global_time", atlas.interactions, rng=np.random.default_rng(SEED))
    return atlas.dataset, splits, {space: atlas.space(space) for space in SPACES}


def published_hundred(options: Options) -> Cut:
    """The folds u1 to u5 that MovieLens 100K comes with."""
    folder = options.data / "ml-100k"
    dataset = datasets.load("ml-100k", folder)
    place = {item: number for number, item in enumerate(dataset.catalog.ids)}
    row = {user: number for number, user in enumerate(dataset.interactions.user_ids)}
    ratings = dataset.interactions.ratings
    rows = np.repeat(np.arange(ratings.shape[0]), np.diff(ratings.indptr))
    splits = []
    for fold in range(1, 6):
        pairs = np.loadtxt(folder / f"u{fold}.test", dtype=np.int64, usecols=(0, 1))
        held = {(row[str(user)], place[str(item)]) for user, item in pairs.tolist()}
        is_test = np.fromiter(
            (
                (user, item) in held
                for user, item in zip(rows.tolist(), ratings.indices.tolist(), strict=True)
            ),
            bool,
            len(rows),
        )
        splits.append(split_by_mask(f"u{fold}", dataset.interactions, is_test))
    return dataset, splits, {}


def quarters_of_all_ratings(options: Options) -> Cut:
    """A quarter of everybody's ratings, drawn five times; a rating of any number of stars is a bare yes."""
    dataset = datasets.load("ml-100k", options.data / "ml-100k")
    ratings = dataset.interactions.ratings
    ones = sparse.csr_matrix((np.ones_like(ratings.data), ratings.indices, ratings.indptr), ratings.shape)
    yes = replace(dataset.interactions, ratings=ones, scale=(1.0, 1.0), is_explicit=False)
    splits = [
        replace(split, name=f"{split.name}[{seed + 1}/{N_QUARTERS}]")
        for seed in range(N_QUARTERS)
        for split in make_splits("random_holdout", yes, rng=np.random.default_rng(seed), fraction=0.25)
    ]
    return replace(dataset, interactions=yes), splits, {}


def new_folds_of_likes(options: Options) -> Cut:
    """Five new folds of MovieLens 1M's ten-core of likes."""
    assert options.ml_1m is not None
    dataset = of_pairs(options.ml_1m / "likes.tsv")
    return dataset, make_splits("k_fold", dataset.interactions, rng=np.random.default_rng(SEED)), {}


def published_folds_of_likes(options: Options) -> Cut:
    """The five published test parts of the same."""
    assert options.ml_1m is not None
    found = [
        load_files(folder / "train.csv", folder / "test.csv")
        for folder in (options.ml_1m / f"fold{number}" for number in range(1, 6))
    ]
    return found[0][0], [split for _, split in found], {}


def one_left_out(options: Options) -> Cut:
    """Everybody's last rating against 99 sampled films."""
    assert options.ml_1m is not None
    parts = (options.ml_1m / f"ml-1m.{name}" for name in ("train.rating", "test.rating", "test.negative"))
    train, test, negatives = parts
    dataset, split = load_files(train, test, negatives=negatives)
    return dataset, [split], {}


CUTS: dict[str, Kind] = {
    "ml-1m-likes": Kind(
        "MovieLens 1M, likes, ten-core: five new folds",
        "Ratings of 4 and more, of people and films with ten and more of them: 5,949 people, 2,810 films, 571,531 likes. "
        "Each fifth is held out once.",
        new_folds_of_likes,
        needs_ml_1m=True,
    ),
    "ml-1m-published": Kind(
        "The same likes: the five published test parts",
        "The splits of Anelli et al. (UMAP 2022), “Top-N recommendation algorithms: a quest for the state-of-the-art”: a "
        "fifth of everybody's likes, drawn five times. They were looked at after the methods' rules had been chosen.",
        published_folds_of_likes,
        needs_ml_1m=True,
    ),
    "ml-1m-negatives": Kind(
        "MovieLens 1M: the last rating among 99 sampled films",
        "The files of He et al. (2017), “Neural collaborative filtering”. Every rating counts as a like, and methods learn "
        "from bare likes. What is sampled can turn the order of methods round: read it beside the other tables.",
        one_left_out,
        ("hit_rate", "ndcg", "mrr"),
        published={
            "iALS in Rendle et al. (2022), “Revisiting the performance of iALS”": {
                "hit_rate@10": 0.731,
                "ndcg@10": 0.452,
            }
        },
        needs_ml_1m=True,
    ),
    "ml-100k-published": Kind(
        "MovieLens 100K: the folds u1 to u5 that it comes with",
        "Each fifth is held out once; liked is a rating of 4 and more.",
        published_hundred,
    ),
    "ml-100k-quarters": Kind(
        "MovieLens 100K: a quarter of everybody's ratings, whatever their stars",
        "How the benchmark of the Recommenders project splits and counts: every held-out rating counts as found, of one "
        "star too, and methods learn from bare ratings. Here it is drawn five times; theirs is one draw, which its seed and "
        "library decide, so that the figures are of the same kind and not of the same split.",
        quarters_of_all_ratings,
        ("precision", "ndcg", "recall"),
        published={
            f"{name} in the Recommenders project's README": {
                "precision@10": precision,
                "ndcg@10": ndcg,
                "recall@10": recall,
            }
            for name, precision, ndcg, recall in (
                ("BiVAE", 0.412, 0.475, 0.219),
                ("BPR", 0.388, 0.442, 0.213),
                ("LightGCN", 0.380, 0.420, 0.144),
                ("NCF", 0.347, 0.396, 0.181),
                ("SAR", 0.331, 0.382, 0.176),
            )
        },
    ),
    "the-movies-dataset": Kind(
        "The Movies Dataset, small sample: five folds",
        "671 people. The rules of EDLAE's evening out and of iALS's penalty, and the weights that the hybrid starts with, "
        "were chosen on these people: a trace of optimism.",
        the_movies_dataset,
    ),
    "by-time": Kind(
        "MovieLens latest-small, by time",
        "The latest fifth of all ratings is held out, wherever it falls; whoever has no rating before it is a stranger.",
        by_time,
    ),
}


def measure(kind: Kind, options: Options, runs: Path | None) -> Json:
    """Method -> figures with intervals over all splits, and what the tests say."""
    dataset, splits, spaces = kind.load(options)
    names = recommenders.names() if spaces else BY_RATINGS
    methods: Mapping[str, Factory] = method_factories(names)
    settings = Settings(ks=(10,), metrics=kind.figures, seed=SEED)
    results = evaluate_all(
        dataset,
        spaces,
        methods,
        splits,
        settings=settings,
        folder=runs,
        progress=lambda done, total, note="": print(f"{done}/{total} {note}", flush=True),
    )
    return {
        "methods": fold_figures(results, about_lists=()),
        "about": made_with(results, spaces),
        "seconds": round(sum(sum(run.seconds.values()) for one in results for run in one.runs.values())),
    }


def measured() -> Json:
    """What has been measured so far, by the name of the cut."""
    found: Json = json.loads(OUT.read_text("utf-8")) if OUT.exists() else {}
    return found


def main() -> None:
    """Measure cuts, one after the other, and write down what was found after each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", default=list(CUTS), choices=list(CUTS))
    parser.add_argument("--ml-1m", type=Path, help="MovieLens 1M as papers cut it")
    parser.add_argument("--runs", type=Path, help="folder that keeps finished runs")
    given = parser.parse_args()
    options = Options(Path(os.environ["MOVIE_DATA_DIR"]), given.ml_1m)
    for name in given.only:
        kind = CUTS[name]
        if kind.needs_ml_1m and options.ml_1m is None:
            print(f"{name}: stays as it was, for want of --ml-1m")
            continue
        started = time.perf_counter()
        found = measured() | {name: measure(kind, options, given.runs)}
        OUT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
