"""Where the files of a dataset lie on this machine."""

from pathlib import Path

from core.datasets.registry import SOURCES, bundled_folder
from core.errors import DatasetError
from core.settings import search_folders

WIKIPEDIA = "wikipedia-movies"
"""Name of the Wikipedia film lists' download and of their folder."""


def is_enrichable(name: str) -> bool:
    """Whether a dataset carries titles and genres only, as MovieLens does; its plots come from Wikipedia."""
    return name.startswith("ml-") and name in SOURCES


def find_input(name: str, given: Path | None = None, last: str | None = None) -> Path | None:
    """Where a dataset's files are.

    Args:
        name: The dataset's name.
        given: Where somebody says they are; None = nobody does.
        last: Where they were last time; None = there was no such time.

    Returns:
        The first that is there: `given`, `last`, what ships with the app, NAME or NAME.zip in the usual folders.

    Raises:
        DatasetError: `given` does not exist.
    """
    if given is not None:
        if not given.exists():
            raise DatasetError(f"There is no folder or file {given}.", hint="Check the path.")
        return given.resolve()
    if last and Path(last).exists():
        return Path(last)
    if bundled := bundled_folder(name):
        return bundled
    for folder in search_folders():
        for candidate in (folder / name, folder / f"{name}.zip", folder / f"{name}.ZIP"):
            if candidate.exists():
                return candidate
    return None


def find_wikipedia(name: str, path: Path, wanted: Path | str | None = None) -> Path | None:
    """Folder of the Wikipedia film lists for a dataset; None where there is none or none is wanted.

    Args:
        name: The dataset's name.
        path: Where its own files are; the lists may lie beside them.
        wanted: Their folder; None = look for it; "" = none is wanted.

    Raises:
        DatasetError: `wanted` is a folder without such lists.
    """
    if wanted == "" or not is_enrichable(name):
        return None
    if wanted:
        folder = Path(wanted)
        if not wikipedia_files(folder):
            raise DatasetError(
                f"{folder} holds no Wikipedia film lists.", hint="It should hold movies-1990s.json etc."
            )
        return folder
    for folder in search_folders((path, path.parent)):
        if wikipedia_files(folder / WIKIPEDIA):
            return folder / WIKIPEDIA
    return None


def wikipedia_files(folder: Path) -> list[Path]:
    """The Wikipedia film lists in a folder, by decade; [] where it holds none."""
    return sorted(folder.glob("movies-[12]*s.json")) or sorted(folder.glob("movies.json"))
