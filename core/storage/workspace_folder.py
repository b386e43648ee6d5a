"""Where what is built for a dataset lies, and the one way in which it is opened."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import DamagedError, InvalidQueryError, NotBuiltError
from core.settings import home, store_uri
from core.storage import published
from core.storage.manifest import Manifest, read_manifest
from core.storage.object_store import ObjectStore
from core.storage.stored import Stored
from core.storage.vector_table import TableLocation

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def is_name(name: str) -> bool:
    """Whether a dataset can be called so."""
    return bool(_NAME.fullmatch(name))


def validate_name(name: str) -> str:
    """A dataset's name as a folder name.

    Raises:
        InvalidQueryError: Other characters than a-z, 0-9, "-" and "_", or too long.
    """
    if not is_name(name):
        raise InvalidQueryError(
            f"“{name[:80]}” cannot be a dataset's name.",
            hint="Use lower-case letters, digits, - and _, 64 at most.",
        )
    return name


class WorkspaceFolder:
    """The folder of one dataset, as it is read; that needs no lock."""

    def __init__(self, name: str, base: Path | None = None) -> None:
        self.name = validate_name(name)
        self.home = base or home()
        self.folder = self.home / "workspaces" / self.name
        self.store = ObjectStore.configured()

    @property
    def manifest_path(self) -> Path:
        """The one file whose replacement publishes a build."""
        return self.folder / "manifest.json"

    @property
    def copy_path(self) -> Path:
        """A copy of it, which says what to build again where it is damaged."""
        return self.folder / "manifest.copy.json"

    @property
    def is_begun(self) -> bool:
        """Whether something was published here, be it damaged since."""
        self.follow()
        return any(os.path.lexists(path) for path in (self.manifest_path, self.copy_path))

    @property
    def is_broken(self) -> bool:
        """Whether the live manifest is there, or was, and cannot be used."""
        try:
            self.manifest()
        except NotBuiltError:
            return True
        return False

    @property
    def set_aside_folder(self) -> Path:
        """Where damaged artefacts lie after they were made again, until a build finds nothing damaged."""
        return self.folder / "damaged"

    def manifest(self) -> Manifest | None:
        """The live manifest, None where nothing was built yet.

        Raises:
            DamagedError: The manifest cannot be read.
            NotBuiltError: It was written by another version of the program.
            StoreError: Nothing lies here, and the store does not answer.
        """
        self.follow()
        try:
            return read_manifest(self.manifest_path, self.name)
        except FileNotFoundError:
            if not self.copy_path.exists():
                return None
            found: NotBuiltError = DamagedError(f"The workspace of {self.name} has lost its manifest.json.")
        except NotBuiltError as error:
            found = error
        again = f"uild it again, which keeps what is whole: {self.command}"
        found.hint = f"{found.hint} Or b{again}" if found.hint else f"B{again}"
        raise found

    @property
    def command(self) -> str:
        """What builds the dataset again as it is."""
        known = self.readable_manifest()
        return known.command if known else f"python -m core build {self.name}"

    def readable_manifest(self) -> Manifest | None:
        """The live manifest, or its copy where it is broken, so that a build can replace it; None = neither."""
        self.follow()
        for path in (self.manifest_path, self.copy_path):
            with suppress(NotBuiltError, FileNotFoundError):
                return read_manifest(path, self.name)
        return None

    def follow(self, *, at_once: bool = False) -> None:
        """Bring the manifest here up to the one in the object store, where there is a store; see `published.follow`."""
        if self.store:
            published.follow(self.store, self.name, self.manifest_path, self.copy_path, at_once=at_once)

    def bring(self, stage: str, key: str) -> Path:
        """The folder of a stage's artefact, fetched where only the object store has it; see `ObjectStore.fetch`."""
        folder = self.artifact(stage, key)
        if self.store and not os.path.lexists(folder):
            self.store.fetch(self.name, folder, self.folder / "fetched")
        return folder

    def live(self) -> Manifest:
        """The live manifest.

        Raises:
            NotBuiltError: Nothing was built yet.
        """
        found = self.manifest()
        if found is None:
            raise NotBuiltError(
                f"{self.name} is not built yet.",
                hint=f"Build it on the Data page or with: python -m core build {self.name}",
            )
        return found

    def artifact(self, stage: str, key: str) -> Path:
        """The folder of a stage's artefact; it exists only when it is finished."""
        return self.folder / "artifacts" / f"{stage}-{key}"

    def stored(self, manifest: Manifest, stage: str) -> Stored:
        """An artefact that a manifest names.

        Raises:
            NotBuiltError: It names none, or nothing of it is there.
        """
        key = manifest.artifacts.get(stage)
        found = Stored(self.name, stage, self.bring(stage, key), manifest.command) if key else None
        if found is None or not found.is_there:
            kind, _, name = stage.partition("-")
            what, wanted = f"{kind} {name}".strip(), f" --space {name}" if kind == "space" else ""
            raise NotBuiltError(
                f"The {what} of {manifest.dataset} is not built.",
                hint=f"Build it on the Data page or with: {manifest.command}{wanted}",
            )
        return found

    @contextmanager
    def reading(self, manifest: Manifest, stage: str) -> Iterator[Path]:
        """The folder of an artefact, to read from; the one way in which anything built is opened.

        Raises:
            NotBuiltError: The manifest names none, or it is not there.
            DamagedError: A cheap look finds it damaged, or it cannot be read.
        """
        found = self.stored(manifest, stage)
        if faults := found.look():
            raise found.damaged(faults)
        with found.reading():
            yield found.folder

    def table_location(self, key: str, name: str = "movies") -> TableLocation:
        """Where a table with this fingerprint lives: inside the workspace, or under MOVIE_ATLAS_STORE_URI.

        A remote table cannot be renamed into place, so its address carries the fingerprint, and only a manifest
        published after it was written ever names it.
        """
        remote = store_uri()
        if remote.startswith("db://"):
            return TableLocation(remote, f"{self.name}-{key}-{name}")
        if remote:
            return TableLocation(f"{remote}/{self.name}/{key}", name)
        return TableLocation(str(self.artifact("table", key) / "lancedb"), name)
