"""Files that somebody hands over, kept under names that differ, and in the place of earlier ones once they are good."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import DatasetError, why

_LONGEST = 100
_PARTIAL = ".upload-"


@contextmanager
def kept(files: Sequence[tuple[str, bytes]], folder: Path) -> Iterator[Path]:
    """Write files beside a folder, for the block to look at them; after it they take the folder's place.

    Where the block raises, what was in the folder stays as it was, and nothing of the new files is left.

    Args:
        files: Names and contents. Names lose their folders and odd characters; equal ones get a number.
        folder: Where they are to be kept.

    Yields:
        The folder in which they lie during the block.

    Raises:
        DatasetError: They cannot be written.
    """
    with _in_words(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder.parent))
    try:
        with _in_words(folder):
            for name, (_, content) in zip(safe_names([name for name, _ in files]), files, strict=True):
                (staging / name).write_bytes(content)
        yield staging
        with _in_words(folder):
            staging.chmod(0o755)
            _replace(folder, staging)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def safe_names(names: Sequence[str]) -> list[str]:
    """File names without folders or odd characters, each once, whatever letters are large."""
    taken: set[str] = set()
    found = []
    for name in names:
        last = name.replace("\\", "/").rsplit("/", 1)[-1]
        safe = re.sub(r"[^A-Za-z0-9._-]", "_", last)[-_LONGEST:].lstrip(".") or "file"
        path, n = Path(safe), 1
        while safe.casefold() in taken:
            n += 1
            safe = f"{path.stem}-{n}{path.suffix}"
        taken.add(safe.casefold())
        found.append(safe)
    return found


def _replace(folder: Path, staging: Path) -> None:
    """Put one folder in the place of another, which is there as long as can be."""
    aside = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder.parent))
    with suppress(FileNotFoundError):
        os.rename(folder, aside / "old")
    try:
        os.rename(staging, folder)
    except OSError:
        with suppress(FileNotFoundError):
            os.rename(aside / "old", folder)
        aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatasetError(
            f"The files cannot be kept in {folder.name}: {why(error)}.",
            hint="Check free space and permissions.",
        ) from error
