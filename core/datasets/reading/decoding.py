"""From bytes to text: byte-order marks, UTF-8, UTF-16 without a mark, and else the encoding that reads most like words."""

import re

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
_SAMPLE = 1 << 16
"""Bytes outside ASCII tell encodings apart: of their lines, this much is looked at."""
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
        data: A file, or its beginning.
        name: What messages call it.

    Raises:
        DatasetError: It is empty, or no text.
    """
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
    if zeros:
        return "utf-16-be" if data[0] == 0 else "utf-16-le"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        return _likeliest(data)


def _likeliest(data: bytes) -> str:
    """One of the usual encodings that are not Unicode; Western Europe's where the text would read the same in it."""
    from charset_normalizer import from_bytes

    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_SAMPLE]
    found = from_bytes(sample, cp_isolation=list(_NAMES), enable_fallback=False)
    best = found.best()
    as_western = [match for match in found if match.encoding == "cp1252"]
    try:
        western = sample.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    is_western = best is None or str(best) == western
    is_western |= best is not None and any(one.chaos <= best.chaos for one in as_western)
    likely = _WESTERN if is_western or best is None else _NAMES.get(best.encoding, _WESTERN)
    for encoding in (likely, _WESTERN):
        try:
            data.decode(encoding)
            return encoding
        except UnicodeDecodeError:
            continue
    return "latin-1"  # five bytes mean nothing in Windows-1252; Latin-1 has them all


def mended(text: str) -> str:
    """Text whose UTF-8 was once taken for Windows-1252 and saved so ("AmÃ©lie"), as it was meant; other text as it is."""
    if not _TWICE.search(text):
        return text
    try:
        return text.encode("windows-1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
