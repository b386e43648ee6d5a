"""Named arrays in one file, NumPy's npz without pickle; large ones stay on the disk until they are used."""

import struct
import zipfile
from pathlib import Path

import numpy as np

from core.types import Arrays

ON_DISK = 1 << 20
"""Bytes from which an array is not read but mapped: of a matrix of weights a question reads a few rows."""
ALIGNED = 64
"""Bytes that the numbers of an array begin at a multiple of; NumPy would copy what lies between its own steps."""
_LOCAL_HEADER = struct.Struct("<26xHH")
"""Of the 30 bytes before a member's name: the lengths of the name and of what follows it."""
_ZIP64 = 20
"""Bytes that `zipfile` adds to what follows the name, for sizes of more than 4 GB."""
_PADDING = 0x4D41
"""Kind of what follows the name; readers skip kinds that they do not know."""


def save_arrays(path: Path, arrays: Arrays) -> None:
    """Write named arrays, not compressed, each at a place from which it can be mapped.

    Raises:
        TypeError: An array holds objects.
    """
    for name, array in arrays.items():
        if array.dtype == object:
            raise TypeError(f"array {name} holds objects")
    with path.open("wb") as stream, zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy")
            head = _LOCAL_HEADER.size + len(member.filename.encode()) + _ZIP64 + 4
            padding = -(stream.tell() + head) % ALIGNED
            member.extra = struct.pack("<HH", _PADDING, padding) + bytes(padding)
            with archive.open(member, "w", force_zip64=True) as into:
                np.lib.format.write_array(into, np.asanyarray(array), allow_pickle=False)


def load_arrays(path: Path) -> Arrays:
    """Read what `save_arrays` wrote, or any npz without objects.

    Returns:
        Name -> array. Those of `ON_DISK` bytes and more are mapped, read-only, where they lie so that they can be; a
        fault in the middle of such a one is found by `core.storage.checksums` alone.
    """
    with zipfile.ZipFile(path) as archive:
        members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
    found: Arrays = {}
    with np.load(path, allow_pickle=False) as stored:
        for name, member in members.items():
            is_large = member.compress_type == zipfile.ZIP_STORED and member.file_size >= ON_DISK
            mapped = _mapped(path, member) if is_large else None
            found[name] = stored[name] if mapped is None else mapped
    return found


def _mapped(path: Path, member: zipfile.ZipInfo) -> np.ndarray | None:
    """An array where it lies in the file; None where it does not begin at a step of its numbers.

    Raises:
        ValueError: It holds objects, or is no array.
    """
    with path.open("rb") as stream:
        stream.seek(member.header_offset)
        name_length, extra_length = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
        stream.seek(name_length + extra_length, 1)
        version = np.lib.format.read_magic(stream)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        if version not in read_header:
            return None
        shape, is_fortran, dtype = read_header[version](stream)
        place = stream.tell()
    if dtype.hasobject:
        raise ValueError("an array of objects would be read by pickle")
    if place % dtype.alignment:
        return None
    return np.memmap(path, dtype, "r", place, shape, "F" if is_fortran else "C")
