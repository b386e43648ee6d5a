"""Files that are made to break a reader: each loads with its report or is a typed error, and small ones stay small."""

import json
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.datasets import load
from core.datasets.own import films, record_files, table_files
from core.datasets.reading import limits
from core.datasets.reading.limits import IN_WORDS
from core.errors import ArchiveError, DatasetError, SchemaError
from tests.datasets.files import is_balanced, write, zipped
from tests.histories import exports


def deep(n: int) -> object:
    value: object = "x"
    for _ in range(n):
        value = [value]
    return value


@pytest.mark.parametrize("ending", ["jsonl", "json", "parquet", "csv"])
def test_column_names_that_differ_by_spaces_alone_are_one_name_twice(tmp_path: Path, ending: str) -> None:
    row = {"title": "a", " title": "b", "id": 1, "id ": 2}
    if ending == "parquet":
        pd.DataFrame([row]).to_parquet(tmp_path / "f.parquet")
    else:
        text = (
            "title, title,id\na,b,1\n" if ending == "csv" else json.dumps([row] if ending == "json" else row)
        )
        write(tmp_path, {f"f.{ending}": text})
    with pytest.raises(SchemaError, match="column name twice"):
        load("mine", tmp_path / f"f.{ending}")


def test_halves_of_letters_become_question_marks(tmp_path: Path) -> None:
    text = '{"title": "\\ud800abc", "genres": ["\\udfff"], "\\ud801": 1}\n'
    dataset = load("mine", write(tmp_path, {"f.jsonl": text}))
    assert dataset.catalog.items["title"].tolist() == ["?abc"]
    assert dataset.catalog.items["genres"].tolist() == [("?",)]
    dataset.catalog.items.to_parquet(tmp_path / "written.parquet")
    film = exports.trakt_movie("\ud800 Heat", 1995, None, None)
    rows = [{"rated_at": "2023-01-01T10:00:00.000Z", "rating": 9, "type": "movie", "movie": film}]
    trakt = load("mine", write(tmp_path / "t", {"ratings-movies.json": json.dumps(rows)}))
    assert trakt.catalog.items["title"].tolist() == ["? Heat"]


@pytest.mark.parametrize("n", [3, 30, 900, 100_000])
def test_lists_in_lists_do_not_run_away(tmp_path: Path, n: int) -> None:
    text = '{"title": "Heat", "genres": ' + "[" * n + '"x"' + "]" * n + "}\n"
    path = write(tmp_path, {"f.jsonl": text})
    write(tmp_path / "t", {"r.json": "[" + text.replace("genres", "movie") + "]"})
    if n > 10_000:
        with pytest.raises(DatasetError, match="line 1 is no JSON object"):
            load("mine", path)
        return
    assert load("mine", path / "f.jsonl").catalog.items["title"].tolist() == ["Heat"]
    assert load("mine", tmp_path / "t").catalog.items["title"].tolist() == ["Heat"]


def test_parquet_of_odd_types_and_broken_text(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    far = pa.array([-(10**16), 2 * 10**17], pa.timestamp("us"))
    table = pa.table(
        {
            "title": ["Heat", "Ran"],
            "year": far,
            "genres": [[["Crime"]], None],
            "overview": pa.array([b"\xff\xfe", b"x"], pa.binary()),
            "id": [1.0, 2.0],
        }
    )
    pq.write_table(table, tmp_path / "f.parquet")
    dataset = load("mine", tmp_path / "f.parquet")
    assert dataset.catalog.ids.tolist() == ["1", "2"]
    log = pa.table({"user": ["a", "b"], "id": ["1", "2"], "rating": [4, 2], "time": far})
    pq.write_table(log, tmp_path / "log.parquet")
    assert load("mine", tmp_path).interactions.timestamps is not None
    raw = pa.array([b"\xa3", b"2020"], pa.binary())
    pq.write_table(log.set_column(3, "time", raw), tmp_path / "log.parquet")
    assert load("mine", tmp_path).interactions.n_users == 2
    broken = pa.array([b"\xff\xfe\xff"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"title": broken}), tmp_path / "g.parquet")
    with pytest.raises(DatasetError, match="not a readable Parquet file"):
        load("mine", tmp_path / "g.parquet")


def test_small_files_that_unpack_to_much_are_refused_at_once(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", {"films.csv": "title\n" + "a\n" * 12_000_000})
    pd.DataFrame({"title": ["a"] * 3_000_000}).to_parquet(tmp_path / "b.parquet")
    pd.DataFrame({"id": np.arange(60_000) % 1000, "title": ["b" * 1000] * 60_000}).to_parquet(
        tmp_path / "c.parquet"
    )
    started = time.process_time()
    with pytest.raises(ArchiveError, match="times its size"):
        load("mine", tmp_path / "a.zip")
    with pytest.raises(DatasetError, match=r"more than 1,000,000 rows"):
        load("mine", tmp_path / "b.parquet")
    with pytest.raises(DatasetError, match="unpacks to more than 200 times its size"):
        load("mine", tmp_path / "c.parquet")
    assert time.process_time() - started < 10


def test_an_archive_in_an_archive_shares_the_limit(tmp_path: Path) -> None:
    inner = exports.archive({"films.csv": b"title\n" + b"a\n" * 12_000_000})
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_STORED) as content:
        content.writestr("b.zip", inner)
    with pytest.raises(ArchiveError, match="times its size"):
        load("mine", tmp_path / "a.zip")


def test_limits_are_said_with_what_met_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ROWS", 3)
    monkeypatch.setattr(films, "MOST_FILMS", 2)
    monkeypatch.setattr(limits, "MOST_COLUMNS", 4)
    files = {
        "rows.csv": "title\na\nb\nc\nd\n",
        "films.csv": "title\na\nb\nc\n",
        "films.jsonl": '{"title":"a"}\n{"title":"b"}\n{"title":"c"}\n{"title":"d"}\n',
        "wide.csv": "title,b,c,d,e\n1,2,3,4,5\n",
        "wide.jsonl": '{"title":"a","b":1}\n{"c":1,"d":2,"e":3}\n',
    }
    write(tmp_path, files)
    for name in files:
        with pytest.raises(DatasetError, match=r"more than|are allowed") as caught:
            load("mine", tmp_path / name)
        assert IN_WORDS in caught.value.hint
        assert name in caught.value.message


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_BYTES", 10)
    monkeypatch.setattr(table_files, "check_size", lambda name, size: limits.check_size(name, size, 10))
    with pytest.raises(DatasetError, match="MB; 0 are allowed"):
        load("mine", write(tmp_path, {"f.csv": "title\n" + "a\n" * 100}) / "f.csv")
    monkeypatch.setattr(record_files, "MOST_JSON", 10)
    monkeypatch.setattr(table_files, "check_size", lambda name, size: None)
    with pytest.raises(DatasetError, match="MB; 0 are allowed"):
        load("mine", write(tmp_path, {"f.jsonl": '{"title": "a"}\n' * 9}) / "f.jsonl")


@pytest.mark.parametrize(
    "content",
    [
        b"title\n\x00\x01\x02" + b"a" * 100,
        b"\xff\xfe",
        b"\xff\xfet\x00i",
        b"title\r\rHeat\r",
        b'title,year\n"Heat,1995\n',
        b'title\n"' + b"x" * 200_000,
        b"title" + b"," * 2000 + b"\n",
        b"{}",
        b"[]",
        b"[1]",
        b"[[" * 10_000,
        b'{"title":' * 5_000,
        b"PAR1" + b"\0" * 100 + b"PAR1",
        b"PK\x03\x04 not a zip",
        b"sep=\n",
        b"sep=;",
        b"::\n::\n",
        b"1::2::3\n",
        b"1\n2\n3\n",
        b"title\n=cmd|' /C calc'!A0\n",
        "title\n\u202eevil\u2028\n".encode(),
        b"id,title\n" + b"9" * 5000 + b",x\n",
        b'{"title": 1e999, "year": -1e999, "id": 123456789012345678901234567890}',
        b'{"title": {"a": {"b": 1}}, "id": [1, [2, [3]]]}',
    ],
)
@pytest.mark.parametrize("ending", ["csv", "tsv", "txt", "json", "jsonl", "parquet", "zip"])
def test_nonsense_loads_with_its_report_or_is_a_typed_error(
    tmp_path: Path, content: bytes, ending: str
) -> None:
    path = write(tmp_path, {f"f.{ending}": content})
    for place in (path, path / f"f.{ending}"):
        try:
            dataset = load("mine", place)
        except DatasetError:
            continue
        assert is_balanced(dataset)
        dataset.catalog.items.to_parquet(tmp_path / "out" if place == path else tmp_path / "out2")
