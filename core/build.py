"""The build: which stages a dataset needs, which of them are stale, and running those in order.

Every stage is keyed by the fingerprint of what goes into it, so an unchanged stage is found instead of run, an
interrupted build goes on where it stopped, and nothing that is being served is touched until the new manifest is
published.
"""

import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from core import artifacts, datasets, recommenders, spaces
from core.datasets import enrich
from core.datasets.base import Dataset, fingerprint_files
from core.errors import AtlasError, CannotFitError, DatasetError, ModelUnavailableError
from core.recommenders.base import Recommender, recipe_of
from core.spaces import Encoder, Space, Stamp, clusters, projection
from core.store import ItemTable, TableLocation, movie_columns, user_columns
from core.types import Progress
from core.workspace import Manifest, Workspace, fingerprint, home

SEED = 0
TABLE_VERSION = 1
USERS_VERSION = 1
DEFAULT_SPACES = ("minilm", "word2vec", "doc2vec", "triplet")
WIKIPEDIA = "wikipedia-movies"
"""Name of the Wikipedia film lists' download and of their folder."""
ENRICH_VERSION = 1
METHOD_VERSION = 1
"""Raised whenever what is kept of a fitted method changes its form."""
ENRICHABLE = "ml-"
"""MovieLens datasets carry titles and genres only; their plots come from Wikipedia."""


@dataclass(frozen=True)
class Step:
    """How far a build is, for a progress bar.

    Attributes:
        stage: What is being done, in words.
        number, of: Which stage this is, 1-based, of how many known so far.
        done, total: Units within the stage; total 0 = not known.
        seconds_left: Of this stage, from its speed so far; None where that cannot be told.
        note: What exactly is happening.
    """

    stage: str
    number: int
    of: int
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    note: str = ""


class OnStep(Protocol):
    """Receives every `Step`."""

    def __call__(self, step: Step) -> None:
        """Take note of how far the build is."""


def _silent(step: Step) -> None:
    """An `OnStep` that tells nobody."""


@dataclass(frozen=True)
class Request:
    """What to build.

    Attributes:
        name: The dataset's name.
        source_path: Folder or archive of its files; None = where they were last time, or the downloads folder.
        columns: For a person's own files: our column -> theirs.
        spaces: Encoders to build, as `core.spaces.create` takes them; spaces built earlier stay.
        wikipedia: Folder of the Wikipedia film lists; None = look for it; "" = do not enrich.
    """

    name: str
    source_path: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    spaces: tuple[str, ...] = DEFAULT_SPACES
    wikipedia: Path | str | None = None


@dataclass(frozen=True)
class BuildResult:
    """What a build did: the live manifest, and the stages that ran with their seconds ({} = nothing to do)."""

    manifest: Manifest
    ran: dict[str, float]


@dataclass(frozen=True)
class _Stage:
    name: str
    words: str
    key: str
    run: Callable[[Path, Progress], None]


def build(request: Request, *, on_step: OnStep = _silent, base: Path | None = None) -> BuildResult:
    """Bring the workspace of a dataset up to date.

    Args:
        request: What to build.
        on_step: Told of every step; raising from it stops the build, what is served stays.
        base: Home folder; None = `workspace.home()`.

    Raises:
        DatasetError: The files are missing, wrong or empty.
        BuildError: Another build is running, or the disk refused.
        ModelUnavailableError: An embedding model cannot be loaded.
    """
    workspace = Workspace(request.name, base)
    for name in request.spaces:
        spaces.encoder_class(name)
    with workspace.building():
        run = _Run(workspace, request, on_step)
        return run.finish()


class _Run:
    """One build: plans stages as their inputs become known, and runs those that are stale."""

    def __init__(self, workspace: Workspace, request: Request, on_step: OnStep) -> None:
        self.workspace, self.request, self.on_step = workspace, request, on_step
        self.before = workspace.readable_manifest()
        self.artifacts: dict[str, str] = {}
        self.ran: dict[str, float] = {}
        self.number, self.of = 0, 1

    def finish(self) -> BuildResult:
        about: dict[str, Any] = {}
        dataset, keys = self._dataset(about)
        opened = self._spaces(dataset, keys, about)
        about["cannot_fit"] = self._methods(dataset, opened, keys)
        self._table(dataset, opened, keys)
        self._users(dataset, [name for name in recommenders.names() if name not in about["cannot_fit"]], keys)
        manifest = Manifest(self.request.name, self.artifacts, about | _facts(dataset, opened))
        if (
            not self.before
            or self.before.artifacts != manifest.artifacts
            or self.before.about != manifest.about
        ):
            seconds = {**(self.before.about.get("seconds", {}) if self.before else {}), **self.ran}
            kept = {stage: seconds[stage] for stage in self.artifacts if stage in seconds}
            manifest = replace(manifest, about=manifest.about | {"seconds": kept})
        if not self.before or self.before != manifest:
            self.workspace.publish(manifest)
        return BuildResult(manifest, self.ran)

    def _do(self, stage: _Stage) -> Path:
        """Run a stage if it is stale; its artefact's folder."""
        self.number += 1
        folder = self.workspace.artifact(stage.name, stage.key)
        if not folder.exists():
            started = time.perf_counter()
            progress = partial(self._report, stage.words, started)
            progress(0, 0)
            shipped = shipped_artifact(self.request.name, stage.name, stage.key)
            with self.workspace.writing(stage.name, stage.key) as temporary:
                if shipped:
                    shutil.copytree(shipped, temporary, dirs_exist_ok=True)
                else:
                    stage.run(temporary, progress)
            self.ran[stage.name] = round(time.perf_counter() - started, 2)
        self.artifacts[stage.name] = stage.key
        return folder

    def _report(self, words: str, started: float, done: int, total: int, note: str = "") -> None:
        spent = time.perf_counter() - started
        left = spent / done * (total - done) if done and total else None
        self.on_step(Step(words, self.number, max(self.of, self.number), done, total, left, note))

    def _dataset(self, about: dict[str, Any]) -> tuple[Dataset, dict[str, str]]:
        """The dataset and the fingerprints of its films, its whole catalogue and its ratings."""
        path = find_input(self.request.name, self.request.source_path, self.before)
        if path is None:
            if not self.before:
                raise _nothing_to_read(self.request.name)
            key = self.before.artifacts["dataset"]  # the files are gone, what was read from them is not
            about["origin"] = self.before.about.get("origin")
            wiki = None
        else:
            wiki = find_wikipedia(self.request, path)
            files = fingerprint_files(datasets.input_files(self.request.name, path))
            columns = dict(self.request.columns) or (
                self.before.about.get("columns", {}) if self.before else {}
            )
            about["origin"], about["columns"] = str(path), columns
            wiki_key = fingerprint_files(wikipedia_files(wiki)) if wiki else ""
            version = _loader_version(self.request.name)
            key = fingerprint(
                self.request.name, version, files, columns, wiki_key, ENRICH_VERSION if wiki else 0
            )

        def run(folder: Path, progress: Progress) -> None:
            assert path is not None, "an artefact that a manifest names is there"
            progress(0, 0, "reading files")
            dataset = datasets.load(self.request.name, path, columns=about["columns"] or None)
            if wiki:
                progress(0, 0, "looking up plots and casts")
                dataset = enrich.enrich_with_wikipedia(dataset, wiki)
            elif self.request.name.startswith(ENRICHABLE) and self.request.wikipedia != "":
                dataset.report.notes.append(
                    "No plots or casts: the Wikipedia film lists were not found. Get them with: "
                    "python -m core fetch wikipedia-movies"
                )
            artifacts.save_dataset(dataset, folder)

        folder = self._do(_Stage("dataset", "Reading the films", key, run))
        dataset = artifacts.load_dataset(folder)
        # what an encoder reads: a new rating changes a film's votes, not the film
        films = dataset.catalog.items.drop(columns=["n_votes", "vote_average"])
        return dataset, {
            "films": fingerprint(films.to_json(orient="split")),
            "catalog": fingerprint_files([folder / "items.parquet"]),
            "ratings": fingerprint_files([folder / "ratings.npz"]),
        }

    def _spaces(self, dataset: Dataset, keys: dict[str, str], about: dict[str, Any]) -> dict[str, Space]:
        """Every space that was asked for or built earlier; about["cannot_build"] says why one is not there."""
        earlier = self.before.about.get("encoders", {}) if self.before else {}
        requested = {spaces.encoder_class(r).name: r for r in self.request.spaces}
        about["encoders"] = earlier | requested
        about["cannot_build"] = refused = {}
        self.of = self.number + 3 * len(about["encoders"]) + len(recommenders.names()) + 2
        opened: dict[str, Space] = {}
        for name, request in about["encoders"].items():
            try:
                encoder = spaces.create(request)
                stamp = encoder.stamp() if name in requested else self._stamp(encoder)
                opened[name] = self._space(encoder, stamp, dataset, keys)
            except AtlasError as error:
                # what is asked for now has to come, unless this dataset lacks what it learns from
                if name in requested and not isinstance(error, CannotFitError):
                    raise
                refused[name] = str(error)
        return opened

    def _stamp(self, encoder: Encoder) -> Stamp:
        """An encoder's stamp, or that of its vectors of the last build where its model or file is gone."""
        try:
            return encoder.stamp()
        except AtlasError:
            stage = f"space-{encoder.name}"
            key = self.before.artifacts.get(stage) if self.before else None
            if key is None or not self.workspace.artifact(stage, key).exists():
                raise
            return artifacts.load_space(self.workspace.artifact(stage, key))[0].stamp

    def _space(self, encoder: Encoder, stamp: Stamp, dataset: Dataset, keys: dict[str, str]) -> Space:
        """Vectors, map and clusters of one encoder; adds its key to `keys`."""
        name = encoder.name
        inputs = [keys["films"]] + ([keys["ratings"]] if encoder.learns_from_ratings else [])
        key = keys[name] = fingerprint("space", inputs, stamp.key, encoder.version)

        def encode(folder: Path, progress: Progress) -> None:
            workdir = self.workspace.home / "cache" / "vectors" / name
            vectors = encoder.encode_items(dataset, workdir=workdir, progress=progress)
            space = Space(name, vectors, encoder.stamp(), encoder.metric)
            artifacts.save_space(space, encoder.state(), folder)

        path = self._do(_Stage(f"space-{name}", f"Reading every film with {encoder.label}", key, encode))
        space = spaces.with_text_side(*artifacts.load_space(path))

        def draw(folder: Path, progress: Progress) -> None:
            points = projection.project(space, seed=SEED, progress=progress)
            np.save(folder / "coordinates.npy", points, allow_pickle=False)
            progress(0, 0, "measuring how faithful the map is")
            found = projection.faithfulness(space, points)
            artifacts.save_json(folder / "faithfulness.json", projection.faithfulness_json(found))

        map_key = fingerprint("map", key, projection.VERSION, SEED)
        drawn = self._do(_Stage(f"map-{name}", f"Drawing the {encoder.label} map", map_key, draw))

        def group(folder: Path, progress: Progress) -> None:
            points = np.load(drawn / "coordinates.npy", allow_pickle=False)
            found = clusters.cluster(space, points, dataset.catalog, seed=SEED)
            np.save(folder / "labels.npy", found.labels, allow_pickle=False)
            artifacts.save_json(folder / "clusters.json", found.to_json())

        cluster_key = fingerprint("clusters", map_key, keys["films"], clusters.VERSION, SEED)
        self._do(_Stage(f"clusters-{name}", f"Grouping the {encoder.label} map", cluster_key, group))
        return space

    def _methods(self, dataset: Dataset, opened: Mapping[str, Space], keys: dict[str, str]) -> dict[str, str]:
        """Fit every method with its default parameters; why some could not be."""
        refused: dict[str, str] = {}
        for name in recommenders.names():
            method = recommenders.create_for(name, list(opened))  # in the order of `Atlas.space_names`
            if missing := [s for s in method.needs() if s not in opened]:
                refused[name] = f"It needs the embedding {missing[0]}, which is not built."
                continue
            read = ("catalog", "ratings") if method.reads_ratings else ("films",)
            inputs = [keys[part] for part in (*read, *method.needs())]
            key = fingerprint("method", METHOD_VERSION, name, inputs, recipe_of(method))
            fit = partial(_fit, method, dataset, opened)
            try:
                self._do(_Stage(f"method-{name}", f"Learning {method.label}", key, fit))
            except ModelUnavailableError as error:  # a space that was kept without its model reads no text
                refused[name] = str(error)
                continue
            about = artifacts.load_json(self.workspace.artifact(f"method-{name}", key) / "method.json")
            if about["refused"]:
                refused[name] = about["refused"]
        return refused

    def _table(self, dataset: Dataset, opened: Mapping[str, Space], keys: dict[str, str]) -> None:
        """The LanceDB table `movies`."""
        key = fingerprint(
            "table", TABLE_VERSION, keys["catalog"], keys["ratings"], {n: keys[n] for n in opened}
        )

        def write(folder: Path, progress: Progress) -> None:
            location = _inside(folder, self.workspace.table_location(key))
            columns = movie_columns(dataset.catalog, dataset.interactions.item_counts())
            ItemTable.create(location, columns, opened, text=("title", "overview"))

        self._do(_Stage("table", "Writing the table of films", key, write))

    def _users(self, dataset: Dataset, methods: Sequence[str], keys: dict[str, str]) -> None:
        """The LanceDB table `users`: people's vectors of every method that compares people; none, no table."""
        served = [name for name in methods if recommenders.method_class(name).served_by == "users"]
        if not served:
            return
        made = {name: self.artifacts[f"method-{name}"] for name in served}
        key = fingerprint("table-users", USERS_VERSION, keys["ratings"], made)

        def write(folder: Path, progress: Progress) -> None:
            location = _inside(folder, self.workspace.table_location(f"users-{key}", "users"))
            people = {}
            for name, method_key in made.items():
                state = artifacts.load_arrays(
                    self.workspace.artifact(f"method-{name}", method_key) / "state.npz"
                )
                vectors = state["user_vectors"]
                people[name] = Space(name, vectors, Stamp(name, method_key, vectors.shape[1]))
            ItemTable.create(location, user_columns(dataset.interactions), people, index="user_index")

        self._do(_Stage("table-users", "Writing the table of people", key, write))


def _inside(folder: Path, location: TableLocation) -> TableLocation:
    """Where to write a table: a local one into its artefact's unfinished folder, a remote one in its place."""
    return location if "://" in location.uri else replace(location, uri=str(folder / "lancedb"))


def _fit(
    method: Recommender, dataset: Dataset, opened: Mapping[str, Space], folder: Path, progress: Progress
) -> None:
    """Fit one method and keep its state, or why it refused."""
    try:
        method.fit(dataset, opened, rng=np.random.default_rng(SEED))
    except CannotFitError as error:
        artifacts.save_json(folder / "method.json", {"refused": str(error)})
        return
    artifacts.save_arrays(folder / "state.npz", method.state())
    artifacts.save_json(folder / "method.json", {"refused": "", "recipe": recipe_of(method)})


def _facts(dataset: Dataset, opened: Mapping[str, Space]) -> dict[str, Any]:
    """What the dataset list shows without opening anything."""
    return {
        "label": dataset.label,
        "licence": dataset.licence,
        "is_simulated": dataset.is_simulated,
        "n_items": dataset.n_items,
        "n_users": dataset.interactions.n_users,
        "n_ratings": len(dataset.interactions),
        "n_with_overview": int((dataset.catalog.items["overview"] != "").sum()),
        "dims": {name: space.stamp.dim for name, space in opened.items()},
    }


def _loader_version(name: str) -> int:
    return datasets.SOURCES[name].version if name in datasets.SOURCES else datasets.OwnFiles(name).version


def _search_folders(near: Sequence[Path] = ()) -> list[Path]:
    data = os.environ.get("MOVIE_DATA_DIR", "")
    return [*near, *([Path(data).resolve()] if data else []), home() / "downloads"]


def find_input(name: str, given: Path | None, before: Manifest | None = None) -> Path | None:
    """Where a dataset's files are: where the request says, where they were last time, or the usual folders.

    Raises:
        DatasetError: The request names a place that does not exist.
    """
    if given is not None:
        if not given.exists():
            raise DatasetError(f"There is no folder or file {given}.", hint="Check the path.")
        return given.resolve()
    if before and before.about.get("origin") and Path(before.about["origin"]).exists():
        return Path(before.about["origin"])
    if bundled := datasets.bundled_folder(name):
        return bundled
    for folder in _search_folders():
        for candidate in (folder / name, folder / f"{name}.zip"):
            if candidate.exists():
                return candidate
    return None


def find_wikipedia(request: Request, path: Path) -> Path | None:
    """Folder of the Wikipedia film lists for a MovieLens dataset; None where there is none or none is wanted.

    Raises:
        DatasetError: The request names a folder without such lists.
    """
    if request.wikipedia == "" or not request.name.startswith(ENRICHABLE):
        return None
    if request.wikipedia:
        folder = Path(request.wikipedia)
        if not wikipedia_files(folder):
            raise DatasetError(
                f"{folder} holds no Wikipedia film lists.", hint="It should hold movies-1990s.json etc."
            )
        return folder
    for folder in _search_folders((path, path.parent)):
        if wikipedia_files(folder / WIKIPEDIA):
            return folder / WIKIPEDIA
    return None


def shipped_artifact(name: str, stage: str, key: str) -> Path | None:
    """The folder of an artefact that a bundled dataset brings along, so that its first build is quick.

    The fingerprint is part of the folder's name: one made from other inputs is never taken.
    """
    bundled = datasets.bundled_folder(name)
    folder = bundled / "shipped" / f"{stage}-{key}" if bundled else None
    return folder if folder and folder.is_dir() else None


def wikipedia_files(folder: Path) -> list[Path]:
    """The Wikipedia film lists in a folder, by decade; [] where it holds none."""
    return sorted(folder.glob("movies-[12]*s.json")) or sorted(folder.glob("movies.json"))


def _nothing_to_read(name: str) -> DatasetError:
    known = name in datasets.SOURCES
    source = datasets.SOURCES.get(name)
    if known and source is not None and source.url:
        hint = f"Get them with: python -m core fetch {name}, or give their folder with --from."
    else:
        hint = f"Give their folder with: python -m core build {name} --from FOLDER"
    return DatasetError(f"The files of {name} are not here.", hint=hint)
