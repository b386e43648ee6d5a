"""The contract of every source of films."""

from pathlib import Path
from typing import Protocol

from core.compute.cost import Size
from core.domain import Dataset


class Source(Protocol):
    """One place that films come from; one file in `core/datasets/sources/` each, which lists it under `SOURCES`.

    Attributes:
        name: Dataset name, e.g. "ml-latest-small".
        label: Name for people.
        description: One or two plain sentences: what it holds.
        licence: One sentence.
        homepage: Where it is described.
        url: What `fetch` downloads; "" = not fetchable, get it by hand.
        version: Raised by one whenever the same files would load differently.
        place: Where it stands in lists; smaller first, equal ones as their file lists them.
        bundled: Its folder where it ships with the app, else None.
        has_ids: Whether its films may carry ids of TMDB or IMDb, by which other datasets know them.
        size: How much it holds, as its publisher says; None = that differs.
    """

    name: str
    label: str
    description: str
    licence: str
    homepage: str
    url: str
    version: int
    place: int
    bundled: Path | None
    has_ids: bool
    size: Size | None

    def recognises(self, folder: Path) -> bool:
        """Whether this folder looks like this dataset (by file names and headers; reads no whole file)."""
        ...

    def files(self, folder: Path) -> list[Path]:
        """The files a load reads, in a fixed order; their content decides the dataset's fingerprint."""
        ...

    def load(self, folder: Path) -> Dataset:
        """Read everything.

        Raises:
            DatasetError: With what was wrong, where, and what to do.
        """
        ...
