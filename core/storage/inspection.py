"""Looking over a workspace: which of its artefacts are whole, and what is wrong with the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import NotBuiltError, StoreError
from core.settings import home
from core.storage.checksums import Fault
from core.storage.manifest import validate_facts
from core.storage.object_store import ObjectStore
from core.storage.stored import Stored, words_for
from core.storage.workspace import Workspace
from core.storage.workspace_folder import is_name


@dataclass(frozen=True)
class Inspected:
    """An artefact that was looked at, and what is wrong with it."""

    stored: Stored
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Inspection:
    """A workspace that was looked over.

    Attributes:
        name: The dataset's name.
        artifacts: What its manifest names.
        problem: Why the workspace as a whole cannot be opened; "" = it can.
        command: What repairs it.
    """

    name: str
    artifacts: tuple[Inspected, ...] = ()
    problem: str = ""
    command: str = ""

    @property
    def damaged(self) -> list[Inspected]:
        """The artefacts that are not whole."""
        return [one for one in self.artifacts if one.faults]

    @property
    def unchecked(self) -> int:
        """How many artefacts carry no checksums, an older version having made them."""
        return sum(not one.stored.has_checksums and not one.faults for one in self.artifacts)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is damaged."""
        return not self.problem and not self.damaged

    @property
    def words(self) -> str:
        """What is wrong, in a sentence or two; "" = nothing."""
        if self.problem or not self.damaged:
            return self.problem
        first = self.damaged[0]
        also = [words_for(one.stored.stage) for one in self.damaged[1:]]
        said = f"Damaged: the {words_for(first.stored.stage)}: {'; '.join(map(str, first.faults))}."
        return said + (f" Also: {', '.join(also)}." if also else "")


def inspect(name: str, base: Path | None = None, *, whole: bool) -> Inspection:
    """Look over one workspace; one that was never built has nothing to look at.

    Args:
        name: The dataset's name.
        base: Home folder; None = `core.settings.home()`.
        whole: Read every byte; else sizes and samples.

    Raises:
        InvalidQueryError: No dataset can have this name.
    """
    workspace = Workspace(name, base)
    try:
        manifest = workspace.manifest()
        if manifest:
            validate_facts(manifest)
    except NotBuiltError as error:
        return Inspection(name, problem=error.message, command=workspace.command)
    if manifest is None:
        return Inspection(name)
    found = []
    for stage, key in manifest.artifacts.items():
        folder = workspace.bring(stage, key) if whole else workspace.artifact(stage, key)
        stored = Stored(name, stage, folder, manifest.command)
        if workspace.store and not stored.is_there:  # it is fetched when it is first asked for
            continue
        found.append(Inspected(stored, tuple(stored.check() if whole else stored.look())))
    return Inspection(name, tuple(found), command=manifest.command)


def workspaces(base: Path | None = None) -> tuple[Sequence[str], Sequence[str]]:
    """Names of all workspaces that something was built in, and of what lies between them and is none.

    Raises:
        NotBuiltError: The folder of workspaces cannot be read.
    """
    folder = (base or home()) / "workspaces"
    if there_too := ObjectStore.configured():
        for name in filter(is_name, _names_in(there_too, folder)):
            Workspace(name, base).follow()
    try:
        there = sorted(path.name for path in folder.iterdir() if path.is_dir())
    except FileNotFoundError:
        return [], []
    except OSError as error:
        raise NotBuiltError(
            f"{folder} cannot be read: {error.strerror or error}.", hint="Check its permissions."
        ) from error
    names = [name for name in there if is_name(name) and Workspace(name, base).is_begun]
    return names, [name for name in there if not is_name(name)]


def _names_in(store: ObjectStore, folder: Path) -> Sequence[str]:
    """Names of the folders in a store; what lies in the workspaces' folder goes on without it."""
    try:
        return store.names()
    except StoreError:
        if not folder.is_dir():
            raise
        return []
