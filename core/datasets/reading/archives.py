"""Zip archives from outside, extracted or read in memory: what could escape, overwrite or fill the disk is refused."""

import io
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import ArchiveError, why


@dataclass(frozen=True)
class ArchiveLimits:
    """How large an archive's content may be.

    Attributes:
        files: Number of entries.
        bytes: Size of all files together, unpacked.
        ratio: Unpacked size over packed size; checked above `ratio_from` bytes.
        ratio_from: Size below which any ratio is harmless.
    """

    files: int = 10_000
    bytes: int = 8 << 30
    ratio: float = 100.0
    ratio_from: int = 64 << 20


DEFAULT_LIMITS = ArchiveLimits()


def extract(archive: Path, folder: Path, limits: ArchiveLimits = DEFAULT_LIMITS) -> Path:
    """Extract a zip archive into a new folder, wholly or not at all.

    Args:
        archive: The zip file.
        folder: Where its content goes; must not exist yet.
        limits: What is too large.

    Returns:
        `folder`.

    Raises:
        ArchiveError: Not a zip file, broken, encrypted, unsafe or too large; nothing of it is kept.
    """
    if folder.exists():
        raise ArchiveError(f"{folder} is already there.", hint="Remove it, or choose another folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".extract-", dir=folder.parent))
    try:
        with _sound(archive.name), zipfile.ZipFile(archive) as content:
            members = _checked_members(content, archive.name, archive.stat().st_size, limits)
            _copy_all(content, members, staging, limits, archive)
        staging.chmod(0o755)
        staging.rename(folder)
    except OSError as error:
        raise ArchiveError(f"{archive.name} could not be extracted: {why(error)}.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return folder


def read_members(
    data: bytes, name: str, is_wanted: Callable[[str], bool], limits: ArchiveLimits = DEFAULT_LIMITS
) -> dict[str, bytes]:
    """Files of a zip archive, in memory; nothing is written.

    Args:
        data: The archive.
        name: What messages call it.
        is_wanted: Which files to unpack, by their name in the archive.
        limits: What is too large; of all files together, wanted or not.

    Returns:
        Content by name, in the archive's order.

    Raises:
        ArchiveError: Not a zip file, broken, encrypted, unsafe or too large.
    """
    with _sound(name), zipfile.ZipFile(io.BytesIO(data)) as content:
        members = _checked_members(content, name, len(data), limits)
        found, left = {}, limits.bytes
        for member in members:
            if member.is_dir() or not is_wanted(member.filename):
                continue
            with content.open(member) as source:
                found[member.filename] = source.read(left + 1)  # headers may lie about the size
            left -= len(found[member.filename])
            if left < 0:
                raise ArchiveError(f"{name} unpacks to more than {limits.bytes:,} bytes.")
        return found


@contextmanager
def _sound(name: str) -> Iterator[None]:
    """Turn every way in which a zip file can be broken into one error."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        reason = str(error)[:160] or type(error).__name__
        raise ArchiveError(f"{name} is not a sound zip file: {reason}.", hint="Download it again.") from error


def _checked_members(
    content: zipfile.ZipFile, name: str, size_packed: int, limits: ArchiveLimits
) -> list[zipfile.ZipInfo]:
    """The entries, after what their headers say was checked."""
    members = content.infolist()
    if len(members) > limits.files:
        raise ArchiveError(f"{name} holds {len(members)} entries; {limits.files} are allowed.")
    seen: set[str] = set()
    for member in members:
        reason = _unsafe_reason(member)
        key = str(PurePosixPath(member.filename)).casefold()
        if not reason and key in seen:
            reason = "stands in it twice"
        seen.add(key)
        if reason:
            shown = member.filename[:80]
            raise ArchiveError(f"{name} is not safe to extract: {shown!r} {reason}.", hint="Do not use it.")
    size = sum(member.file_size for member in members)
    packed = max(size_packed, 1)
    if size > limits.bytes:
        raise ArchiveError(f"{name} would unpack to {size:,} bytes; {limits.bytes:,} are allowed.")
    if size > limits.ratio_from and size / packed > limits.ratio:
        raise ArchiveError(
            f"{name} would unpack to {size / packed:.0f} times its size.", hint="Do not use it."
        )
    return members


def _unsafe_reason(member: zipfile.ZipInfo) -> str:
    """Why an entry must not be extracted, "" if it may."""
    name = member.filename
    parts = PurePosixPath(name).parts
    kind = stat.S_IFMT(member.external_attr >> 16)
    if not parts or "\0" in name or any(ord(char) < 32 for char in name):
        return "has no usable name"
    if name.startswith("/") or "\\" in name or ":" in parts[0]:
        return "has an absolute path"
    if ".." in parts:
        return "leads out of the folder"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device"
    if member.flag_bits & 0x1:
        return "is encrypted"
    return ""


def _copy_all(
    content: zipfile.ZipFile,
    members: list[zipfile.ZipInfo],
    staging: Path,
    limits: ArchiveLimits,
    archive: Path,
) -> None:
    """Copy entry by entry, counting what really comes out: headers may lie."""
    left = limits.bytes
    root = staging.resolve()
    for member in members:
        target = root.joinpath(*PurePosixPath(member.filename).parts)
        if not target.resolve().is_relative_to(root):
            raise ArchiveError(
                f"{archive.name} is not safe to extract: {member.filename[:80]!r} leads out of it."
            )
        if member.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with content.open(member) as source, target.open("xb") as sink:
            while chunk := source.read(1 << 20):
                left -= len(chunk)
                if left < 0:
                    raise ArchiveError(f"{archive.name} unpacks to more than {limits.bytes:,} bytes.")
                sink.write(chunk)
