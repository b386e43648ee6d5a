"""From bytes to text: byte-order marks, UTF-8, UTF-16 without a mark, and Windows-1252 for all else."""

import re

from core.errors import HistoryError

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CODES_OF_BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"%PDF", b"\x1f\x8b", b"PAR1", b"\xd0\xcf\x11\xe0")
_TWICE = re.compile("[ÂÃÄÅ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€")
"""What a letter of UTF-8 looks like when it was read as Windows-1252."""


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """Text, and the name of its encoding.

    Args:
        data: A file.
        name: What messages call it.

    Raises:
        HistoryError: It is empty, or no text.
    """
    if not data.strip():
        raise HistoryError(f"{name} is empty.", hint="Export it again.")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding, name), encoding.removesuffix("-sig")
    if data.startswith(_CODES_OF_BINARY):
        raise HistoryError(f"{name} is no text.", hint="Save spreadsheets as CSV, and give archives as .zip.")
    zeros = data[:4096].count(0)
    if zeros:
        is_wide = zeros >= len(data[:4096]) // 4
        if not is_wide:
            raise HistoryError(
                f"{name} is no text.", hint="Save spreadsheets as CSV, and give archives as .zip."
            )
        encoding = "utf-16-be" if data[0] == 0 else "utf-16-le"
        return _decoded(data, encoding, name), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("windows-1252"), "windows-1252"
    except UnicodeDecodeError:  # five of its bytes mean nothing; Latin-1 has them all
        return data.decode("latin-1"), "latin-1"


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise HistoryError(
            f"{name} begins like {encoding} and is not (byte {error.start}).", hint="Save it as UTF-8."
        ) from error


def mended(text: str) -> str:
    """Text whose UTF-8 was once taken for Windows-1252 and saved so ("AmÃ©lie"), as it was meant; other text as it is."""
    if not _TWICE.search(text):
        return text
    try:
        return text.encode("windows-1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
