"""From bytes to text: byte-order marks, UTF-8, UTF-16 without a mark, and else the encoding that reads most like words."""

import codecs
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import DatasetError

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CODES_OF_BINARY = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"%PDF",
    b"\x1f\x8b",
    b"PAR1",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
)
_WESTERN = "windows-1252"
_NAMES = {
    **{"cp1252": _WESTERN, "cp1250": "windows-1250", "cp1251": "windows-1251", "cp1253": "windows-1253"},
    **{"cp1254": "windows-1254", "cp932": "shift-jis", "cp949": "cp949", "euc_jp": "euc-jp"},
    **{"gb18030": "gb18030", "big5": "big5"},
}
"""What tables are saved in where it is not Unicode, as charset-normalizer calls them -> as people do."""
_PIECE = 1 << 20
_SAMPLE = 1 << 16
"""Bytes outside ASCII tell encodings apart: of their lines, this much is looked at."""
DEEPEST = 20
"""Lists and objects of JSON in each other that are read."""
_TWICE = re.compile("[ÂÃÄÅ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€")
"""What a letter of UTF-8 looks like when it was read as Windows-1252."""


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """Text, and the name of its encoding.

    Args:
        data: A file.
        name: What messages call it.

    Raises:
        DatasetError: It is empty, or no text.
    """
    encoding = encoding_of(data, name)
    try:
        return data.decode(encoding), encoding.removesuffix("-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"{name} begins like {encoding} and is not (byte {error.start}).", hint="Save it as UTF-8."
        ) from error


def encoding_of(data: bytes, name: str) -> str:
    """The encoding of a text: that of its byte-order mark, UTF-8 where it is sound, else the likeliest one.

    Args:
        data: A whole file.
        name: What messages call it.

    Raises:
        DatasetError: It is empty, or no text.
    """
    return _found(_told(data, name), lambda: io.BytesIO(data))


def encoding_of_file(path: Path, name: str) -> str:
    """As `encoding_of`, of a file that is read piece by piece.

    Raises:
        DatasetError: It is empty, or no text.
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(_PIECE)
    return _found(_told(head, name), lambda: path.open("rb"))


def _told(data: bytes, name: str) -> str:
    """The encoding that the beginning of a file tells for sure; "" where it does not."""
    if not data.strip():
        raise DatasetError(f"{name} is empty.", hint="Export it again.")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    zeros = data[:4096].count(0)
    is_wide = zeros >= len(data[:4096]) // 4
    if data.startswith(_CODES_OF_BINARY) or (zeros and not is_wide):
        raise DatasetError(
            f"{name} is no text: it holds binary data.",
            hint="Save spreadsheets as CSV, and give archives as .zip.",
        )
    return ("utf-16-be" if data[0] == 0 else "utf-16-le") if zeros else ""


def _found(told: str, reopen: Callable[[], BinaryIO]) -> str:
    """The encoding that was told, or the first that the whole file can be read in."""
    if told or _can_be(reopen, "utf-8"):
        return told or "utf-8"
    likely = _likeliest(reopen)
    # five bytes mean nothing in Windows-1252; Latin-1 has them all
    return next((one for one in (likely, _WESTERN) if _can_be(reopen, one)), "latin-1")


def _can_be(reopen: Callable[[], BinaryIO], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with reopen() as stream:
        try:
            while piece := stream.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _likeliest(reopen: Callable[[], BinaryIO]) -> str:
    """One of the usual encodings that are not Unicode; Western Europe's where the text would read the same in it."""
    from charset_normalizer import from_bytes

    sample = b""
    with reopen() as stream:
        while len(sample) < _SAMPLE and (line := stream.readline(_SAMPLE)):
            sample += b"" if line.isascii() else line
    found = from_bytes(sample, cp_isolation=list(_NAMES), enable_fallback=False)
    best = found.best()
    try:
        western = sample.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    if best is None or str(best) == western:
        return _WESTERN
    if any(match.encoding == "cp1252" and match.chaos <= best.chaos for match in found):
        return _WESTERN
    return _NAMES.get(best.encoding, _WESTERN)


def mended(text: str) -> str:
    """Text whose UTF-8 was once taken for Windows-1252 and saved so ("AmÃ©lie"), as it was meant; other text as it is."""
    if not _TWICE.search(text):
        return text
    try:
        return text.encode("windows-1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def tidied(value: Any, depth: int = 0) -> Any:
    """What JSON holds, without halves of letters, which no encoding can write, and without what lies too deep.

    Args:
        value: Anything of JSON.
        depth: How many lists and objects it lies in; what lies in more than `DEEPEST` becomes None.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list | dict) and depth >= DEEPEST:
        return None
    if isinstance(value, list):
        return [tidied(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {tidied(key, depth): tidied(one, depth + 1) for key, one in value.items()}
    return value
