"""A person's own vectors: matched by id, and every way a file can be wrong."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import embeddings
from core.domain import Catalog, Dataset, Interactions
from core.embeddings.encoders.own_matrix import OwnMatrix, keep_vectors
from core.embeddings.matrix_files import load_matrix
from core.errors import DatasetError, InvalidQueryError, SchemaError

_VECTORS = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], np.float64)


@pytest.fixture
def films() -> Dataset:
    catalog = Catalog.of(pd.DataFrame({"item_id": ["10", "20", "30", "40"], "title": list("abcd")}))
    return Dataset("films", "Films", catalog, Interactions.empty(4))


def _npz(folder: Path, **arrays: object) -> Path:
    path = folder / "own.npz"
    np.savez(path, **{"ids": np.array(["30", "10", "99"]), "vectors": _VECTORS, **arrays})
    return path


def test_rows_are_matched_by_id_and_missing_films_reported(tmp_path: Path, films: Dataset) -> None:
    vectors, report = load_matrix(_npz(tmp_path), films.catalog)
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[4, 5, 6], [0, 0, 0], [1, 2, 3], [0, 0, 0]]
    assert (report.n_rows, report.n_matched) == (3, 2)
    assert report.unknown == ("99",)
    assert report.missing == ("20", "40")
    assert "2 of 4 films" in report.sentence()
    assert "99" in report.sentence()


@pytest.mark.parametrize("ids", [np.array([30, 10, 99]), np.array([30.0, 10.0, 99.0])], ids=["int", "float"])
def test_numeric_ids_match_text_ids(tmp_path: Path, films: Dataset, ids: np.ndarray) -> None:
    assert load_matrix(_npz(tmp_path, ids=ids), films.catalog)[1].n_matched == 2


@pytest.mark.parametrize("layout", ["lists", "columns"])
def test_parquet_with_lists_or_a_column_a_number(tmp_path: Path, films: Dataset, layout: str) -> None:
    frame = pd.DataFrame({"item_id": [30, 10, 99]})
    if layout == "lists":
        frame["vector"] = [list(row) for row in _VECTORS]
    else:
        frame[["v0", "v1", "v2"]] = _VECTORS
    frame.to_parquet(tmp_path / "own.parquet")
    vectors, report = load_matrix(tmp_path / "own.parquet", films.catalog)
    assert vectors.tolist() == [[4, 5, 6], [0, 0, 0], [1, 2, 3], [0, 0, 0]]
    assert report.n_matched == 2


@pytest.mark.parametrize(("name", "separator"), [("own.csv", ","), ("own.tsv", "\t")])
def test_text_with_a_column_a_number(tmp_path: Path, films: Dataset, name: str, separator: str) -> None:
    lines = [["item_id", "a", "b"], ["30", "1", "2.5"], ["10", "", "NaN"], ["20", "0", "0"]]
    (tmp_path / name).write_text("".join(separator.join(line) + "\n" for line in lines), "utf-8")
    vectors, report = load_matrix(tmp_path / name, films.catalog)
    assert vectors.tolist() == [[0, 0], [0, 0], [1, 2.5], [0, 0]]
    assert (report.n_empty, report.n_zero, report.is_in_order) == (1, 1, False)
    assert "1 row of NaN: no vector. 1 row of zeros: no vector." in report.sentence()
    assert "in another order" in report.sentence()
    (tmp_path / name).write_text(separator.join(["item_id", "a", "b"]) + f"\n10{separator}x{separator}1\n")
    with pytest.raises(DatasetError, match="no number"):
        load_matrix(tmp_path / name, films.catalog)
    (tmp_path / name).write_text(f"id{separator}a{separator}b\n10{separator}1{separator}1\n")
    with pytest.raises(SchemaError, match="no column item_id"):
        load_matrix(tmp_path / name, films.catalog)


def test_films_in_the_same_order_are_not_said_to_be_in_another(tmp_path: Path, films: Dataset) -> None:
    path = _npz(tmp_path, ids=np.array(["10", "30", "99"]))
    report = load_matrix(path, films.catalog)[1]
    assert report.is_in_order
    assert "order" not in report.sentence()


def test_a_bare_matrix_of_one_film_too_few_says_so(tmp_path: Path, films: Dataset) -> None:
    np.save(tmp_path / "own.npy", np.ones((3, 2)))
    with pytest.raises(SchemaError, match="3 rows and no ids, the catalogue 4 films"):
        load_matrix(tmp_path / "own.npy", films.catalog)


def test_what_is_handed_over_is_kept_where_a_build_finds_it(
    tmp_path: Path, films: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path / "home"))
    for content in (b"item_id,a,b\n10,9,9\n", b"item_id,a,b\n10,1,2\n"):
        request = keep_vectors("films", "mine", "../My vectors.CSV", content)
    encoder = embeddings.create(request)
    assert encoder.encode_items(films)[0].tolist() == [1, 2], "the later file takes the place of the first"
    assert [path.name for path in (tmp_path / "home" / "vectors" / "films").iterdir()] == ["mine.csv"]
    for name in ("../x", "Mine", "", "a=b"):
        with pytest.raises(InvalidQueryError, match="does not name"):
            keep_vectors("films", name, "a.csv", b"")
    with pytest.raises(DatasetError, match=r"no \.npy"):
        keep_vectors("films", "mine", "a.pkl", b"")
    assert len(list((tmp_path / "home" / "vectors").rglob("*.*"))) == 1


def test_a_bare_matrix_is_in_the_catalogues_order(tmp_path: Path, films: Dataset) -> None:
    whole = np.arange(8, dtype=np.int16).reshape(4, 2)
    np.save(tmp_path / "own.npy", whole)
    vectors, report = load_matrix(tmp_path / "own.npy", films.catalog)
    assert vectors.tolist() == whole.tolist()
    assert report.missing == report.unknown == ()
    np.save(tmp_path / "short.npy", whole[:3])
    with pytest.raises(SchemaError, match="3 rows and no ids"):
        load_matrix(tmp_path / "short.npy", films.catalog)


@pytest.mark.parametrize(
    ("arrays", "kind", "words"),
    [
        ({"vectors": _VECTORS[:2]}, SchemaError, "for 2 vectors"),
        ({"vectors": np.zeros(3)}, SchemaError, "shape"),
        ({"vectors": np.zeros((3, 2, 2))}, SchemaError, "shape"),
        ({"vectors": np.zeros((3, 1))}, SchemaError, "shape"),
        ({"vectors": np.array([list("ab")] * 3)}, DatasetError, "no numbers"),
        ({"vectors": np.ones((3, 2), complex)}, DatasetError, "no numbers"),
        (
            {"vectors": np.where(_VECTORS == 5, np.nan, _VECTORS)},
            DatasetError,
            "not finite, the first that of 10",
        ),
        (
            {"vectors": np.where(_VECTORS == 1, 1e300, _VECTORS)},
            DatasetError,
            "not finite, the first that of 30",
        ),
        ({"ids": np.array(["10", "10", "30"])}, DatasetError, "10 twice"),
        ({"ids": np.array(["x", "y", "z"])}, DatasetError, "look like 10, the file's like x"),
        ({"ids": np.array([["10", "20", "30"]])}, SchemaError, "ids of the shape"),
        ({"vectors": _VECTORS.astype(object)}, DatasetError, "cannot be read"),
        ({"ids": np.array(["10", "20", "30"], object)}, DatasetError, "cannot be read"),
    ],
)
def test_wrong_arrays_are_named(
    tmp_path: Path, films: Dataset, arrays: dict[str, np.ndarray], kind: type[DatasetError], words: str
) -> None:
    with pytest.raises(kind, match=re.escape(words)):
        load_matrix(_npz(tmp_path, **arrays), films.catalog)


def test_files_that_are_something_else(tmp_path: Path, films: Dataset) -> None:
    for name in ("own.npz", "own.npy", "own.parquet"):
        (tmp_path / name).write_bytes(b"not what it says")
        with pytest.raises(DatasetError, match="cannot be read"):
            load_matrix(tmp_path / name, films.catalog)
    with pytest.raises(DatasetError, match="no file"):
        load_matrix(tmp_path / "absent.npz", films.catalog)
    with pytest.raises(DatasetError, match=r"no \.npy"):
        load_matrix(tmp_path / "own.pkl", films.catalog)
    np.savez(tmp_path / "other.npz", a=_VECTORS)
    with pytest.raises(SchemaError, match="arrays a"):
        load_matrix(tmp_path / "other.npz", films.catalog)
    (tmp_path / "other.npz").rename(tmp_path / "archive.npy")
    with pytest.raises(DatasetError, match="archive"):
        load_matrix(tmp_path / "archive.npy", films.catalog)


def test_parquet_without_ids_or_with_ragged_lists(tmp_path: Path, films: Dataset) -> None:
    path = tmp_path / "own.parquet"
    pd.DataFrame({"film": [1], "v": [[1.0, 2.0]]}).to_parquet(path)
    with pytest.raises(SchemaError, match="columns film, v"):
        load_matrix(path, films.catalog)
    pd.DataFrame({"item_id": [10, 20], "v": [[1.0, 2.0], [1.0]]}).to_parquet(path)
    with pytest.raises(SchemaError, match="one length"):
        load_matrix(path, films.catalog)


def test_a_file_becomes_an_encoder(tmp_path: Path, films: Dataset) -> None:
    request = f"own:mine={_npz(tmp_path)}"
    encoder = embeddings.create(request)
    assert isinstance(encoder, OwnMatrix)
    assert (encoder.name, encoder.metric, encoder.reads_text) == ("own_mine", "cosine", False)
    stamp = encoder.stamp()
    assert (stamp.dim, stamp.encoder) == (3, "own_mine")
    assert embeddings.label_of("own_mine") == "mine (your own vectors)"
    assert embeddings.create(embeddings.request_of(stamp)).stamp() == stamp
    notes: list[str] = []
    vectors = encoder.encode_items(films, progress=lambda done, total, note="": notes.append(note))
    assert vectors.any(axis=1).tolist() == [True, False, True, False]
    assert "2 of 4 films" in notes[-1]
    assert encoder.state()["unknown"].tolist() == ["99"]


def test_other_content_is_another_revision_and_l2_another_request(tmp_path: Path) -> None:
    path = _npz(tmp_path)
    before = embeddings.create(f"own:mine={path}").stamp()
    l2 = embeddings.create(f"own-l2:mine={path}")
    assert l2.metric == "l2"
    assert l2.stamp().key != before.key
    assert embeddings.create(embeddings.request_of(l2.stamp())).metric == "l2"
    _npz(tmp_path, vectors=_VECTORS + 1)
    assert embeddings.create(f"own:mine={path}").stamp().revision != before.revision


@pytest.mark.parametrize(
    "text", ["mine", "Mine=/x.npz", "mi-ne=/x.npz", "=/x.npz", "mine=", "1x=/x.npz", "a" * 41 + "=/x"]
)
def test_a_name_must_fit_a_column(text: str) -> None:
    with pytest.raises(InvalidQueryError, match="own:NAME=PATH"):
        embeddings.create(f"own:{text}")
