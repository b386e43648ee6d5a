"""Checksums of an artefact: what its files were when they were written, and what has become of them.

They stand beside the files, in `checksums.json`. A cheap look compares sizes and samples: both ends, where formats keep
their headers, and 512 bytes of every 32 kB, so that no block of 64 kB can be lost unseen. A whole check reads everything.
"""

import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from core.storage.fingerprints import fingerprint

FILE = "checksums.json"
VERSION = 1
"""Raised whenever artefacts change their form in a way that older programs cannot read."""
SAMPLE, STRIDE = 512, 32 * 1024
"""Bytes of every so many that a cheap look reads; the last ones of a file too."""

CHANGED = "does not hold what was written into it"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an artefact.

    Attributes:
        file: The file, relative to the artefact's folder; "" = the folder itself.
        what: What is wrong with it, to follow its name: "is missing".
    """

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file or 'its folder'} {self.what}"


def write_checksums(folder: Path) -> None:
    """Write down what the files of a finished artefact are.

    Raises:
        OSError: One of them cannot be read, or the folder cannot be written.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / FILE)
    files = {path.relative_to(folder).as_posix(): _describe(path) for path in paths}
    value = {"version": VERSION, "files": files, "digest": fingerprint(files)}
    beside = folder / f"{FILE}.part"
    beside.write_text(json.dumps(value, indent=1), "utf-8")
    os.replace(beside, folder / FILE)


def faults(folder: Path, *, whole: bool) -> list[Fault] | None:
    """What is wrong with the files of an artefact; None where it carries no checksums.

    Args:
        folder: Its folder.
        whole: Read every byte; else sizes and samples.
    """
    try:
        if not stat.S_ISDIR(folder.stat().st_mode):
            return [Fault("", "is no folder")]
        files = _read(folder)
    except FileNotFoundError:
        return None if os.path.isdir(folder) else [Fault("", "is missing")]
    except OSError as error:
        return [Fault("", _cannot(error))]
    except _UnreadableError as error:
        return [Fault(FILE, str(error))]
    return [Fault(name, what) for name, was in files.items() if (what := _fault(folder / name, was, whole))]


def contents(folder: Path) -> dict[str, str]:
    """Digest of every file by its name, as its checksums say; {} where they cannot be read."""
    try:
        return {name: str(was["digest"]) for name, was in _read(folder).items()}
    except (OSError, _UnreadableError):
        return {}


class _UnreadableError(Exception):
    """A file of checksums that holds none."""


def _read(folder: Path) -> dict[str, dict[str, Any]]:
    """The checksums of an artefact.

    Raises:
        OSError: There are none, or they cannot be read.
        _UnreadableError: They are damaged, or in a form of a newer version.
    """
    try:
        value = json.loads((folder / FILE).read_text("utf-8"))
        version, files = int(value["version"]), value["files"]
        is_whole = value["digest"] == fingerprint(files)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _UnreadableError(CHANGED) from None
    if version > VERSION:
        raise _UnreadableError("was made by a newer Movie Atlas")
    if not is_whole:
        raise _UnreadableError(CHANGED)
    return dict(files)


def _describe(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        return {"bytes": size, "samples": _samples(stream, size), "digest": _digest(stream)}


def _fault(path: Path, was: dict[str, Any], whole: bool) -> str:
    """What is wrong with a file; "" = nothing that was looked for."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            return "is no file"
        if about.st_size != was["bytes"]:
            return f"has {about.st_size:,} of {was['bytes']:,} bytes"
        with path.open("rb") as stream:
            found = _digest(stream) if whole else _samples(stream, about.st_size)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return _cannot(error)
    return "" if found == was["digest" if whole else "samples"] else CHANGED


def _samples(stream: BinaryIO, size: int) -> str:
    """Digest of the samples of a file."""
    digest, descriptor = hashlib.blake2b(digest_size=8), stream.fileno()
    for place in (*range(0, size, STRIDE), max(size - SAMPLE, 0)):
        digest.update(os.pread(descriptor, SAMPLE, place))
    return digest.hexdigest()


def _digest(stream: BinaryIO) -> str:
    """Digest of a whole file."""
    stream.seek(0)
    digest = hashlib.blake2b(digest_size=16)
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def _cannot(error: OSError) -> str:
    return f"cannot be read ({error.strerror or error})"
