"""The object store that MOVIE_ATLAS_STORE_URI names: copies of artefacts and manifests beside the tables.

    URI/NAME/manifest.json                what is live; written last, in one step
    URI/NAME/artifacts/STAGE-KEY/…        immutable; its checksums.json is written last and says that it is whole
    URI/NAME/KEY/…                        tables, which LanceDB writes and reads in their place

Nothing in the store is removed, so whoever has read a manifest finds all that it names.
"""

import os
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

from core.errors import DamagedError, NotBuiltError, why
from core.storage import checksums
from core.storage.objects import CHUNK, Objects


class ObjectStore(Objects):
    """One object store with the artefacts and manifests of datasets; see `Objects` for its URI."""

    def manifest(self, name: str) -> bytes | None:
        """The live manifest of a dataset as it was written; None where none was.

        Raises:
            StoreError: See `speaking`.
        """
        content = self.read(f"{name}/manifest.json")
        if content is None:
            self.require_bucket()
        return content

    def put_manifest(self, name: str, content: bytes) -> None:
        """Make a manifest the live one, in one step.

        Raises:
            StoreError: See `speaking`.
        """
        self.write(f"{name}/manifest.json", [content])

    def holds(self, name: str, folder: Path) -> bool:
        """Whether an artefact lies in the store as it lies here.

        Raises:
            StoreError: See `speaking`.
            OSError: It cannot be read here.
        """
        sums = self.read(f"{name}/artifacts/{folder.name}/{checksums.FILE}")
        return sums is not None and sums == (folder / checksums.FILE).read_bytes()

    def put(self, name: str, folder: Path) -> None:
        """Copy a finished artefact into the store, unless it is there; one that was repaired here replaces that.

        Raises:
            StoreError: See `speaking`. What was copied till then names nothing.
            OSError: It cannot be read here.
        """
        if self.holds(name, folder):
            return
        paths = [path for path in folder.rglob("*") if path.is_file()]
        for path in sorted(paths, key=lambda path: (path == folder / checksums.FILE, path)):
            with path.open("rb") as source:
                place = f"{name}/artifacts/{folder.name}/{path.relative_to(folder).as_posix()}"
                self.write(place, iter(partial(source.read, CHUNK), b""))

    def fetch(self, name: str, folder: Path, beside: Path) -> None:
        """Copy an artefact out of the store, whole or not at all; nothing where the store has none.

        Args:
            name: The dataset's.
            folder: Its place here, which is not there yet.
            beside: A folder on the same disk, for what is not whole yet.

        Raises:
            StoreError: See `speaking`.
            DamagedError: What lies there is not what its checksums say.
            NotBuiltError: There is no place for it here.
        """
        place = f"{name}/artifacts/{folder.name}"
        sums = self.read(f"{place}/{checksums.FILE}")
        if sums is None:
            return
        part = beside / f"{folder.name}-{uuid4().hex[:8]}"
        try:
            self._copy_out(place, sums, part)
            if faults := checksums.faults(part, whole=True):
                raise DamagedError(
                    f"The copy of {folder.name} in {self.shown} is damaged: {faults[0]}.",
                    hint="Try again in a minute: it may just be published anew. Else build the dataset where it was built.",
                )
            folder.parent.mkdir(parents=True, exist_ok=True)
            if not folder.exists():
                _move(part, folder)
        except OSError as error:
            raise NotBuiltError(
                f"{folder.name} of {name} could not be copied from {self.shown} to {folder.parent}: {why(error)}.",
                hint="Check free space and permissions there.",
            ) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _copy_out(self, place: str, sums: bytes, part: Path) -> None:
        """Copy what checksums name; what of it is not in the store is missing here too."""
        part.mkdir(parents=True)
        (part / checksums.FILE).write_bytes(sums)
        for file in checksums.contents(part):
            target = part / file
            if not target.resolve().is_relative_to(part.resolve()):
                raise DamagedError(
                    f"The copy of {part.name} in {self.shown} names a file outside its folder."
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError), target.open("wb") as stream:
                stream.writelines(self.chunks(f"{place}/{file}"))


def _move(part: Path, folder: Path) -> None:
    """Rename into place; another process can have been faster, which is as good."""
    try:
        os.rename(part, folder)
    except OSError:
        if not folder.is_dir():
            raise
