"""Datasets by name: the registry of sources, and `load` for a folder, an archive or a person's own files."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from core.datasets import sources
from core.datasets.base import Source
from core.datasets.reading.archives import extract
from core.datasets.reading.scratch import scratch_folder
from core.datasets.sources.own_files import OwnFiles
from core.domain import Dataset
from core.errors import DatasetError, UnknownNameError


def _discovered() -> dict[str, Source]:
    """What the files in `core/datasets/sources` list under SOURCES."""
    found: list[Source] = []
    for module in pkgutil.iter_modules(sources.__path__):
        found += getattr(importlib.import_module(f"{sources.__name__}.{module.name}"), "SOURCES", ())
    return {one.name: one for one in sorted(found, key=lambda one: one.place)}


SOURCES = _discovered()
"""Every known source by its name, in the order of their `place`."""
FIRST = next(iter(SOURCES))
"""What a fresh installation opens with."""


def bundled_folder(name: str) -> Path | None:
    """The folder of a dataset that ships with the app; None where it does not."""
    return SOURCES[name].bundled if name in SOURCES else None


def version_of(name: str) -> int:
    """The version of the source called `name`, or of reading a person's own files; see `Source.version`."""
    return _source_or_own(name, None).version


def source(name: str) -> Source:
    """The source called `name`.

    Raises:
        UnknownNameError: There is none.
    """
    if name not in SOURCES:
        raise UnknownNameError("dataset", name, list(SOURCES))
    return SOURCES[name]


def identify(folder: Path) -> list[str]:
    """Names of the sources whose layout this folder has; several where nothing in it tells them apart."""
    return [name for name, one in SOURCES.items() if one.recognises(folder)]


def load(name: str, path: Path, columns: Mapping[str, str] | None = None) -> Dataset:
    """Load a dataset.

    Args:
        name: A known name; any other is the name of a person's own files.
        path: The folder, a zip archive of it, or the folder that holds it under its name; for own files also
            one file.
        columns: For own files: our column -> theirs.

    Raises:
        DatasetError: Nothing there, another dataset than asked for, or a broken file.
    """
    _require(path)
    if name not in SOURCES:
        return OwnFiles(name, columns).load(path)
    with _opened(name, path) as place:
        return _source_or_own(name, columns).load(_dataset_folder(name, place))


def input_files(name: str, path: Path) -> list[Path]:
    """The files whose content decides what `load` gives, without parsing them; an archive counts as one file.

    Raises:
        DatasetError: Nothing there, or another dataset than asked for.
    """
    if _is_archive(path):
        return [path]
    _require(path)
    if name not in SOURCES:
        return OwnFiles(name).files(path)
    return source(name).files(_dataset_folder(name, path))


def _source_or_own(name: str, columns: Mapping[str, str] | None) -> Source:
    if name not in SOURCES:
        return OwnFiles(name, columns)
    if columns:
        raise DatasetError(f"{SOURCES[name].label} has fixed columns; a mapping is for your own files.")
    return SOURCES[name]


def _is_archive(path: Path) -> bool:
    return path.suffix.lower() == ".zip" and path.is_file()


def _require(path: Path) -> None:
    if not path.exists():
        raise DatasetError(
            f"There is nothing at {path}.", hint="Check the path, or download the dataset first."
        )


@contextmanager
def _opened(name: str, path: Path) -> Iterator[Path]:
    """The path itself; of an archive a temporary folder with its content, gone afterwards."""
    _require(path)
    if not _is_archive(path):
        yield path
        return
    with scratch_folder() as temporary:
        yield extract(path, temporary / "content")


def _dataset_folder(name: str, path: Path) -> Path:
    """The folder that holds the dataset: `path`, `path`/name, or the only folder in it.

    Raises:
        DatasetError: It is another dataset, or none that is known.
    """
    wanted = SOURCES[name]
    if not path.is_dir():
        raise DatasetError(
            f"{path} is not a folder with {wanted.label}.", hint="Give its folder or its zip archive."
        )
    candidates = _candidates(name, path)
    for folder in candidates:
        if wanted.recognises(folder):
            return folder
    for folder in candidates:
        for other in identify(folder):
            raise DatasetError(
                f"{folder} looks like {SOURCES[other].label}, not {wanted.label}.",
                hint=f'Use: python -m core build {other} --from "{path}"',
            )
    expected = ", ".join(file.name for file in wanted.files(path))
    raise DatasetError(
        f"{path} holds no {wanted.label}: its files ({expected}) are not there or have other columns.",
        hint="Check the folder; under a name of your own, files are told by what is in them.",
    )


def _candidates(name: str, path: Path) -> list[Path]:
    if not path.is_dir():
        return []
    inner = [one for one in path.iterdir() if one.is_dir() and not one.name.startswith((".", "__MACOSX"))]
    return [path, *(one for one in inner if one.name == name), *(inner if len(inner) == 1 else [])]
