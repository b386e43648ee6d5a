"""Reading the films: from files, from other datasets that are asked for, and from Wikipedia's lists where plots lack."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import datasets
from core.build.donors import Donor, inputs_of
from core.build.request import Request
from core.build.stage import Runner, Stage
from core.compute.cost import Size
from core.compute.progress import Progress
from core.datasets.linked_facts import filled_in
from core.datasets.locate import find_input, find_wikipedia, is_enrichable, wikipedia_files
from core.datasets.reading.bounds import bounded
from core.datasets.registry import version_of
from core.datasets.wikipedia import enrich
from core.domain import Catalog, Dataset
from core.domain.catalog import COLUMN_WORDS
from core.errors import DatasetError
from core.recommenders.base import size_of
from core.storage import Manifest, artifacts
from core.storage.fingerprints import fingerprint, fingerprint_files

ENRICH_VERSION = 2
"""Raised whenever the same film lists would add something else."""
REPORT_VERSION = 1
"""Raised whenever this stage says something else of the same films."""


@dataclass(frozen=True, eq=False)
class Films:
    """The dataset as it was read, and the fingerprints of the parts that other stages read.

    Attributes:
        films: What an encoder reads: a new rating changes a film's votes, not the film.
        catalog: The whole catalogue, votes included.
        ratings: Who rated what.
        about: Where the films came from, for the manifest.
    """

    dataset: Dataset
    films: str
    catalog: str
    ratings: str
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> Size:
        """How much there is."""
        return size_of(self.dataset)


def read_films(
    request: Request, before: Manifest | None, runner: Runner, donors: Sequence[Donor] = ()
) -> Films:
    """Read the films, or what was read of them last time where the files are gone.

    Args:
        request: What to build.
        before: The live manifest; None = nothing was built yet.
        runner: Does the stage.
        donors: Datasets to fill in from.

    Raises:
        DatasetError: The files are missing, wrong or empty, or films cannot be known by their ids.
    """
    path = find_input(request.name, request.source_path, before.about.get("origin") if before else None)
    if path is None:
        folder = runner.keep("dataset", before.artifacts["dataset"]) if before else None
        if before is None or folder is None:
            raise _nothing_to_read(request.name)
        if donors:
            raise DatasetError(
                f"The files of {request.name} are not here, so nothing can be filled in.",
                hint="Without --with, the films stay as they were read last time.",
            )
        kept = ("origin", "columns")  # for the day when the files are back
        return _opened(folder, {name: before.about[name] for name in kept if name in before.about})
    wikipedia = find_wikipedia(request.name, path, request.wikipedia)
    columns = dict(request.columns) or (before.about.get("columns", {}) if before else {})
    stage = dataset_stage(
        request.name, path, wikipedia, columns, is_enriched=request.wikipedia != "", donors=donors
    )
    return _opened(runner.run(stage), {"origin": str(request.moves_to or path), "columns": columns})


def dataset_stage(
    name: str,
    path: Path,
    wikipedia: Path | None,
    columns: Mapping[str, str],
    *,
    is_enriched: bool = True,
    donors: Sequence[Donor] = (),
) -> Stage:
    """The stage `dataset`: what is asked for is filled in first, Wikipedia fills what is still empty.

    Args:
        name: The dataset's name.
        path: Folder, archive or file of its films.
        wikipedia: Folder of the film lists; None = there are none.
        columns: For a person's own files: our column -> theirs.
        is_enriched: Whether plots are wanted where there are none.
        donors: Datasets to fill in from, by ids.
    """

    def read(folder: Path, progress: Progress) -> None:
        progress(0, 0, "reading files")
        with nullcontext() if name in datasets.SOURCES else bounded(name):
            dataset = datasets.load(name, path, columns=columns or None)
        if donors:
            progress(0, 0, f"filling in from {', '.join(one.name for one in donors)}")
            dataset = filled_in(dataset, [one.load() for one in donors])
        if wikipedia:
            progress(0, 0, "looking up plots and casts")
            dataset = enrich.enrich_with_wikipedia(dataset, wikipedia)
        elif is_enriched and is_enrichable(name):
            what = "Nothing was added from Wikipedia" if donors else "No plots or casts"
            dataset.report.notes.append(
                f"{what}: the Wikipedia film lists were not found. Get them with: "
                "python -m core fetch wikipedia-movies"
            )
        dataset.report.notes.append(unknown_words(dataset.catalog))
        artifacts.save_dataset(dataset, folder)

    files = fingerprint_files(datasets.input_files(name, path))
    lists = fingerprint_files(wikipedia_files(wikipedia)) if wikipedia else ""
    inputs = (
        name,
        version_of(name),
        files,
        dict(columns),
        lists,
        ENRICH_VERSION if wikipedia else 0,
        REPORT_VERSION,
        *inputs_of(donors),
    )
    return Stage("dataset", "Reading the films", inputs, read, gives_content=True)


def unknown_words(catalog: Catalog) -> str:
    """How many films lack a plot, people, keywords and so on, in a sentence."""
    counts = {word: catalog.unknown(column) for column, word in COLUMN_WORDS.items()}
    gaps = ", ".join(f"{count:,} without a {word}" for word, count in counts.items() if count)
    return f"Of {len(catalog):,} films: {gaps or 'none lacks anything'}."


def _opened(folder: Path, about: Mapping[str, Any]) -> Films:
    dataset = artifacts.load_dataset(folder)
    films = dataset.catalog.items.drop(columns=["n_votes", "vote_average"])
    return Films(
        dataset,
        fingerprint(films.to_json(orient="split")),
        fingerprint_files([folder / "items.parquet"]),
        fingerprint_files([folder / "ratings.npz"]),
        about,
    )


def _nothing_to_read(name: str) -> DatasetError:
    source = datasets.SOURCES.get(name)
    if source is not None and source.url:
        hint = f"Get them with: python -m core fetch {name}, or give their folder with --from."
    else:
        hint = f"Give their folder with: python -m core build {name} --from FOLDER"
    return DatasetError(f"The files of {name} are not here.", hint=hint)
