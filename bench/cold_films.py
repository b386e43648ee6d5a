"""How well films that nobody has rated are ranked by what they are about, and write docs/cold-films.md from it.

    MOVIE_ATLAS_HOME=… python bench/cold_films.py measure ml-100k [--seeds 0,1,2] [--runs FOLDER]
    python bench/cold_films.py render

`measure` needs a workspace with the embedding minilm (python -m core build ml-100k --from …) and writes
bench/results/cold_films_ml_100k.json. Words that people of the dataset gave films (tags) are taken out before: where
somebody tags a film, somebody has seen it.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.evaluation_tables import user_means
from core import embeddings, recommenders
from core.domain import Catalog, Dataset, Profile
from core.embeddings import Space
from core.embeddings.film_texts import film_texts
from core.embeddings.vector_cache import VectorCache
from core.evaluation.protocol.runner import Factory, evaluate_all
from core.evaluation.results import significance
from core.evaluation.results.result import EvaluationResult
from core.evaluation.results.result_json import about_json
from core.evaluation.splits import make_splits
from core.evaluation.task import Settings
from core.genres.labels import genre_labels
from core.models.preference_matrix import liked_matrix
from core.recommenders.hybrid.learned_content import LearnedContent
from core.serving import Atlas
from core.settings import home
from core.types import FloatMatrix

ROOT = Path(__file__).resolve().parent.parent
RESULTS, DOCUMENT = ROOT / "bench" / "results", ROOT / "docs" / "cold-films.md"
DATASETS = ("ml-100k", "ml-latest-small")
SEEDS = (0, 1, 2)
K = 10
BASELINE = "genres alone"
Json = dict[str, Any]


class GenresLearned(LearnedContent):
    """The same regression, told the genres and nothing else: what learning brings without any other content."""

    def points(self, dataset: Dataset, spaces: Mapping[str, Space], rng: np.random.Generator) -> FloatMatrix:
        """(n_items, n_genres): 1 / sqrt(number of genres) for each of a film's."""
        return genre_directions(dataset.catalog)


class OneList(LearnedContent):
    """The same regression, asked for everybody at once: what is liked at all, and nothing of the person."""

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """As `LearnedContent`, and the mean of all histories kept."""
        super().fit(dataset, spaces, rng=rng)
        mean = np.asarray(liked_matrix(dataset, self.params.min_weight)[:, self.items_].mean(axis=0)).ravel()
        self._everybody = np.asarray(self.points_ @ (mean @ self.likes_), np.float32)
        return self

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """One row for all."""
        return np.tile(self._everybody, (len(profiles), 1))


def genre_directions(catalog: Catalog) -> FloatMatrix:
    """(n_items, n_genres) float32 of length 1: a film's genres, each alike; zeros where it has none."""
    has = genre_labels(catalog).matrix.astype(np.float32)
    return np.asarray(has / np.maximum(np.sqrt(has.sum(1, keepdims=True)), 1), np.float32)


def genre_space(catalog: Catalog) -> Space:
    """The genres as an embedding, for `content` to search in: the mean of the likes' genres, and the cosine to it."""
    directions = genre_directions(catalog)
    return Space("genres", directions, embeddings.Stamp("genres", "1", directions.shape[1]), "cosine", None)


def methods() -> dict[str, Factory]:
    """Label -> makes the method."""
    create = recommenders.create
    return {
        BASELINE: partial(create, "content", space="genres", dislike_weight=0.0),
        "genres, learned": GenresLearned,
        "learned_content, one list for everybody": OneList,
        **{
            name: partial(create, name) for name in ("random", "content", "genre_clusters", "learned_content")
        },
    }


def without_tags(dataset: Dataset, space: Space) -> tuple[Dataset, Space]:
    """The dataset with no keywords, and the embedding of the films that had some made anew."""
    had = np.array([len(words) > 0 for words in dataset.catalog.items["keywords"]])
    if not had.any():
        return dataset, space
    items = dataset.catalog.items.copy()
    items["keywords"] = [()] * len(items)
    bare = replace(dataset, catalog=Catalog.of(items))
    encoder = embeddings.create(space.name)
    texts = [text for text, tagged in zip(film_texts(bare.catalog), had, strict=True) if tagged]
    cache = VectorCache(home() / "cache" / "cold-films" / encoder.stamp().key, encoder.stamp().dim)
    vectors = np.array(space.vectors, np.float32)
    vectors[had] = cache.encode(texts, encoder.encode_texts)
    return bare, replace(space, vectors=vectors)


def measure(name: str, seeds: tuple[int, ...], runs: Path | None) -> Json:
    """Both questions, over several draws of a tenth of the films."""
    atlas = Atlas.open(name)
    dataset, space = without_tags(atlas.dataset, atlas.space("minilm"))
    splits = [
        split
        for seed in seeds
        for split in make_splits("cold_items", atlas.interactions, rng=np.random.default_rng(seed))
    ]

    def run(
        chosen: Any, dataset: Dataset, space: Space, methods: Mapping[str, Factory]
    ) -> list[EvaluationResult]:
        settings = Settings(ks=(K,), metrics=("ndcg", "recall"), seed=0, ties="random")
        spaces = {"minilm": space, "genres": genre_space(dataset.catalog)}
        told = lambda done, total, note="": print(f"{done}/{total} {note}", flush=True)  # noqa: E731
        found = evaluate_all(dataset, spaces, methods, chosen, settings=settings, folder=runs, progress=told)
        return list(found)

    open_lists = [replace(one, name="cold_items among all films", candidates=None) for one in splits]
    questions = {"among themselves": splits, "among all films": open_lists}
    found = {question: run(chosen, dataset, space, methods()) for question, chosen in questions.items()}
    if dataset is not atlas.dataset:
        tagged = {"learned_content, with tags": partial(recommenders.create, "learned_content")}
        for question, chosen in questions.items():
            more = run(chosen, atlas.dataset, atlas.space("minilm"), tagged)
            for result, other in zip(found[question], more, strict=True):
                result.runs.update(other.runs)
    about = about_json(found["among themselves"][0])
    return {
        "dataset": atlas.dataset.label,
        "seeds": list(seeds),
        "n_films": int(about["split"]["n_cold_items"]),
        "counts": about["counts"],
        "share_with_plot": round(float((dataset.catalog.items["overview"] != "").mean()), 4),
        "questions": {question: figures(results) for question, results in found.items()},
        "versions": about["versions"],
        "machine": {"cpus": os.cpu_count(), "system": platform.system(), "python": platform.python_version()},
        "date": time.strftime("%Y-%m-%d"),
    }


def figures(results: list[EvaluationResult]) -> Json:
    """Every method's nDCG with interval, how many times that of genres alone, and the places given to unrated films."""
    means = {label: user_means(tuple(results), label) for label in results[0].runs}
    found: Json = {"users": int(np.isfinite(means[BASELINE]).sum()), "methods": {}}
    for label, values in means.items():
        unrated = []
        for result in results:
            listed = result.runs[label].ranked[:, :K]
            unrated.append(float(result.task.split.is_cold_item[listed[listed >= 0]].mean()))
        found["methods"][label] = {
            **with_interval(values, means[BASELINE]),
            "unrated_share": round(float(np.mean(unrated)), 5),
        }
    return found


def with_interval(values: npt.NDArray[np.float64], baseline: npt.NDArray[np.float64]) -> Json:
    """The users' mean and its ratio to the baseline's, each with 95 % of 1,000 resamples of the users."""
    both = np.column_stack([values, baseline])
    samples = significance.bootstrap_means(both, np.random.default_rng(0))
    samples[:, 1] = samples[:, 0] / samples[:, 1]
    low, high = significance.percentile_interval(samples)
    centre = np.nanmean(values), np.nanmean(values) / np.nanmean(baseline)
    names = ("ndcg", "times_genres")
    rows = zip(names, centre, low, high, strict=True)
    return {
        name: {"mean": round(float(m), 5), "low": round(float(a), 5), "high": round(float(b), 5)}
        for name, m, a, b in rows
    }


def path_of(name: str) -> Path:
    """Where the figures of one dataset lie."""
    return RESULTS / f"cold_films_{name.replace('-', '_')}.json"


def main() -> None:
    """Measure one dataset, or write the document."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    tasks = parser.add_subparsers(dest="task", required=True)
    task = tasks.add_parser("measure")
    task.add_argument("dataset", choices=DATASETS)
    task.add_argument("--seeds", default=",".join(map(str, SEEDS)), help="which draws of cold films")
    task.add_argument("--runs", type=Path, help="folder that keeps finished runs")
    task.add_argument("--out", type=Path, help="where to write instead of bench/results")
    tasks.add_parser("render")
    options = parser.parse_args()
    if options.task == "measure":
        seeds = tuple(int(seed) for seed in options.seeds.split(","))
        found = measure(options.dataset, seeds, options.runs)
        (options.out or path_of(options.dataset)).write_text(
            json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8"
        )
    else:
        from bench import cold_films_document

        kept = [json.loads(path_of(name).read_text("utf-8")) for name in DATASETS]
        DOCUMENT.write_text(cold_films_document.document(kept), "utf-8")


if __name__ == "__main__":
    main()
