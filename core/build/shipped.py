"""What a bundled dataset brings along: artefacts that were made beforehand, each in a zip that is called like its folder."""

import zipfile
from pathlib import Path

from core import datasets
from core.datasets.reading.archives import ArchiveLimits, extract
from core.errors import ArchiveError
from core.settings import store_uri
from core.storage import checksums

WHEN_ASKED = frozenset({"ease", "edlae", "ials", "item_knn", "learned_content", "rp3beta", "slim", "taste"})
"""Methods that do not ship: each learns the demo in less than a second, and together they would double what ships.

The first start leaves them out as well. Whoever asks one first waits for it; the next ordinary build keeps them all.
"""
TABLES = frozenset({"table", "table-users"})
"""They ship, so that a first visit need not wait for LanceDB; where MOVIE_ATLAS_STORE_URI says that tables lie elsewhere,
they are written there instead."""
MADE_AT_ONCE = TABLES | {"method-user_vectors"}
"""Stages that a first start may make: the last one does not ship, for the same reason as `WHEN_ASKED`."""
LEFT_OUT = frozenset({"method-user_vectors", *(f"method-{name}" for name in WHEN_ASKED)})
"""All stages that do not ship."""
_LIMITS = ArchiveLimits(files=1_000, bytes=64 << 20)
_FIRST_OF_ALL = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""


def shipped_artifact(name: str, stage: str, key: str) -> Path | None:
    """The zip of an artefact that a bundled dataset brings along; None where it brings none.

    The fingerprint is part of its name: one made from other inputs is never taken.
    """
    if stage in TABLES and store_uri():
        return None
    bundled = datasets.bundled_folder(name)
    archive = bundled / "shipped" / f"{stage}-{key}.zip" if bundled else None
    return archive if archive and archive.is_file() else None


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an artefact into an empty folder.

    Raises:
        ArchiveError: The archive is broken or unsafe, or what it holds is not what its checksums say.
    """
    folder.rmdir()  # it is renamed into place
    extract(archive, folder, _LIMITS)
    if words := _fault(folder):
        raise ArchiveError(f"{archive.name} is damaged: {words}.")


def _fault(folder: Path) -> str:
    """What is wrong with an unpacked artefact; "" = nothing."""
    found = checksums.faults(folder, whole=True)
    if found is None:
        return "it carries no checksums"
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    strange = there - set(checksums.contents(folder)) - {checksums.FILE}
    return "; ".join([*map(str, found), *(f"{name} does not belong to it" for name in sorted(strange))])


def pack(folder: Path, archive: Path) -> None:
    """Write an artefact's zip: the same bytes for the same files, whenever they were written."""
    beside = archive.with_suffix(".part")
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as content:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            member = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _FIRST_OF_ALL)
            member.create_system, member.external_attr = 3, 0o100644 << 16  # as on Unix, everywhere
            member.compress_type = zipfile.ZIP_DEFLATED
            content.writestr(member, path.read_bytes(), compresslevel=9)
    beside.replace(archive)
