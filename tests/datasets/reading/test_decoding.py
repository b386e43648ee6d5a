"""Encodings: what is sure is taken, what is not is guessed among the usual ones, and nothing else is raised."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets.reading.decoding import decoded, encoding_of, encoding_of_file, tidied
from core.errors import DatasetError

TEXTS = [
    ("title\nAmélie\nHeat\n", "windows-1252", "windows-1252"),
    ("title\nLa niña\nAño nuevo\n", "latin-1", "windows-1252"),
    ("title\nIt\u2019s a \u201ctest\u201d\n", "windows-1252", "windows-1252"),
    ("title\nPopiół i diament\nCzłowiek z żelaza\nNoże w wodzie\n", "windows-1250", "windows-1250"),
    ("title\nИди и смотри\nСталкер\nЗеркало\n", "windows-1251", "windows-1251"),
    ("title\n千と千尋の神隠し\n七人の侍\nもののけ姫\n", "shift-jis", "shift-jis"),
    ("title\nAmélie\n", "utf-8", "utf-8"),
    ("title\nAmélie\n", "utf-16", "utf-16"),
    ("title\nAmélie\n", "utf-16-be", "utf-16-be"),
]


@pytest.mark.parametrize(("text", "encoding", "found"), TEXTS)
def test_encodings_are_told_apart(tmp_path: Path, text: str, encoding: str, found: str) -> None:
    assert decoded(text.encode(encoding), "f") == (text, found)
    (tmp_path / "f").write_bytes(text.encode(encoding))
    assert encoding_of_file(tmp_path / "f", "f") == encoding_of(text.encode(encoding), "f")


def test_one_letter_at_the_end_of_a_long_file_is_seen(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"title\n" + b"Heat\n" * 500_000 + "Amélie\n".encode("windows-1252"))
    assert encoding_of_file(tmp_path / "f", "f") == "windows-1252"


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_typed_error(data: bytes) -> None:
    try:
        text, _ = decoded(data, "f")
    except DatasetError:
        return
    text.encode("utf-8")


def test_json_is_tidied_of_what_cannot_be_written() -> None:
    assert tidied({"a\ud800": ["\udfffb", 1, None, {"c": "é"}]}) == {"a?": ["?b", 1, None, {"c": "é"}]}
    value: object = 1
    for _ in range(500):
        value = [value]
    assert str(tidied(value)).count("[") == 20
