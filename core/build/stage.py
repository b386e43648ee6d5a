"""A stage of a build, and the runner that does what is stale. Neither knows anything of films."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.compute.progress import OnStep, Progress, Stages
from core.storage import Workspace, fingerprint

SEED = 0
"""Decides everything random in a build."""


@dataclass(frozen=True)
class Stage:
    """One artefact, declared: what it is, what decides it, and how it is made.

    Attributes:
        name: What its artefact is called, e.g. "space-minilm".
        words: What is being done, for people.
        inputs: All that decides the artefact, as plain JSON values: fingerprints, versions, options.
        make: Writes the artefact into an empty folder and tells how far it is.
        needs: Names of the stages whose artefacts `make` reads.
    """

    name: str
    words: str
    inputs: tuple[Any, ...]
    make: Callable[[Path, Progress], None]
    needs: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Fingerprint of the inputs; an artefact of the same name and key is never made twice."""
        return fingerprint(*self.inputs)


class Runner:
    """Does the stages of one build as they are declared, each only where its artefact is not there yet.

    Args:
        workspace: Where artefacts are kept.
        on_step: Told of every step; what it raises stops the build.
        shipped: (stage, key) -> folder of an artefact that was made ready beforehand, None where there is none.

    Attributes:
        artifacts: Stage -> key of everything that this build names, whether it was made now or before.
        ran: Stage -> seconds of what was made now.
    """

    def __init__(
        self,
        workspace: Workspace,
        on_step: OnStep,
        shipped: Callable[[str, str], Path | None] = lambda stage, key: None,
    ) -> None:
        self.artifacts: dict[str, str] = {}
        self.ran: dict[str, float] = {}
        self._workspace, self._shipped = workspace, shipped
        self._progress = Stages(on_step)

    def expect(self, more: int) -> None:
        """Say how many stages are still to come, for the progress."""
        self._progress.of = self._progress.number + more

    def folder(self, stage: str) -> Path:
        """The folder of an artefact that this build names."""
        return self._workspace.artifact(stage, self.artifacts[stage])

    def run(self, stage: Stage) -> Path:
        """Make a stage's artefact where it is stale; its folder."""
        missing = [name for name in stage.needs if name not in self.artifacts]
        assert not missing, f"{stage.name} was declared before {missing[0]}, which it needs"
        folder = self._workspace.artifact(stage.name, stage.key)
        if folder.exists():
            self._progress.skip()
        else:
            self._make(stage)
        self.artifacts[stage.name] = stage.key
        return folder

    def keep(self, stage: str, key: str) -> Path | None:
        """Name an artefact that cannot be made any more, its inputs being gone; None where it is gone too."""
        folder = self._workspace.artifact(stage, key)
        if not folder.exists():
            return None
        self._progress.skip()
        self.artifacts[stage] = key
        return folder

    def _make(self, stage: Stage) -> None:
        started = time.perf_counter()
        progress = self._progress.begin(stage.words)
        ready = self._shipped(stage.name, stage.key)
        with self._workspace.writing(stage.name, stage.key) as temporary:
            if ready:
                shutil.copytree(ready, temporary, dirs_exist_ok=True)
            else:
                stage.make(temporary, progress)
        self.ran[stage.name] = round(time.perf_counter() - started, 2)
