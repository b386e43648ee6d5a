"""One artefact as it lies on disk: whether it is whole, and reading it so that damage is said and not thrown."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import AtlasError, DamagedError, NotBuiltError
from core.storage import artifacts, checksums
from core.storage.checksums import Fault
from core.storage.object_store import ObjectStore
from core.storage.vector_table import TableLocation, read_through

WHAT = {
    "dataset": "films",
    "space": "embedding",
    "map": "map of",
    "clusters": "groups of",
    "method": "method",
    "table": "table of films",
    "table-users": "table of people",
    "taste-groups": "groups of people and films",
}
"""Kind of artefact -> what people call it."""
TABLES = ("table", "table-users")
"""Artefacts that LanceDB reads in the store itself, where there is one."""


def words_for(stage: str) -> str:
    """A stage's artefact in words: "embedding minilm"."""
    kind, _, name = stage.partition("-")
    return WHAT[stage] if stage in WHAT else f"{WHAT.get(kind, kind)} {name}".strip()


@dataclass(frozen=True)
class Stored:
    """An artefact that a manifest names.

    Attributes:
        dataset: Whose it is.
        stage: Which stage made it.
        folder: Where it lies.
        command: What builds the dataset again as it is.
    """

    dataset: str
    stage: str
    folder: Path
    command: str = ""

    @property
    def is_there(self) -> bool:
        """Whether anything of it is there, be it a link to nowhere."""
        return os.path.lexists(self.folder)

    @property
    def has_checksums(self) -> bool:
        """Whether it carries checksums; what older versions made has none."""
        return os.path.lexists(self.folder / checksums.FILE)

    def look(self) -> list[Fault]:
        """What a cheap look finds wrong; [] also where there are no checksums to look by."""
        return checksums.faults(self.folder, whole=False) or []

    def check(self) -> list[Fault]:
        """What is wrong with any byte; without checksums, whether it can be read at all."""
        found = checksums.faults(self.folder, whole=True)
        return self._read_through() if found is None else found

    def damaged(self, faults: Sequence[Fault]) -> DamagedError:
        """The error that says so."""
        command = self.command or f"python -m core build {self.dataset}"
        verb = "are" if self.stage.partition("-")[0] in ("dataset", "clusters") else "is"
        more = f" and {len(faults) - 1} more files are damaged" if len(faults) > 1 else ""
        return DamagedError(
            f"The {words_for(self.stage)} of {self.dataset} {verb} damaged: {faults[0]}{more}.",
            hint=f"See what is whole with: python -m core check {self.dataset}. Repair it on the Data page or with: "
            f"{command}",
            stage=self.stage,
        )

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Say what keeps it from being read.

        Raises:
            DamagedError: It is damaged.
            NotBuiltError: It is whole, and cannot be read all the same.
        """
        try:
            yield
        except AtlasError:
            raise
        except BaseException as error:
            if not _is_of_reading(error):
                raise
            if faults := self.check():
                raise self.damaged(faults) from error
            if self.stage in TABLES and (store := ObjectStore.configured()):
                raise store.error(error) from None
            raise NotBuiltError(
                f"The {words_for(self.stage)} of {self.dataset} cannot be read, although its files are whole: "
                f"{_said(error)}.",
                hint="Another version of Movie Atlas may have made it, or a build has replaced it meanwhile. Start again; "
                "if that does not help, update Movie Atlas and build again.",
            ) from error

    def _read_through(self) -> list[Fault]:
        kind = self.stage.partition("-")[0]
        try:
            if kind == "table":
                for path in sorted((self.folder / "lancedb").glob("*.lance")):
                    read_through(TableLocation(str(self.folder / "lancedb"), path.stem))
            elif kind in artifacts.READERS:
                artifacts.READERS[kind](self.folder)
        except BaseException as error:
            if not _is_of_reading(error):
                raise
            return [Fault("", f"cannot be read ({_said(error)})")]
        return []


def _is_of_reading(error: BaseException) -> bool:
    """Whether a reader failed: LanceDB's panics are no `Exception`."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


def _said(error: BaseException) -> str:
    """An error of a library in one short line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}".removesuffix(": ")
