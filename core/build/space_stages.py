"""Vectors, map and groups of every embedding."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core import embeddings
from core.build.dataset_stage import Films
from core.build.map_before import MapBefore, map_before, map_inputs
from core.build.plan import Allowance, outdated
from core.build.stage import SEED, Runner, Stage
from core.build.vectors_stage import vectors_stage
from core.compute.progress import Progress
from core.embeddings import Encoder, Space
from core.errors import AtlasError, CannotFitError
from core.maps import clusters, continuity
from core.maps.continuity import Earlier
from core.maps.drawing import Start, draw
from core.maps.map_process import draw_apart
from core.storage import Manifest, Workspace, artifacts
from core.types import FloatMatrix

STAGES_A_SPACE = 3
APART_FROM = 3_000
"""Films from which a map is drawn beside what comes next: fewer are drawn before a process of its own has begun."""


@dataclass(frozen=True, eq=False)
class Read:
    """An embedding whose vectors are there, and whose map is still to come.

    Attributes:
        encoder: Whose it is.
        space: The vectors.
        key: Fingerprint of them.
        map: The stage that draws it.
    """

    encoder: Encoder
    space: Space
    key: str
    map: Stage


@dataclass(frozen=True, eq=False)
class Spaces:
    """What was built of the embeddings.

    Attributes:
        opened: The built spaces, in the order in which they were asked for.
        keys: Space -> fingerprint of its vectors.
        refused: Encoder -> why its space is not there.
        lacking: Stage of those for which the films lack something -> its key, so that it is not tried in vain again.
        read: Those that lack their map, in the same order.
    """

    opened: dict[str, Space] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)
    read: dict[str, Read] = field(default_factory=dict)

    @property
    def with_vectors(self) -> dict[str, Space]:
        """The built spaces, and those that lack nothing but their map."""
        return self.opened | {name: one.space for name, one in self.read.items()}


def read_spaces(
    encoders: Mapping[str, str],
    requested: set[str],
    films: Films,
    before: Manifest | None,
    workspace: Workspace,
    runner: Runner,
    made: Spaces,
    allowance: Allowance,
) -> None:
    """The vectors of every space that was asked for now or built earlier; their maps are begun beside what comes next.

    Args:
        encoders: Encoder -> how it was asked for, see `core.embeddings.create`.
        requested: Names of those that are asked for now.
        films: What they read.
        before: The manifest of the last build.
        workspace: Where vectors in the making are cached, and those of the last build are.
        runner: Does the stages.
        made: Takes what was built.
        allowance: What the build may still take; one that would take more is left out, but for the very first.

    Raises:
        AtlasError: One that is asked for now cannot be built, for another reason than that this dataset lacks what
            it learns from.
    """
    for name, request in sorted(encoders.items(), key=lambda one: _comes_later(one[1], encoders)):
        with _refusing(name, requested, made):
            encoder = embeddings.create(request)
            vectors = vectors_stage(encoder, films, before, workspace, runner, is_new=name in requested)
            is_first = not made.with_vectors
            with _remembering(vectors, made):
                if why := _why_before(name, vectors, before):
                    raise CannotFitError(why)
            if not is_first and not runner.is_there(vectors) and (why := allowance.why_not("space", name)):
                raise CannotFitError(outdated(vectors.name, before) + why)
            with _remembering(vectors, made):
                space = embeddings.with_text_side(*artifacts.load_space(runner.run(vectors)))
                if not space.has_vector.any():
                    raise CannotFitError(
                        f"{encoder.label} finds nothing in any film of {films.dataset.label} that it could read.",
                        hint="Choose another embedding, or films of which more is known.",
                    )
            start = map_before(name, vectors.key, before, workspace)
            drawn = map_stage(encoder, space, vectors.key, list(films.dataset.catalog.ids), start)
            if _is_apart(space):
                runner.begin(drawn)
            made.read[name] = Read(encoder, space, vectors.key, drawn)


def finish_spaces(requested: set[str], films: Films, runner: Runner, made: Spaces) -> None:
    """Map and groups of every space whose vectors are there.

    Raises:
        AtlasError: One that is asked for now cannot be built.
    """
    for name, one in list(made.read.items()):
        del made.read[name]
        with _refusing(name, requested, made):
            coordinates = runner.run(one.map) / "coordinates.npy"
            runner.run(clusters_stage(one.encoder, one.space, coordinates, one.map.key, films))
            made.opened[name], made.keys[name] = one.space, one.key


def are_drawn(made: Spaces, runner: Runner) -> bool:
    """Whether no map that was begun would have to be waited for."""
    return all(runner.ahead.is_ready(one.map.key) for one in made.read.values())


@contextmanager
def _refusing(name: str, requested: set[str], made: Spaces) -> Iterator[None]:
    """What goes wrong in the block is why this space is not there, unless it was asked for now and could be."""
    try:
        yield
    except AtlasError as error:
        if name in requested and not isinstance(error, CannotFitError):
            raise
        made.refused[name] = str(error)


def _comes_later(request: str, encoders: Mapping[str, str]) -> bool:
    try:
        return embeddings.create(request).comes_after in encoders
    except AtlasError:  # it is told why where it is made
        return False


@contextmanager
def _remembering(stage: Stage, made: Spaces) -> Iterator[None]:
    """What films lack for a stage they lack the next time, too, so it is not tried again until its key is another."""
    try:
        yield
    except CannotFitError:
        made.lacking[stage.name] = stage.key
        raise


def _why_before(name: str, stage: Stage, before: Manifest | None) -> str:
    """Why the last build could not make a stage of just these inputs; "" = it could, or did not try."""
    if before is None or before.about.get("refused", {}).get(stage.name) != stage.key:
        return ""
    return str(before.about.get("cannot_build", {}).get(name, ""))


def _is_apart(space: Space) -> bool:
    return bool(space.has_vector.sum() >= APART_FROM)


def map_stage(
    encoder: Encoder, space: Space, space_key: str, item_ids: Sequence[str], start: MapBefore
) -> Stage:
    """The stage `map-NAME`: two coordinates for every film, its true neighbours, and how far the map can be believed.

    Args:
        encoder: Whose space it is.
        space: The vectors.
        space_key: Fingerprint of them.
        item_ids: Of the films.
        start: The map that it starts from; its key is among the inputs.
    """

    def make(folder: Path, progress: Progress) -> None:
        begins = _start(space, item_ids, start.read())
        draws = draw_apart if _is_apart(space) else draw
        drawn = draws(space, begins, seed=SEED, progress=progress)
        for name, array in (
            ("coordinates", drawn.points),
            ("neighbours", drawn.neighbours),
            ("kept", drawn.kept),
        ):
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        artifacts.save_json(folder / "faithfulness.json", drawn.faithfulness)
        if start.key:
            way = {} if begins is None else _way(space, drawn.points, begins)
            artifacts.save_json(folder / artifacts.MOVED, {"from": start.key, **way})

    inputs = map_inputs(space_key, start.key)
    needs = (f"space-{encoder.name}",)
    return Stage(f"map-{encoder.name}", f"Drawing the {encoder.label} map", inputs, make, needs)


def _start(space: Space, item_ids: Sequence[str], before: Earlier | None) -> Start | None:
    """Where films were on the map before; None where there is none to speak of."""
    if before is None:
        return None
    start = continuity.start_from(space, item_ids, before)
    return start if start[1].sum() >= continuity.LEAST_KNOWN else None


def _way(space: Space, points: FloatMatrix, start: Start) -> dict[str, float]:
    """How far films have moved from the map before."""
    before, was_there = start
    return {
        "moved": round(continuity.moved(points, before, was_there), 4),
        "n_before": int(was_there.sum()),
        "n_new": int(space.has_vector.sum() - was_there.sum()),
    }


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
