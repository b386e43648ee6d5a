"""Wikipedia's film lists: junk is cleaned away, broken files are typed errors."""

import json
from pathlib import Path

import pytest

from core.datasets.wikipedia.film_lists import clean_cast, clean_extract, read_films
from core.domain import LoadReport
from core.errors import DatasetError
from tests.datasets.files import write


def test_cast_lists_lose_their_junk() -> None:
    junk = [
        ")",
        "(",
        "and",
        ".",
        "(narrator)",
        "[2]",
        "voices of",
        "Sr.",
        None,
        3,
        "Ann Lee (actress)",
        "and Bo Ek",
    ]
    more = [
        "Max Booth III (screenwriter)",
        "Cy &amp; Fox",
        "RZA",
        "will.i.am",
        "Academy Award for Best Actor",
        "Ann Lee",
    ]
    assert clean_cast([*junk, *more]) == ("Ann Lee", "Bo Ek", "Cy & Fox", "RZA", "will.i.am")
    assert clean_cast(None) == ()


def test_extracts_are_plain_text_on_one_line() -> None:
    assert (
        clean_extract("A <b>bold</b>\u00a0film[1]\nof &lt;i&gt;1995&lt;/i&gt; &amp; more {{x}}.")
        == "A bold film of 1995 & more ."
    )
    assert clean_extract("{{Infobox film | name = Heat") == ""
    assert clean_extract(None) == ""


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b"\xff\xfe", b'[{"title": '])
def test_a_broken_list_is_a_typed_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DatasetError, match=r"movies-1990s\.json"):
        read_films(write(tmp_path, {"movies-1990s.json": content}), LoadReport())


def test_a_missing_or_empty_folder_is_a_typed_error(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(DatasetError, match="There are no files"):
            read_films(folder, LoadReport())


def test_a_text_stays_with_the_film_that_it_names(tmp_path: Path) -> None:
    text = "Lake Town is a 1995 film directed by Ann Lee."
    rows = [
        {"title": "Lake Town", "year": 1995, "extract": text},
        {"title": "Lake Town: The Making", "year": 1995, "extract": text, "cast": ["Bo Ek"]},
        {"title": "Dry Hill", "href": "Lake_Town_(film)", "year": 1996, "extract": text},
        {"title": "Well", "year": 1995, "extract": "Deep Well is a 1995 film."},
    ]
    report = LoadReport()
    films = read_films(write(tmp_path, {"movies-1990s.json": json.dumps(rows)}), report)
    assert [film.extract for film in films] == [text, "", text, rows[3]["extract"]]
    assert (films[1].cast, films[1].own_year, films[1].other_names) == (("Bo Ek",), None, ())
    assert "1 pages repeat the text of another film's: it is not used." in report.notes


def test_a_title_with_aka_is_two_titles(tmp_path: Path) -> None:
    rows = [{"title": "Lake Town aka Dry Hill", "year": 1995}]
    films = read_films(write(tmp_path, {"movies-1990s.json": json.dumps(rows)}), LoadReport())
    assert films[0].titles == ("Lake Town aka Dry Hill", "Lake Town", "Dry Hill")
