"""Micro and macro F1 of the genre classifiers, on text with and without the genres in it.

    python bench/genre_classifier.py --data FOLDER

FOLDER holds `tmdb-5000` and `the-movies-dataset`. Every classifier learns from the same four fifths of the
films that have a genre and a plot, tunes its thresholds within them, and is scored once on the fifth left.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from core import datasets, embeddings
from core.domain import Dataset
from core.embeddings.encoders.doc2vec import Doc2Vec, Doc2VecParams, documents
from core.embeddings.vector_cache import VectorCache
from core.genres.trial import CLASSIFIERS, GenreTask, GenreTrial, make_task, run_trial
from core.settings import home

SEED = 0
DATASETS = ("tmdb-5000", "the-movies-dataset")
EPOCHS = (10, 50)
"""Of Doc2Vec: the published system's, which saw nine times as many films, and enough for some 5,000 films."""


def tasks(dataset: Dataset) -> Iterator[tuple[GenreTask, tuple[str, ...]]]:
    """What is read of a film, and which classifiers try it.

    The published text (genres and title: the answer is in it), the honest text of the same model, and
    the plot alone with a sentence model's vectors.
    """
    for name in ("doc2vec_leaky", "doc2vec"):
        encoder_class = embeddings.encoder_class(name)
        assert issubclass(encoder_class, Doc2Vec)
        recipe = "+".join(encoder_class.recipe)
        texts = [" ".join(words) for words in documents(dataset.catalog, recipe.split("+"))]
        yield make_task(recipe, dataset.catalog, texts), ("tfidf",)
        for epochs in EPOCHS:
            vectors = encoder_class(Doc2VecParams(epochs=epochs)).encode_items(dataset)
            yield make_task(f"{recipe}, {epochs} epochs", dataset.catalog, texts, vectors), ("network",)
    encoder = embeddings.create("minilm")
    plots = list(dataset.catalog.items["overview"])
    cache = VectorCache(home() / "cache" / "genre-classifier" / encoder.stamp().key, encoder.stamp().dim)
    yield (
        make_task("overview", dataset.catalog, plots, cache.encode(plots, encoder.encode_texts)),
        tuple(CLASSIFIERS),
    )


def report(trials: list[tuple[str, GenreTrial]]) -> str:
    """A Markdown table, one row a trial."""
    lines = [
        "| dataset | text | classifier | micro-F1 | macro-F1 | films scored | learned from | seconds |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, trial in trials:
        scores, label = trial.scores, CLASSIFIERS[trial.classifier].label
        lines.append(
            f"| {name} | {trial.task} | {label} | {scores.micro_f1:.3f} | {scores.macro_f1:.3f} "
            f"| {scores.n_films} | {trial.n_training} | {trial.seconds} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Run everything, print the table and keep it with its per-genre rows as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("MOVIE_DATA_DIR"), help="folder of the datasets"
    )
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent / "results" / "genre_classifier.json"
    )
    args = parser.parse_args()
    if args.data is None:
        parser.error("give --data, or set MOVIE_DATA_DIR")
    trials = []
    for name in DATASETS:
        for task, classifiers in tasks(datasets.load(name, args.data / name)):
            for classifier in classifiers:
                trials.append((name, run_trial(classifier, task, seed=SEED)))
                print(report(trials[-1:]).splitlines()[-1], flush=True)
    print(report(trials))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    found = [{"dataset": name, "classifier": t.classifier, "task": t.task, "n_training": t.n_training,
              "seconds": t.seconds, **t.scores.to_json()} for name, t in trials]  # fmt: skip
    about = {
        "seed": SEED,
        "machine": {"cpus": os.cpu_count(), "system": platform.system(), "python": platform.python_version()},
        "versions": {name: version(name) for name in ("numpy", "scikit-learn", "torch", "gensim")},
    }
    args.out.write_text(json.dumps({**about, "trials": found}, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
