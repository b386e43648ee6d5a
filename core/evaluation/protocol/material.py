"""What an experiment is done on: a built dataset or a person's own files, without any embedding that would leak."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core import embeddings, recommenders
from core.compute.progress import Stages
from core.domain import Catalog
from core.embeddings import Space
from core.errors import AtlasError, InvalidQueryError, ModelUnavailableError
from core.evaluation.protocol.experiment import Experiment, Material
from core.evaluation.results.stored import RUNS, folder_of
from core.evaluation.splits import make_splits
from core.evaluation.splits.kinds import KNOWN_COUNTS
from core.evaluation.splits.own_files import load_files
from core.params import param_fields
from core.serving import Atlas
from core.settings import home
from core.types import FloatMatrix

DEFAULT_SPLIT = "random_holdout"
LEARNED = "its vectors were learned from all ratings, also the held-out ones, so it would know the answers."
NO_WORDS = "no film has a title or a plot to read; give them with --items."
ONLY_READ = (
    "films of your own files are read by MiniLM alone; for others make them a dataset: "
    "python -m core build NAME --from FOLDER"
)
SAMPLED = (
    "What was held out of a user competed with that user's films of the negatives file alone: figures are far higher than "
    "among all films, and methods may stand in another order (Krichene and Rendle 2020)."
)
_OWN_FILES = "_files"  # no dataset can be called so
_READER = "minilm"


def material_of_dataset(
    name: str, experiment: Experiment, *, split: str = "", known: Sequence[int] = ()
) -> Material:
    """A built dataset, split.

    Args:
        name: Of the dataset.
        experiment: Its seed draws the split.
        split: Registered split; "" = `cold_users` where `known` is given, else a random holdout.
        known: How many ratings of a cold user are given; () = 0, 1, 3, 5, 10 and 20.

    Raises:
        NotBuiltError: The dataset is not built.
        InvalidQueryError: `known` was given for another split than `cold_users`.
        UnknownNameError: There is no such split.
        DatasetError: The ratings cannot be split like this.
    """
    split = split or ("cold_users" if known else DEFAULT_SPLIT)
    if known and split != "cold_users":
        raise InvalidQueryError(
            "The number of given ratings (--cold-n) goes with the split cold_users.",
            hint="Leave one of the two out.",
        )
    options: dict[str, Any] = {"given": tuple(known or KNOWN_COUNTS)} if split == "cold_users" else {}
    atlas = Atlas.open(name)
    rng = np.random.default_rng(experiment.seed)
    splits = make_splits(split, atlas.interactions, rng=rng, catalog=atlas.catalog, **options)
    opened, unused = honest_spaces(atlas)
    return Material(atlas.dataset, splits, opened, unused, (), folder_of(name) / RUNS)


def honest_spaces(atlas: Atlas) -> tuple[dict[str, Space], dict[str, str]]:
    """The built embeddings that did not learn from ratings, and of the others why they are left out."""
    opened: dict[str, Space] = {}
    unused: dict[str, str] = {}
    for name in atlas.space_names:
        space = atlas.space(name)
        try:
            learned = embeddings.encoder_class(embeddings.request_of(space.stamp)).learns_from_ratings
        except AtlasError:
            unused[name] = (
                "its model is not here any more, so nobody can tell whether it learned from ratings."
            )
            continue
        if learned:
            unused[name] = LEARNED
        else:
            opened[name] = space
    return opened, unused


def material_of_files(
    train: Path,
    test: Path,
    items: Path | None,
    experiment: Experiment,
    stages: Stages,
    *,
    negatives: Path | None = None,
    films: str = "",
    kept_by: str = "",
) -> Material:
    """A person's own train and test files; their films are read by MiniLM where a method needs an embedding.

    Args:
        train: To learn from.
        test: To be tested on.
        items: The films.
        experiment: What is asked.
        stages: Told when films are read.
        negatives: What held-out films compete with alone.
        films: A built dataset that knows the films, with its embeddings; "" = the files alone do.
        kept_by: Dataset beside whose evaluations runs are kept; "" = `films`, or a place of their own.

    Raises:
        DatasetError: A file cannot be used.
        NotBuiltError: `films` is not built.
    """
    atlas = Atlas.open(films) if films else None
    dataset, split = load_files(train, test, items, negatives, films=atlas.dataset if atlas else None)
    table_notes = [
        f"{table.name}: {drop.count:,} rows left out ({drop.reason})."
        for table in dataset.report.tables
        for drop in table.dropped
    ]
    notes = [*table_notes, *dataset.report.warnings]
    if split.is_sampled:
        notes.append(SAMPLED)
    place = kept_by or films
    folder = (folder_of(place) if place else home() / "evaluations" / _OWN_FILES) / RUNS
    if atlas:
        opened, unused = honest_spaces(atlas)
        opened = {name: _widened(space, len(dataset.catalog)) for name, space in opened.items()}
        return Material(dataset, (split,), opened, unused, tuple(notes), folder)
    opened, unused = {}, {}
    described = described_films(dataset.catalog)
    if any(map(_uses_spaces, experiment.methods)):
        if not described.any():
            unused[_READER] = NO_WORDS
        else:
            try:
                opened[_READER] = _read_films(dataset.catalog, described, stages)
            except ModelUnavailableError as error:
                unused[_READER] = str(error)
    others = ONLY_READ if described.any() else NO_WORDS
    return Material(dataset, (split,), opened, unused, tuple(notes), folder, others)


def _widened(space: Space, n_items: int) -> Space:
    """A space with room for films after its own, which have no vector."""
    if n_items == len(space.vectors):
        return space
    vectors = np.zeros((n_items, space.vectors.shape[1]), np.float32)
    vectors[: len(space.vectors)] = space.vectors
    return replace(space, vectors=vectors)


def described_films(catalog: Catalog) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """(n_items,) whether there is anything to read about a film beside its id."""
    items = catalog.items
    said = (items["title"] != items["item_id"]) | (items["overview"] != "")
    for name in ("genres", "keywords"):
        said |= items[name].map(len) > 0
    return said.to_numpy(bool)


def _uses_spaces(method: str) -> bool:
    cls = recommenders.method_class(method)
    chooses = any(spec.metadata.get("choices_from") == "spaces" for spec in param_fields(cls.Params))
    return chooses or bool(recommenders.create(method).needs())


def _read_films(catalog: Catalog, described: np.ndarray[Any, np.dtype[np.bool_]], stages: Stages) -> Space:
    """MiniLM's space over the films; those that only have an id get no vector."""
    from core.domain import Dataset, Interactions

    encoder = embeddings.create(_READER)
    known = Catalog.of(catalog.items[described].reset_index(drop=True))
    films = Dataset("files", "Films", known, Interactions.empty(len(known)))
    clock = stages.begin(f"Reading every film with {encoder.label}")
    vectors: FloatMatrix = np.zeros((len(catalog), encoder.stamp().dim), np.float32)
    workdir = home() / "cache" / "vectors" / _READER
    vectors[described] = encoder.encode_items(films, workdir=workdir, progress=clock)
    return Space(_READER, vectors, encoder.stamp(), encoder.metric, encoder.encode_texts)
