"""A person's own files: columns, cells, scales, and everything that can be wrong with them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.datasets import input_files, load
from core.datasets.own.cells import as_list, as_seconds, as_text, infer_scale
from core.datasets.sources.own_files import OwnFiles
from core.errors import DatasetError, SchemaError
from tests.datasets.files import dropped, is_balanced, warnings, write

FILMS = (
    "Movie ID,NAME,Plot,Release Date,Genre,Votes\n7,Heat,Cops and robbers,1995-12-15,Crime|Drama,12\n"
    "8,Ran,War,1985,War;Drama,\n"
)


def test_columns_are_recognised_whatever_their_spelling(tmp_path: Path) -> None:
    dataset = load("mine", write(tmp_path, {"films.csv": FILMS}))
    items = dataset.catalog.items
    assert list(items["item_id"]) == ["7", "8"]
    assert list(items["title"]) == ["Heat", "Ran"]
    assert items["year"].tolist() == [1995, 1985]
    assert list(items["genres"]) == [("Crime", "Drama"), ("War", "Drama")]
    assert items["n_votes"].isna().tolist() == [False, True]
    assert len(dataset.interactions) == 0
    assert any("item_id = Movie ID" in note for note in dataset.report.notes)
    assert is_balanced(dataset)


def test_every_format_gives_the_same_catalogue(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "title": "Heat", "genres": ["Crime", "Drama"], "year": 1995},
        {"id": 2, "title": "Ran", "genres": [], "year": None},
    ]
    frame = pd.DataFrame(rows)
    write(tmp_path / "a", {"f.jsonl": "\n".join(json.dumps(row) for row in rows) + "\n\n"})
    (tmp_path / "b").mkdir()
    frame.to_parquet(tmp_path / "b" / "f.parquet")
    text = frame.assign(genres=["Crime|Drama", ""])
    write(tmp_path / "c", {"f.tsv": text.to_csv(sep="\t", index=False), "readme.md": "x"})
    write(tmp_path / "d", {"f.csv": "\ufeff" + text.to_csv(sep=";", index=False)})
    catalogs = [load("mine", tmp_path / name).catalog.items for name in "abcd"]
    for other in catalogs[1:]:
        pd.testing.assert_frame_equal(catalogs[0], other)
    assert catalogs[0]["genres"].iloc[0] == ("Crime", "Drama")


def test_ratings_in_a_second_file(tmp_path: Path) -> None:
    rows = ["ann,7,3.5,2020-01-02", "bob,8,5,2020-01-03", "bob,99,5,2020-01-03", "ann,8,0,", "ann,8,7,"]
    ratings = "User,Movie,Stars,Date\n" + "\n".join(rows) + "\n"
    dataset = load("mine", write(tmp_path, {"films.csv": FILMS, "log.csv": ratings}))
    np.testing.assert_array_equal(
        dataset.interactions.ratings.toarray(), np.array([[3.5, 7], [0, 5]], np.float32)
    )
    assert dataset.interactions.scale == (1.0, 10.0)
    assert dropped(dataset, "log.csv") == {
        "a rating of 0 means not rated": 1,
        "the film is not in the catalogue": 1,
    }
    assert dataset.interactions.timestamps is not None
    assert pd.Timestamp("2020-01-03").timestamp() in dataset.interactions.timestamps
    assert any("scale of 1 to 10" in note for note in dataset.report.notes)
    assert is_balanced(dataset)


def test_ratings_outside_the_inferred_scale_are_dropped_and_counted(tmp_path: Path) -> None:
    rows = [f"u{user},{item},{1 + (user + int(item)) % 5}" for user in range(150) for item in ("7", "8")]
    text = "user,id,rating\n" + "\n".join([*rows, "x,7,50", "y,7,good"]) + "\n"
    dataset = load("mine", write(tmp_path, {"films.csv": FILMS, "log.csv": text}))
    assert dataset.interactions.scale == (1.0, 5.0)
    assert dropped(dataset, "log.csv") == {"the rating is not a number": 1, "the rating is outside 1 to 5": 1}
    assert dataset.catalog.items["n_votes"].tolist()[0] == 12  # the file's own column stands


def test_without_ratings_in_the_table_every_row_is_a_yes(tmp_path: Path) -> None:
    dataset = load(
        "mine", write(tmp_path, {"films.csv": FILMS, "seen.csv": "user,item\nann,7\nann,8\nann,8\n"})
    )
    assert not dataset.interactions.is_explicit
    assert dataset.interactions.scale == (0.0, 1.0)
    assert dataset.interactions.ratings.toarray().tolist() == [[1.0, 1.0]]
    assert dropped(dataset, "seen.csv") == {"the user rated the film again later": 1}


def test_columns_mapped_by_hand(tmp_path: Path) -> None:
    films = "Nummer,Filmtitel,title\n1,Das Boot,ignored\n"
    log = "Wer,Was,Note\nann,1,4\n"
    columns = {"item_id": "Nummer", "title": "Filmtitel", "user": "Wer", "item": "Was", "rating": "Note"}
    dataset = load("mine", write(tmp_path, {"films.csv": films, "log.csv": log}), columns=columns)
    assert list(dataset.catalog.items["title"]) == ["Das Boot"]
    assert len(dataset.interactions) == 1


def test_years_and_second_titles_come_out_of_titles_where_there_is_no_year_column(tmp_path: Path) -> None:
    text = 'id,title\n1,"Misérables, Les (1995)"\n2,"Hate (Haine, La) (1995)"\n'
    items = load("mine", write(tmp_path, {"films.csv": text})).catalog.items
    assert list(items["title"]) == ["Les Misérables", "Hate"]
    assert list(items["original_title"]) == ["", "La Haine"]
    assert items["year"].tolist() == [1995, 1995]


def test_without_ids_titles_are_ids(tmp_path: Path) -> None:
    dataset = load(
        "mine", write(tmp_path, {"f.csv": "title\nHeat\nHeat\nRan\n", "l.csv": "user,film,score\na,Ran,4\n"})
    )
    assert list(dataset.catalog.items["item_id"]) == ["Heat", "Ran"]
    assert dropped(dataset, "f.csv") == {"the id stands on an earlier row": 1}
    assert dataset.interactions.ratings.toarray().tolist() == [[0.0, 4.0]]


def test_one_file_is_enough(tmp_path: Path) -> None:
    folder = write(tmp_path, {"films.csv": FILMS, "other.csv": "id,title\n1,X\n"})
    assert load("mine", folder / "films.csv").n_items == 2
    assert input_files("mine", folder / "films.csv") == [folder / "films.csv"]
    assert input_files("mine", folder) == [folder / "films.csv", folder / "other.csv"]


@pytest.mark.parametrize(
    ("files", "error", "words"),
    [
        ({}, DatasetError, "holds no table"),
        ({"a.csv": "x,y\n1,2\n"}, SchemaError, "No table has a film's title"),
        ({"a.csv": "id,title\n"}, DatasetError, "holds no film"),
        ({"a.csv": "id,title\n,x\n1,\n"}, DatasetError, "holds no film"),
        (
            {"a.csv": "id,title\n1,x\n", "b.csv": "id,name\n1,x\n"},
            DatasetError,
            "both|all look like film tables",
        ),
        ({"a.csv": "id,title,title\n1,x,y\n"}, SchemaError, "column name twice"),
        ({"a.csv": "id,title\n1,x,y\n"}, DatasetError, "more cells than its header"),
        ({"a.csv": "id,title\n1,x\n2,y,z\n"}, DatasetError, "is broken"),
        ({"a.csv": b""}, DatasetError, "is empty"),
        ({"a.csv": b"\x89PNG\r\n\0\0"}, DatasetError, "binary data"),
        ({"a.jsonl": '{"title": "x"}\n[1]\n'}, DatasetError, "line 2 is no JSON object"),
        ({"a.jsonl": '{"title": \n'}, DatasetError, "line 1 is no JSON object"),
        ({"a.parquet": b"PAR1 no"}, DatasetError, "not a readable Parquet file"),
        ({"a.csv": "user,item,rating\n1,2,3\n"}, SchemaError, "No table has a film's title"),
    ],
)
def test_unusable_files_are_typed_errors(
    tmp_path: Path, files: dict[str, str | bytes], error: type[DatasetError], words: str
) -> None:
    with pytest.raises(error, match=words):
        load("mine", write(tmp_path / "x", files))


def test_a_missing_place_and_wrong_mappings_are_typed_errors(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="nothing at"):
        load("mine", tmp_path / "nowhere")
    with pytest.raises(SchemaError, match="no column called colour"):
        OwnFiles("mine", {"colour": "x"})
    with pytest.raises(SchemaError, match="No file has the column Titel"):
        load("mine", write(tmp_path, {"f.csv": "id,title\n1,x\n"}), columns={"title": "Titel"})
    with pytest.raises(DatasetError, match="fixed columns"):
        load("tmdb-5000", tmp_path, columns={"title": "Titel"})


def test_two_tables_of_ratings_the_one_with_ratings_is_taken(tmp_path: Path) -> None:
    files = {"films.csv": FILMS, "r.csv": "user,id,rating\na,7,4\n", "tags.csv": "user,id,tag\na,7,x\n"}
    dataset = load("mine", write(tmp_path / "a", files))
    assert len(dataset.interactions) == 1
    assert any("tags.csv is neither films nor ratings" in note for note in dataset.report.notes)
    with pytest.raises(DatasetError, match="look like tables of ratings"):
        load("mine", write(tmp_path / "b", {**files, "s.csv": "user,id,rating\na,7,4\n"}))


def test_ratings_on_no_usual_scale_are_refused(tmp_path: Path) -> None:
    files = {"films.csv": FILMS, "r.csv": "user,id,rating\na,7,-9\nb,8,4\n"}
    with pytest.raises(DatasetError, match="fit none of the usual scales"):
        load("mine", write(tmp_path, files))


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1, 2, 5], (1, 5)),
        ([0.5, 4, 5], (0.5, 5)),
        ([3.5, 4, 5], (0.5, 5)),
        ([1, 7, 10], (1, 10)),
        ([0.1, 7.3, 10], (0, 10)),
        ([55, 80, 100], (0, 100)),
        ([], (1, 5)),
    ],
)
def test_the_tightest_usual_scale_is_inferred(values: list[float], scale: tuple[float, float]) -> None:
    assert infer_scale(np.array(values, np.float64)) == scale


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("Drama|Crime", ("Drama", "Crime")),
        ("Drama; Crime, organised", ("Drama", "Crime, organised")),
        ("Drama, Crime,", ("Drama", "Crime")),
        ('["Drama", "Crime"]', ("Drama", "Crime")),
        ("['Drama', \"Crime's\"]", ("Drama", "Crime's")),
        ('[{"name": "Drama"}, {"id": 3}]', ("Drama",)),
        ("[broken", ("[broken",)),
        ("[" * 5000 + "]" * 5000, ("[" * 5000 + "]" * 5000,)),
        (["Drama", None, ""], ("Drama",)),
        (np.array(["Drama", "Crime"]), ("Drama", "Crime")),
        ("", ()),
        (None, ()),
        (float("nan"), ()),
        (3.0, ("3",)),
    ],
)
def test_list_cells(cell: object, parts: tuple[str, ...]) -> None:
    assert as_list(cell) == parts


def test_cells_as_text() -> None:
    cells = ["  a ", 3.0, 2.5, None, float("inf"), pd.NA, ["x", "y"], 7]
    assert [as_text(cell) for cell in cells] == ["a", "3", "2.5", "", "", "", "x|y", "7"]


def test_times_as_seconds() -> None:
    assert as_seconds(pd.Series(["10", "1577923200000"])).tolist() == [10, 1_577_923_200]
    dates = as_seconds(pd.Series(["1970-01-02", "1970-01-01T01:00:00+00:00", "never"]))
    assert dates.tolist()[:2] == [24 * 3600, 3600]
    assert np.isnan(dates.iloc[2])


def test_hostile_titles_stay_as_data(tmp_path: Path) -> None:
    rows = [{"id": "1", "title": "<b>x</b>' OR 1=1; --"}, {"id": "2", "title": "y" * 10_000}]
    dataset = load("mine", write(tmp_path, {"f.jsonl": "\n".join(map(json.dumps, rows))}))
    assert dataset.catalog.items["title"].iloc[0] == rows[0]["title"]
    assert "longer than 500 characters" in warnings(dataset)


@pytest.mark.real_data
def test_real_films_at_scale(movie_data_dir: Path) -> None:
    dataset = load("all-films", movie_data_dir / "the-movies-dataset" / "reduced_45466.csv")
    assert dropped(dataset, "reduced_45466.csv") == {"no title": 6, "the id stands on an earlier row": 30}
    assert dataset.n_items == 45_466 - 36
    assert is_balanced(dataset)


@pytest.mark.real_data
def test_real_movielens_as_own_files_has_the_same_ratings(movie_data_dir: Path) -> None:
    own = load("mine", movie_data_dir / "ml-latest-small")
    known = load("ml-latest-small", movie_data_dir)
    assert (own.interactions.ratings != known.interactions.ratings).nnz == 0
    assert own.interactions.scale == known.interactions.scale
    assert list(own.catalog.items["title"]) == list(known.catalog.items["title"])
