"""What the further cuts hold out, each loaded with its films and, where films are known, their embeddings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import sparse

from bench.collaborative_rules import of_pairs
from bench.evaluation_tables import SEED, SPACES
from core import datasets, embeddings
from core.domain import Catalog, Dataset
from core.embeddings import Space
from core.embeddings.film_texts import film_texts
from core.evaluation.splits import Split, make_splits
from core.evaluation.splits.own_files import load_files
from core.evaluation.splits.split import split_by_mask
from core.serving import Atlas

N_QUARTERS = 5

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


def published_folds_of_likes(options: Options, films: str = "") -> Cut:
    """The five published test parts of the same; `films` names the table of the films, where they are to be known."""
    assert options.ml_1m is not None
    items = options.ml_1m / films if films else None
    found = [
        load_files(folder / "train.csv", folder / "test.csv", items)
        for folder in (options.ml_1m / f"fold{number}" for number in range(1, 6))
    ]
    dataset = found[0][0]
    return dataset, [split for _, split in found], read_by_minilm(dataset.catalog) if films else {}


def one_left_out(options: Options, films: str = "") -> Cut:
    """Everybody's last rating against 99 sampled films; `films` as in `published_folds_of_likes`."""
    assert options.ml_1m is not None
    parts = (options.ml_1m / f"ml-1m.{name}" for name in ("train.rating", "test.rating", "test.negative"))
    train, test, negatives = parts
    items = options.ml_1m / films if films else None
    dataset, split = load_files(train, test, items, negatives)
    return dataset, [split], read_by_minilm(dataset.catalog) if films else {}


def read_by_minilm(catalog: Catalog) -> dict[str, Space]:
    """The embedding of the films' texts, made on the spot."""
    encoder = embeddings.create("minilm")
    vectors = encoder.encode_texts(film_texts(catalog))
    return {encoder.name: Space(encoder.name, vectors, encoder.stamp(), "cosine", encoder.encode_texts)}
