"""What is built for a dataset: artefacts keyed by the fingerprint of their inputs, and one manifest of the live ones.

A build never touches what is being served. Each stage writes a folder of its own under a temporary name and renames
it when it is whole; the manifest is one small file that is replaced in one step at the very end. Killed at any
moment, the previous manifest still names a complete set of artefacts, and the next build finds every stage that had
finished.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from core.errors import BuildError, InvalidQueryError, NotBuiltError, why
from core.settings import home, store_uri
from core.storage.manifest import MANIFEST_VERSION, Manifest
from core.storage.vector_table import TableLocation

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def validate_name(name: str) -> str:
    """A dataset's name as a folder name.

    Raises:
        InvalidQueryError: Other characters than a-z, 0-9, "-" and "_", or too long.
    """
    if not _NAME.fullmatch(name):
        raise InvalidQueryError(
            f"“{name[:80]}” cannot be a dataset's name.",
            hint="Use lower-case letters, digits, - and _, 64 at most.",
        )
    return name


class Workspace:
    """The folder of one dataset. Reading needs no lock; building holds one."""

    def __init__(self, name: str, base: Path | None = None) -> None:
        self.name = validate_name(name)
        self.home = base or home()
        self.folder = self.home / "workspaces" / self.name
        self._published: list[Manifest] = []

    @property
    def manifest_path(self) -> Path:
        """The one file whose replacement publishes a build."""
        return self.folder / "manifest.json"

    def manifest(self) -> Manifest | None:
        """The live manifest, None where nothing was built yet.

        Raises:
            NotBuiltError: The manifest cannot be read, or was written by another version of the program.
        """
        try:
            value = json.loads(self.manifest_path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise NotBuiltError(
                f"The workspace of {self.name} cannot be read.", hint="Build it again."
            ) from error
        if not isinstance(value, dict) or value.get("version") != MANIFEST_VERSION:
            raise NotBuiltError(
                f"The workspace of {self.name} was built by another version of Movie Atlas.",
                hint="Build it again.",
            )
        return Manifest(value["dataset"], value["artifacts"], value["about"])

    def readable_manifest(self) -> Manifest | None:
        """The live manifest; None also where it is broken, so that a build can replace it."""
        try:
            return self.manifest()
        except NotBuiltError:
            return None

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
        """The folder of a stage's artefact; it exists only when it is whole."""
        return self.folder / "artifacts" / f"{stage}-{key}"

    def built(self, manifest: Manifest, stage: str) -> Path:
        """The folder of an artefact that a manifest names.

        Raises:
            NotBuiltError: It names none, or the folder is not there.
        """
        key = manifest.artifacts.get(stage)
        folder = self.artifact(stage, key) if key else None
        if folder is None or not folder.exists():
            kind, _, name = stage.partition("-")
            what, wanted = f"{kind} {name}".strip(), f" --space {name}" if kind == "space" else ""
            raise NotBuiltError(
                f"The {what} of {manifest.dataset} is not built.",
                hint=f"Build it on the Data page or with: python -m core build {manifest.dataset}{wanted}",
            )
        return folder

    @contextmanager
    def writing(self, stage: str, key: str) -> Iterator[Path]:
        """A new folder to write an artefact in; renamed into place when the block ends without an error."""
        final = self.artifact(stage, key)
        temporary = self.folder / "partial" / f"{stage}-{key}-{uuid4().hex[:8]}"
        temporary.mkdir(parents=True)
        try:
            yield temporary
            final.parent.mkdir(parents=True, exist_ok=True)
            if not final.exists():
                os.rename(temporary, final)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    @contextmanager
    def building(self) -> Iterator[None]:
        """Hold the build lock; clear what a killed build left half-written, and at the end what nobody reads any more.

        A build may publish several times. Pages that were opened before it began, or in between, still read what
        they opened, so nothing that a manifest of this time names is removed before the end. What stays then is what
        the live manifest names and what the one named that was live at the start.

        Raises:
            BuildError: Another build of this dataset is running, or the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / "build.lock", timeout=0):
                shutil.rmtree(self.folder / "partial", ignore_errors=True)
                before, self._published = self.readable_manifest(), []
                yield
                if self._published:
                    self._remove_all_but(before, self._published[-1])
        except Timeout as error:
            raise BuildError(
                f"{self.name} is being built already.", hint="Wait until that build has ended."
            ) from error
        except OSError as error:
            raise BuildError(
                f"The build of {self.name} stopped: {why(error)}.",
                hint=f"Check free space and permissions of {self.folder}. What was built before still serves.",
            ) from error

    def publish(self, manifest: Manifest) -> None:
        """Make a manifest the live one, in one step."""
        value = {"version": MANIFEST_VERSION, "dataset": manifest.dataset, "artifacts": manifest.artifacts}
        temporary = self.manifest_path.with_suffix(f".{uuid4().hex[:8]}.tmp")
        with temporary.open("w", encoding="utf-8") as stream:
            json.dump(value | {"about": manifest.about}, stream, ensure_ascii=False, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, self.manifest_path)
        self._published.append(manifest)

    def _remove_all_but(self, *manifests: Manifest | None) -> None:
        """Remove the artefacts that none of these manifests names."""
        kept = {f"{stage}-{key}" for m in manifests if m for stage, key in m.artifacts.items()}
        for folder in (self.folder / "artifacts").iterdir():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

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
