"""The stage that makes an embedding's vectors, and what decides whether they are made again."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from core.build.dataset_stage import Films
from core.build.stage import Runner, Stage
from core.compute.progress import Progress
from core.embeddings import Before, Encoder, Space, Stamp
from core.errors import AtlasError, DamagedError
from core.storage import Manifest, Workspace, artifacts, fingerprint


def vectors_stage(
    encoder: Encoder,
    films: Films,
    before: Manifest | None,
    workspace: Workspace,
    runner: Runner,
    *,
    is_new: bool,
) -> Stage:
    """The stage `space-NAME`: a vector for every film.

    Args:
        encoder: Makes them.
        films: What it reads.
        before: The manifest of the last build.
        workspace: Where vectors in the making are cached, and those of the last build are.
        runner: Is told what is fetched before the stage is known.
        is_new: Whether this embedding is asked for now; else vectors of the last build serve on without their model.

    Raises:
        AtlasError: There is no model to make them.
    """
    name = encoder.name
    workdir = workspace.home / "cache" / "vectors" / name
    stamp, has_model = _stamp(encoder, before, workspace, is_new=is_new)
    read = [films.films] + ([films.ratings] if encoder.learns_from_ratings else [])
    inputs = ("space", read, stamp.key, encoder.version)
    live = _live(name, inputs, before, workspace)
    material = live.material if live else ""
    if has_model:
        told = runner.telling(f"{encoder.label}: trying again what could not be had")
        with suppress(DamagedError):  # they are made again of what they were
            material = encoder.material(films.dataset, workdir=workdir, before=live, progress=told)

    def encode(folder: Path, progress: Progress) -> None:
        vectors = encoder.encode_items(films.dataset, workdir=workdir, progress=progress)
        space = Space(name, vectors, encoder.stamp(), encoder.metric)
        artifacts.save_space(space, encoder.state(), folder)
        if material:
            artifacts.save_json(folder / artifacts.MATERIAL, {"material": material})

    words = f"Reading every film with {encoder.label}"
    return Stage(f"space-{name}", words, _with(inputs, material), encode, ("dataset",))


def _with(inputs: tuple[Any, ...], material: str) -> tuple[Any, ...]:
    return (*inputs, material) if material else inputs


def _stamp(
    encoder: Encoder, before: Manifest | None, workspace: Workspace, *, is_new: bool
) -> tuple[Stamp, bool]:
    """An encoder's stamp, and whether its model is here; that of its vectors of the last build where it is gone."""
    try:
        return encoder.stamp(), True
    except AtlasError:
        stored = _stored(encoder.name, before, workspace)
        if is_new or stored is None:
            raise
        return stored(artifacts.load_space)[0].stamp, False


def _live(name: str, inputs: tuple[Any, ...], before: Manifest | None, workspace: Workspace) -> Before | None:
    """The vectors of the last build, where they were made of just these inputs, whatever their material was."""
    stored = _stored(name, before, workspace)
    if before is None or stored is None:
        return None
    try:
        material = stored(_read_material)
    except AtlasError:
        return None  # they are damaged, and will be made again
    if fingerprint(*_with(inputs, material)) != before.artifacts[f"space-{name}"]:
        return None
    return Before(material, lambda: stored(artifacts.load_space)[1])


def _stored(name: str, before: Manifest | None, workspace: Workspace) -> Callable[..., Any] | None:
    """Reads from the folder of an embedding's vectors of the last build; None where there is none."""
    stage = f"space-{name}"
    key = before.artifacts.get(stage) if before else None
    if before is None or key is None or not workspace.artifact(stage, key).exists():
        return None
    return partial(_within, before, stage, workspace)


def _within(before: Manifest, stage: str, workspace: Workspace, read: Callable[[Path], Any]) -> Any:
    with workspace.reading(before, stage) as folder:
        return read(folder)


def _read_material(folder: Path) -> str:
    path = folder / artifacts.MATERIAL
    return str(artifacts.load_json(path)["material"]) if path.exists() else ""
