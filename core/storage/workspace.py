"""What is built for a dataset: artefacts keyed by the fingerprint of their inputs, and one manifest of the live ones.

A build never touches what is being served. Each stage writes a folder of its own under a temporary name and renames
it when it is whole; the manifest is one small file that is replaced in one step at the very end. Killed at any
moment, the previous manifest still names a complete set of artefacts, and the next build finds every stage that had
finished.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from core.errors import BuildError, why
from core.storage.artifacts import write_atomically
from core.storage.checksums import write_checksums
from core.storage.manifest import Manifest
from core.storage.object_store import ObjectStore
from core.storage.workspace_folder import WorkspaceFolder


class Workspace(WorkspaceFolder):
    """The folder of one dataset, read and written; building holds a lock."""

    def __init__(self, name: str, base: Path | None = None) -> None:
        super().__init__(name, base)
        self._published: list[Manifest] = []

    @contextmanager
    def writing(self, stage: str, key: str, *, again: bool = False) -> Iterator[Path]:
        """A new folder to write an artefact in, which gets its checksums and its place when the block ends without error.

        Args:
            stage: Which stage makes it.
            key: Fingerprint of its inputs.
            again: Whether it replaces one that is there, which is set aside; else one that is there stays.
        """
        final = self.artifact(stage, key)
        temporary = self.folder / "partial" / f"{stage}-{key}-{uuid4().hex[:8]}"
        temporary.mkdir(parents=True)
        try:
            yield temporary
            write_checksums(temporary)
            final.parent.mkdir(parents=True, exist_ok=True)
            if again and os.path.lexists(final):
                self._set_aside(final)
            if not final.exists():
                os.rename(temporary, final)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _set_aside(self, artifact: Path) -> None:
        self.set_aside_folder.mkdir(exist_ok=True)
        if not artifact.is_symlink():
            artifact.chmod(0o700)  # a folder that may not be written cannot be moved
        os.rename(artifact, self.set_aside_folder / f"{artifact.name}-{uuid4().hex[:8]}")

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
                self.follow(at_once=True)
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
                hint=f"Check free space and permissions of {self.folder}. What was built before is as it was.",
            ) from error

    def publish(self, manifest: Manifest) -> None:
        """Make a manifest the live one, in one step; with an object store, there first, after all that it names.

        Raises:
            StoreError: The store did not take all of it; what was live is live.
        """
        content = _written(manifest)
        if self.store:
            for stage, key in manifest.artifacts.items():
                self.store.put(self.name, self.artifact(stage, key))
            self.store.put_manifest(self.name, content)
        write_atomically(self.manifest_path, content)
        write_atomically(self.copy_path, content)
        self._published.append(manifest)

    def is_live(self, manifest: Manifest) -> bool:
        """Whether it is published already, and its files hold just that."""
        content = _written(manifest)
        if self.store and not self._is_in(self.store, manifest, content):
            return False
        with suppress(OSError):
            return all(path.read_bytes() == content for path in (self.manifest_path, self.copy_path))
        return False

    def _is_in(self, store: ObjectStore, manifest: Manifest, content: bytes) -> bool:
        """Whether a store has the manifest and all that it names, as they lie here."""
        folders = [self.artifact(stage, key) for stage, key in manifest.artifacts.items()]
        return store.manifest(self.name) == content and all(store.holds(self.name, one) for one in folders)

    def forget_damaged(self) -> None:
        """Remove what was set aside."""
        shutil.rmtree(self.set_aside_folder, ignore_errors=True)

    def _remove_all_but(self, *manifests: Manifest | None) -> None:
        """Remove the artefacts that none of these manifests names."""
        kept = {f"{stage}-{key}" for m in manifests if m for stage, key in m.artifacts.items()}
        for folder in (self.folder / "artifacts").iterdir():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)


def _written(manifest: Manifest) -> bytes:
    return json.dumps(manifest.to_json(), ensure_ascii=False, indent=1).encode()
