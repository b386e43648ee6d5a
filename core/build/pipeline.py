"""The build: which stages a dataset needs, in which order, and publishing what they made.

Every stage is keyed by the fingerprint of what goes into it, so an unchanged stage is found instead of run, an
interrupted build goes on where it stopped, and nothing that is being served is touched until the new manifest is
published.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from core import embeddings, recommenders
from core.build.dataset_stage import read_films
from core.build.donors import find_donors
from core.build.method_stages import fit_methods
from core.build.request import BuildResult, Request
from core.build.shipped import shipped_artifact
from core.build.space_stages import STAGES_A_SPACE, build_spaces
from core.build.stage import Runner
from core.build.table_stages import films_table_stage, people_table_stage
from core.build.taste_stage import taste_stage
from core.compute.progress import OnStep, no_step
from core.datasets.own.uploads import put_in_place
from core.domain import Dataset
from core.embeddings import Space
from core.storage import Manifest, Workspace

N_AT_THE_END = 3
"""Two tables, and the taste groups."""


def build(
    request: Request,
    *,
    on_step: OnStep = no_step,
    base: Path | None = None,
    may_make: Callable[[str], bool] = lambda stage: True,
) -> BuildResult:
    """Bring the workspace of a dataset up to date.

    Args:
        request: What to build.
        on_step: Told of every step; raising from it stops the build, what is served stays.
        base: Home folder; None = `core.settings.home()`.
        may_make: Whether a stage of this name may be made where it is neither there nor ships.

    Raises:
        MustBeMadeError: One has to be made that may not.
        DatasetError: The files are missing, wrong or empty.
        BuildError: Another build is running, or the disk refused.
        ModelUnavailableError: An embedding model cannot be loaded.
    """
    workspace = Workspace(request.name, base)
    requested = {embeddings.encoder_class(name).name: name for name in request.spaces}
    with workspace.building():
        before = workspace.readable_manifest()
        runner = Runner(workspace, on_step, partial(shipped_artifact, request.name), may_make)
        films = read_films(request, before, runner, find_donors(request, base))
        encoders = (before.about.get("encoders", {}) if before else {}) | requested
        runner.expect(STAGES_A_SPACE * len(encoders) + len(recommenders.names()) + N_AT_THE_END)
        spaces = build_spaces(encoders, set(requested), films, before, workspace, runner)
        cannot_fit = fit_methods(films, spaces, runner)
        runner.run(films_table_stage(films, spaces, workspace))
        fitted = {
            name: (runner.artifacts[f"method-{name}"], runner.folder(f"method-{name}"))
            for name in recommenders.names()
            if f"method-{name}" in runner.artifacts and name not in cannot_fit
        }
        if people := people_table_stage(films, fitted, workspace):
            runner.run(people)
        if groups := taste_stage(films):
            runner.run(groups)
        about = {
            **films.about,
            "encoders": encoders,
            "cannot_build": spaces.refused,
            "cannot_fit": cannot_fit,
            **_facts(films.dataset, spaces.opened),
        }
        if left := [name for name in recommenders.names() if name not in cannot_fit and name not in fitted]:
            about["when_asked"] = left
        if n_repairs := (before.about.get("repairs", 0) if before else 0) + len(runner.repairs):
            about["repairs"] = n_repairs  # whoever has opened what was damaged must open it again
        manifest = _with_seconds(
            Manifest(request.name, runner.artifacts, about), runner.unpacked | runner.ran, before
        )
        was_broken = workspace.is_broken
        if request.source_path and request.moves_to:
            put_in_place(request.source_path, request.moves_to)
        if not workspace.is_live(manifest):
            workspace.publish(manifest)
        if not runner.repairs:
            workspace.forget_damaged()
        aside = workspace.set_aside_folder if runner.repairs else None
        return BuildResult(
            manifest,
            runner.ran,
            tuple(runner.repairs),
            aside,
            runner.checked,
            was_broken,
            tuple(runner.unpacked),
            runner.unusable,
        )


def _with_seconds(manifest: Manifest, ran: Mapping[str, float], before: Manifest | None) -> Manifest:
    """The manifest with the seconds of every stage, those of earlier builds included; unchanged where nothing is new."""
    if before and before.artifacts == manifest.artifacts and before.about == manifest.about:
        return manifest
    seconds = {**(before.about.get("seconds", {}) if before else {}), **ran}
    kept = {stage: seconds[stage] for stage in manifest.artifacts if stage in seconds}
    return replace(manifest, about={**manifest.about, "seconds": kept})


def _facts(dataset: Dataset, opened: Mapping[str, Space]) -> dict[str, Any]:
    """What the dataset list shows without opening anything."""
    filled = dataset.report.filled
    return {
        **({"filled_in": filled} if filled else {}),
        "label": dataset.label,
        "licence": dataset.licence,
        "is_simulated": dataset.is_simulated,
        "has_ids": dataset.catalog.has_ids,
        "n_items": dataset.n_items,
        "n_users": dataset.interactions.n_users,
        "n_ratings": len(dataset.interactions),
        "n_with_overview": int((dataset.catalog.items["overview"] != "").sum()),
        "dims": {name: space.stamp.dim for name, space in opened.items()},
    }
