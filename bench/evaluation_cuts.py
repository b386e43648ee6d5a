"""Further cuts of real ratings for docs/evaluation.md: other datasets, other protocols, and splits that papers published.

    MOVIE_ATLAS_HOME=… MOVIE_DATA_DIR=… python bench/evaluation_cuts.py [--only NAME …] [--ml-1m FOLDER] [--runs FOLDER]

FOLDER holds MovieLens 1M as papers cut it, as bench/ml_1m_cuts.py lays it out: `likes.tsv`, a person
and a film a line, the ten-core of the likes; `fold1/train.csv`, `fold1/test.csv` to `fold5/…` with user_id and item_id,
its published folds; `ml-1m.train.rating`, `ml-1m.test.rating` and `ml-1m.test.negative` of the Neural Collaborative
Filtering paper; `films.csv` and `leave-one-out-films.csv`, the films' titles, years and genres. Without it these cuts stay
as they were measured before. `by-time` needs a built ml-latest-small with the default spaces.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.evaluation_splits import (
    Cut,
    Options,
    by_time,
    new_folds_of_likes,
    one_left_out,
    published_folds_of_likes,
    published_hundred,
    quarters_of_all_ratings,
    the_movies_dataset,
)
from bench.evaluation_tables import RESULTS, SEED, fold_figures, made_with
from bench.ml_1m_cuts import FILMS, LEAVE_ONE_OUT_FILMS
from core import recommenders
from core.domain import Dataset
from core.embeddings import Space
from core.evaluation.protocol.runner import Factory, evaluate_all, method_factories
from core.evaluation.task import Settings
from core.recommenders.hybrid.hybrid import Hybrid

OUT = RESULTS / "evaluation_cuts.json"
BY_RATINGS = (
    "hybrid", "edlae", "ease", "slim", "ials", "item_knn", "user_knn", "rp3beta", "popularity", "random",
)  # fmt: skip
"""Methods that need no embedding; the hybrid goes without content there."""
WITH_TITLES = ("hybrid", "edlae", "ials", "content")
RATINGS_ALONE = "hybrid, ratings alone"

Json = dict[str, Any]


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
        methods: What is measured; None = all methods, or those that need no embedding where there is none.
    """

    title: str
    words: str
    load: Callable[[Options], Cut]
    figures: tuple[str, ...] = ("ndcg", "precision", "recall", "map")
    published: Mapping[str, Mapping[str, float]] | None = None
    needs_ml_1m: bool = False
    methods: Mapping[str, Factory] | None = None


class RatingsAlone(Hybrid):
    """The hybrid as it is where nothing is known of the films: it is told of no embedding."""

    name = "hybrid_ratings_alone"

    def needs(self) -> tuple[str, ...]:
        """No embedding."""
        return ()

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """As `Hybrid`, without the spaces."""
        return super().fit(dataset, {}, rng=rng)


def known_and_not() -> dict[str, Factory]:
    """The hybrid with and without what is known of the films, its strongest parts, and content alone."""
    return {**method_factories(WITH_TITLES), RATINGS_ALONE: RatingsAlone}


SAMPLED_PUBLISHED = {
    "iALS in Rendle et al. (2022), “Revisiting the performance of iALS”": {
        "hit_rate@10": 0.731,
        "ndcg@10": 0.452,
    }
}

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
        published=SAMPLED_PUBLISHED,
        needs_ml_1m=True,
    ),
    "ml-1m-published-titles": Kind(
        "The published test parts again, with the films' titles, years and genres",
        "What MovieLens 1M says of its films beside their ratings; MiniLM reads it. "
        f"`{RATINGS_ALONE}` is told nothing of them, as in the table of the same test parts above.",
        partial(published_folds_of_likes, films=FILMS),
        needs_ml_1m=True,
        methods=known_and_not(),
    ),
    "ml-1m-negatives-titles": Kind(
        "The last rating among 99 sampled films again, with titles, years and genres",
        "The same files; what films go by in them follows from the order in which GroupLens' ratings.dat first names them.",
        partial(one_left_out, films=LEAVE_ONE_OUT_FILMS),
        ("hit_rate", "ndcg", "mrr"),
        published=SAMPLED_PUBLISHED,
        needs_ml_1m=True,
        methods=known_and_not(),
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
    methods = kind.methods or method_factories(recommenders.names() if spaces else BY_RATINGS)
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
