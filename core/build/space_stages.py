"""Vectors, map and groups of every embedding."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core import embeddings
from core.build.dataset_stage import Films
from core.build.stage import SEED, Runner, Stage
from core.compute.progress import Progress
from core.embeddings import Encoder, Space, Stamp
from core.errors import AtlasError, CannotFitError
from core.maps import clusters, neighbours, projection, projection_quality
from core.storage import Manifest, Workspace, artifacts

STAGES_A_SPACE = 3


@dataclass(frozen=True, eq=False)
class Spaces:
    """What was built of the embeddings.

    Attributes:
        opened: The built spaces, in the order in which they were asked for.
        keys: Space -> fingerprint of its vectors.
        refused: Encoder -> why its space is not there.
    """

    opened: dict[str, Space] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def build_spaces(
    encoders: Mapping[str, str],
    requested: set[str],
    films: Films,
    before: Manifest | None,
    workspace: Workspace,
    runner: Runner,
) -> Spaces:
    """Every space that was asked for now or built earlier.

    Args:
        encoders: Encoder -> how it was asked for, see `core.embeddings.create`.
        requested: Names of those that are asked for now.
        films: What they read.
        before: The manifest of the last build.
        workspace: Where vectors in the making are cached, and those of the last build are.
        runner: Does the stages.

    Raises:
        AtlasError: One that is asked for now cannot be built, for another reason than that this dataset lacks what
            it learns from.
    """
    made = Spaces()
    for name, request in encoders.items():
        try:
            encoder = embeddings.create(request)
            stamp = encoder.stamp() if name in requested else _stamp(encoder, before, workspace)
            vectors = space_stage(encoder, stamp, films, workspace)
            space = embeddings.with_text_side(*artifacts.load_space(runner.run(vectors)))
            drawn = map_stage(encoder, space, vectors.key)
            coordinates = runner.run(drawn) / "coordinates.npy"
            runner.run(clusters_stage(encoder, space, coordinates, drawn.key, films))
        except AtlasError as error:
            if name in requested and not isinstance(error, CannotFitError):
                raise
            made.refused[name] = str(error)
        else:
            made.opened[name], made.keys[name] = space, vectors.key
    return made


def _stamp(encoder: Encoder, before: Manifest | None, workspace: Workspace) -> Stamp:
    """An encoder's stamp, or that of its vectors of the last build where its model or file is gone."""
    try:
        return encoder.stamp()
    except AtlasError:
        stage = f"space-{encoder.name}"
        key = before.artifacts.get(stage) if before else None
        if before is None or key is None or not workspace.artifact(stage, key).exists():
            raise
        with workspace.reading(before, stage) as folder:
            return artifacts.load_space(folder)[0].stamp


def space_stage(encoder: Encoder, stamp: Stamp, films: Films, workspace: Workspace) -> Stage:
    """The stage `space-NAME`: a vector for every film."""
    name = encoder.name

    def encode(folder: Path, progress: Progress) -> None:
        workdir = workspace.home / "cache" / "vectors" / name
        vectors = encoder.encode_items(films.dataset, workdir=workdir, progress=progress)
        space = Space(name, vectors, encoder.stamp(), encoder.metric)
        artifacts.save_space(space, encoder.state(), folder)

    read = [films.films] + ([films.ratings] if encoder.learns_from_ratings else [])
    inputs = ("space", read, stamp.key, encoder.version)
    return Stage(f"space-{name}", f"Reading every film with {encoder.label}", inputs, encode, ("dataset",))


def map_stage(encoder: Encoder, space: Space, space_key: str) -> Stage:
    """The stage `map-NAME`: two coordinates for every film, its true neighbours, and how far the map can be believed."""

    def draw(folder: Path, progress: Progress) -> None:
        has = np.flatnonzero(space.has_vector)
        progress(0, 0, f"finding the neighbours of {len(has):,} films")
        graph = neighbours.neighbour_graph(space, has, min(projection.NEIGHBOURS, len(has)))
        points = projection.project(space, graph=graph, seed=SEED, progress=progress)
        progress(0, 0, "measuring how faithful the map is")
        true = neighbours.by_film(graph[0], has, len(points))
        kept = neighbours.kept(true, points)
        found = projection_quality.faithfulness(space, points, kept)
        for name, array in (("coordinates", points), ("neighbours", true), ("kept", kept)):
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        artifacts.save_json(folder / "faithfulness.json", projection_quality.faithfulness_json(found))

    inputs = ("map", space_key, projection.VERSION, SEED)
    needs = (f"space-{encoder.name}",)
    return Stage(f"map-{encoder.name}", f"Drawing the {encoder.label} map", inputs, draw, needs)


def clusters_stage(encoder: Encoder, space: Space, coordinates: Path, map_key: str, films: Films) -> Stage:
    """The stage `clusters-NAME`: groups of films with names.

    Args:
        encoder: Whose space it is.
        space: The vectors.
        coordinates: File of the map's coordinates.
        map_key: Fingerprint of that map.
        films: Their genres, keywords and plots name the groups.
    """

    def group(folder: Path, progress: Progress) -> None:
        points = np.load(coordinates, allow_pickle=False)
        found = clusters.cluster(space, points, films.dataset.catalog, seed=SEED)
        np.save(folder / "labels.npy", found.levels, allow_pickle=False)
        artifacts.save_json(folder / "clusters.json", found.to_json())

    inputs = ("clusters", map_key, films.films, clusters.VERSION, SEED)
    needs = (f"space-{encoder.name}", f"map-{encoder.name}")
    return Stage(f"clusters-{encoder.name}", f"Grouping the {encoder.label} map", inputs, group, needs)
