"""The other datasets that a build fills in from: where they are, what decides what they give."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import datasets
from core.build.request import Request
from core.datasets.locate import find_input
from core.datasets.registry import version_of
from core.domain import Dataset
from core.errors import DatasetError
from core.storage import Workspace
from core.storage.fingerprints import fingerprint_files

FILL_VERSION = 1
"""Raised whenever the same datasets would fill in something else."""


@dataclass(frozen=True)
class Donor:
    """A dataset that facts are taken from; imputation calls it so, too.

    Attributes:
        name: Its name.
        path: Folder, archive or file of its films.
        columns: For a person's own files: our column -> theirs.
    """

    name: str
    path: Path
    columns: dict[str, str] = field(default_factory=dict)

    def load(self) -> Dataset:
        """Read it.

        Raises:
            DatasetError: Its files are wrong.
        """
        return datasets.load(self.name, self.path, columns=self.columns or None)


def find_donors(request: Request, base: Path | None = None) -> list[Donor]:
    """The datasets named by `request.fill_from`, each once and in that order.

    Their files are where their own last build took them from, or in the usual folders; no build of theirs is needed.

    Args:
        request: What is asked for.
        base: Home folder; None = `core.settings.home()`.

    Raises:
        DatasetError: The files of one are not here, or a dataset is to be filled in from itself.
        InvalidQueryError: A name that no dataset can have.
    """
    return [_find(name, request.name, base) for name in dict.fromkeys(request.fill_from)]


def _find(name: str, receiver: str, base: Path | None) -> Donor:
    if name == receiver:
        raise DatasetError(
            f"{name} cannot be filled in from itself.", hint="Name another dataset after --with."
        )
    built = Workspace(name, base).readable_manifest()
    about = built.about if built else {}
    path = find_input(name, None, about.get("origin"))
    if path is None:
        raise DatasetError(
            f"The files of {name} are not here, so nothing can be filled in from it.",
            hint=f"Put them into the data folder, build it once with --from FOLDER, or leave out --with {name}.",
        )
    return Donor(name, path, dict(about.get("columns", {})))


def inputs_of(donors: Sequence[Donor]) -> tuple[Any, ...]:
    """What decides what they give, as plain values; () where there are none."""
    given = [
        (
            one.name,
            version_of(one.name),
            fingerprint_files(datasets.input_files(one.name, one.path)),
            one.columns,
        )
        for one in donors
    ]
    return (FILL_VERSION, given) if given else ()
