"""A stage of a build, and the runner that does what is stale. Neither knows anything of films."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.build.ahead import Ahead
from core.build.shipped import unpack
from core.compute.progress import Clock, OnStep, Progress, Stages
from core.errors import ArchiveError
from core.storage import Workspace, fingerprint
from core.storage.checksums import Fault, contents, write_checksums
from core.storage.stored import Stored, words_for

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
        gives_content: Whether who needs it has its content among the inputs; else its key stands there, and what it made
            is taken to follow from that.
        is_current: Whether an artefact that is there, and whole, is still taken; else it is made again.
    """

    name: str
    words: str
    inputs: tuple[Any, ...]
    make: Callable[[Path, Progress], None]
    needs: tuple[str, ...] = ()
    gives_content: bool = False
    is_current: Callable[[Path], bool] = lambda folder: True

    @property
    def key(self) -> str:
        """Fingerprint of the inputs; an artefact of the same name and key is never made twice."""
        return fingerprint(*self.inputs)


@dataclass(frozen=True)
class Repair:
    """An artefact that was damaged and made again.

    Attributes:
        stage: Which.
        words: What was wrong with it.
    """

    stage: str
    words: str


class MustBeMadeError(Exception):
    """A stage has to be made in a build that may not make it; what was live stays so, and what is ready is kept."""


class Runner:
    """Does the stages of one build as they are declared, each only where its artefact is not there yet, or damaged.

    Args:
        workspace: Where artefacts are kept.
        on_step: Told of every step; what it raises stops the build.
        shipped: (stage, key) -> zip of an artefact that was made beforehand, None where there is none.
        may_make: Whether a stage of this name may be made.

    Attributes:
        artifacts: Stage -> key of everything that this build names, whether it was made now or before.
        ran: Stage -> seconds of what was made now.
        unpacked: Stage -> seconds of what was made beforehand, and was unpacked now.
        unusable: Stage -> why what was made beforehand could not be used.
        repairs: What was damaged and was made again.
        checked: How many artefacts of an older version were read and given checksums.
        on_made: Told of every stage that was made, and its seconds.
        ahead: Makes what was begun before its turn; whoever made the runner closes it.
    """

    def __init__(
        self,
        workspace: Workspace,
        on_step: OnStep,
        shipped: Callable[[str, str], Path | None] = lambda stage, key: None,
        may_make: Callable[[str], bool] = lambda stage: True,
    ) -> None:
        self.artifacts: dict[str, str] = {}
        self.ran: dict[str, float] = {}
        self.unpacked: dict[str, float] = {}
        self.unusable: dict[str, str] = {}
        self.repairs: list[Repair] = []
        self.checked = 0
        self.on_made: Callable[[str, float], None] = lambda stage, seconds: None
        self._changed: set[str] = set()
        self._workspace, self._shipped, self._may_make = workspace, shipped, may_make
        self._progress = Stages(on_step)
        self.ahead = Ahead(workspace)

    def expect(self, more: int) -> None:
        """Say how many stages are still to come, for the progress."""
        self._progress.of = self._progress.number + more

    def telling(self, words: str) -> Progress:
        """Tells of work before a stage that is none itself; nothing is told before it begins."""
        return Clock(self._progress, words)

    def folder(self, stage: str, key: str = "") -> Path:
        """Where an artefact lies, be it there or not; "" = that which this build names."""
        return self._workspace.artifact(stage, key or self.artifacts[stage])

    def is_there(self, stage: Stage) -> bool:
        """Whether a stage's artefact is there, of just these inputs; it may be damaged."""
        return self._stored(stage.name, stage.key).is_there

    def begin(self, stage: Stage) -> None:
        """Begin to make a stage's artefact beside what comes before its turn, where it is not there and does not ship."""
        if (
            not self.is_there(stage)
            and self._may_make(stage.name)
            and not self._shipped(stage.name, stage.key)
        ):
            self.ahead.begin(stage.name, stage.key, stage.make)

    def run(self, stage: Stage) -> Path:
        """Make a stage's artefact where it is stale or damaged; its folder."""
        missing = [name for name in stage.needs if name not in self.artifacts]
        assert not missing, f"{stage.name} was declared before {missing[0]}, which it needs"
        stored = self._stored(stage.name, stage.key)
        if self.ahead.was_begun(stage.key) or not stored.is_there:
            self._make(stage)
        elif faults := self._check(stored):
            self._repair(stage, stored, "; ".join(map(str, faults)))
        elif other := [name for name in stage.needs if name in self._changed]:
            self._repair(stage, stored, f"its {words_for(other[0])} has come out otherwise")
        elif not stage.is_current(stored.folder):
            self._make(stage, again=True)
        else:
            self._progress.skip()
        self.artifacts[stage.name] = stage.key
        return stored.folder

    def keep(self, stage: str, key: str) -> Path | None:
        """Name an artefact that cannot be made any more, its inputs being gone; None where it is gone too.

        Raises:
            DamagedError: It is damaged.
        """
        stored = self._stored(stage, key)
        if not stored.is_there:
            return None
        if faults := self._check(stored):
            error = stored.damaged(faults)
            error.hint = (
                "It cannot be made again without the files that it was read from: give them with --from."
            )
            raise error
        self._progress.skip()
        self.artifacts[stage] = key
        return stored.folder

    def _stored(self, stage: str, key: str) -> Stored:
        return Stored(self._workspace.name, stage, self._workspace.bring(stage, key))

    def _check(self, stored: Stored) -> list[Fault]:
        """What is wrong with any byte of an artefact; one that was made without checksums gets them."""
        faults = stored.check()
        if not faults and not stored.has_checksums:
            write_checksums(stored.folder)
            self.checked += 1
        return faults

    def _repair(self, stage: Stage, stored: Stored, words: str) -> None:
        """Make an artefact again, and remember whether it has come out otherwise."""
        before = contents(stored.folder)
        self._make(stage, again=True)
        if before and before != contents(stored.folder) and not stage.gives_content:
            self._changed.add(stage.name)
        self.repairs.append(Repair(stage.name, words))

    def _make(self, stage: Stage, *, again: bool = False) -> None:
        if self._unpack(stage, again):
            return
        if not self._may_make(stage.name):
            raise MustBeMadeError(stage.name)
        started = time.perf_counter()
        progress = self._progress.begin(stage.words)
        spent = self.ahead.take(stage.key, progress)
        if spent is None:
            with self._workspace.writing(stage.name, stage.key, again=again) as temporary:
                stage.make(temporary, progress)
            spent = time.perf_counter() - started
        self.ran[stage.name] = round(spent, 2)
        self.on_made(stage.name, self.ran[stage.name])

    def _unpack(self, stage: Stage, again: bool) -> bool:
        """Take what was made beforehand; whether there is such, and it is whole."""
        archive = self._shipped(stage.name, stage.key)
        if archive is None:
            return False
        started = time.perf_counter()
        try:
            with self._workspace.writing(stage.name, stage.key, again=again) as temporary:
                unpack(archive, temporary)
        except ArchiveError as error:
            self.unusable[stage.name] = error.message
            return False
        self._progress.skip()
        self.unpacked[stage.name] = round(time.perf_counter() - started, 2)
        return True
