"""Reading a person's own train and test files: every format, every way in which they can be wrong."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import AtlasError, DatasetError, SchemaError
from core.evaluation.protocol.runner import evaluate, method_factories
from core.evaluation.results.result_json import about_json
from core.evaluation.splits.own_files import load_files
from core.evaluation.task import Task
from core.models.preference_matrix import liked_matrix

TRAIN = pd.DataFrame(
    {
        "user_id": ["007", "007", "8", "8", "9"],
        "item_id": ["b", "a", "b", "c", "a"],
        "rating": [4.0, 1.5, 5.0, 3.0, 2.0],
        "timestamp": [10, 20, 30, 40, 50],
    }
)
TEST = pd.DataFrame(
    {
        "user_id": ["007", "8", "10"],
        "item_id": ["c", "a", "z"],
        "rating": [5.0, 4.0, 4.5],
        "timestamp": [60, 70, 80],
    }
)
WRITERS = {
    "csv": lambda frame, path: frame.to_csv(path, index=False),
    "tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    "parquet": lambda frame, path: frame.to_parquet(path, index=False),
}


@pytest.fixture
def write(tmp_path):
    def write(name, frame):
        path = tmp_path / name
        WRITERS[path.suffix[1:]](frame, path)
        return path

    return write


def load(write, train=TRAIN, test=TEST, items=None, ending="csv"):
    paths = [write(f"train.{ending}", train), write(f"test.{ending}", test)]
    return load_files(*paths, None if items is None else write(f"items.{ending}", items))


@pytest.mark.parametrize("ending", sorted(WRITERS))
def test_every_format_gives_the_same(write, ending):
    dataset, split = load(write, ending=ending)
    assert dataset.catalog.ids.tolist() == ["a", "b", "c", "z"]
    assert dataset.interactions.user_ids.tolist() == ["007", "8", "9", "10"]
    assert split.train.ratings.toarray().tolist() == [
        [1.5, 4, 0, 0],
        [0, 5, 3, 0],
        [2, 0, 0, 0],
        [0, 0, 0, 0],
    ]
    assert split.test.toarray().tolist() == [[0, 0, 5, 0], [4, 0, 0, 0], [0, 0, 0, 4.5]]
    assert split.users.tolist() == [0, 1, 3]
    assert split.train.scale == (0.5, 5.0)
    assert split.train.timestamps.tolist() == [20, 10, 30, 40, 50]
    assert all(table.is_balanced for table in dataset.report.tables)


def test_unseen_users_and_films_are_kept_as_cold_and_counted(write):
    dataset, split = load(write)
    assert split.is_cold_user.tolist() == [False, False, True]
    assert split.is_cold_item.tolist() == [False, False, False, True]
    notes = " ".join(dataset.report.warnings)
    assert "1 users are not in the train file" in notes
    assert "1 rows ask for 1 films that nobody" in notes
    result = evaluate(dataset, {}, method_factories(["popularity"]), split)
    assert about_json(result)["counts"]["tested_cold_users"] == 1


def test_without_ratings_every_row_is_positive(write):
    dataset, split = load(write, TRAIN[["user_id", "item_id"]], TEST[["user_id", "item_id"]])
    assert not split.train.is_explicit
    assert split.train.timestamps is None
    task = Task.of(dataset, split)
    assert task.relevant.nnz == len(TEST)
    assert set(split.train.ratings.data) == {1.0}


def test_equal_ratings_say_no_more_than_none(write):
    dataset, split = load(write, TRAIN.assign(rating=1), TEST.assign(rating=1))
    assert not split.train.is_explicit
    assert any("All ratings are the same" in note for note in dataset.report.warnings)


def test_a_file_of_likes_alone_lies_on_the_usual_scale_and_loses_none(write):
    likes = TRAIN.assign(rating=[4, 5, 4, 5, 4])
    dataset, split = load(write, likes, TEST.assign(rating=[5, 3, 5]))
    assert split.train.scale == (1.0, 5.0)
    learned = liked_matrix(replace(dataset, interactions=split.train), 0.0)
    assert learned.nnz == len(likes)
    odd = load(write, TRAIN.assign(rating=[-1, 1, -1, 1, 1]), TEST.assign(rating=[1, -1, 1]))[1]
    assert odd.train.scale == (-1.0, 1.0), "no usual scale: its own range"


def test_ratings_of_the_test_file_that_cannot_be_used_are_said(write):
    dataset, _ = load(write, TRAIN.assign(rating=5), TEST)
    assert any("ratings of test.csv are not used" in note for note in dataset.report.warnings)


def test_ids_that_a_missing_value_once_turned_into_decimals_still_match(write):
    numbers = TRAIN.assign(user_id=["7", "7", "8", "8", "9"])
    decimals = TEST.assign(user_id=["7.0", "8.0", "10.0"])
    _, split = load(write, numbers, decimals)
    assert split.is_cold_user.tolist() == [False, False, True]
    assert load(write, numbers, TEST.assign(user_id=["7.0", "8.5", "x"]))[1].is_cold_user.all()


def test_dates_are_read_as_times(write):
    dates = pd.to_datetime([10, 20, 30, 40, 50], unit="s", utc=True).strftime("%Y-%m-%d %H:%M:%S")
    for ending in ("csv", "parquet"):
        _, split = load(write, TRAIN.assign(timestamp=dates), TEST, ending=ending)
        assert split.train.timestamps.tolist() == [20, 10, 30, 40, 50]


def test_users_without_a_row_in_the_test_file_are_counted(write):
    _, split = load(write)
    assert split.left_out == {"users without a row in the test file": 1}


def test_a_test_file_without_ratings_is_all_liked(write):
    dataset, split = load(write, TRAIN, TEST.drop(columns="rating"))
    assert split.train.is_explicit
    assert set(split.test.data) == {5.0}
    assert any("counts as liked" in note for note in dataset.report.warnings)


def test_pairs_of_both_files_are_taken_out_of_the_test(write):
    both = pd.concat([TEST, TRAIN.iloc[[0]]])
    dataset, split = load(write, TRAIN, both)
    assert split.test.nnz == 3
    assert split.train.ratings[0, 1] == 4
    table = dataset.report.tables[1]
    assert (table.read, table.kept) == (4, 3)
    assert table.dropped[0].examples == ("user 007, item b",)


def test_of_a_doubled_pair_the_latest_is_kept(write):
    again = pd.DataFrame({"user_id": ["007"], "item_id": ["b"], "rating": [2.0], "timestamp": [5]})
    dataset, split = load(write, pd.concat([TRAIN, again]))
    assert split.train.ratings[0, 1] == 4, "the row at 10 is later than the one at 5"
    assert dataset.report.tables[0].dropped[0].count == 1
    unstamped = pd.concat([TRAIN, again]).drop(columns="timestamp")
    assert load(write, unstamped)[1].train.ratings[0, 1] == 2, "without times the last row counts"


def test_films_come_with_their_facts_and_unknown_ones_keep_their_id(write):
    items = pd.DataFrame(
        {
            "item_id": ["c", "a", "c"],
            "title": ["Sea", None, "x"],
            "genres": ["A|B", None, "C"],
            "year": [1990, None, 1],
        }
    )
    dataset, _ = load(write, items=items)
    assert dataset.catalog.ids.tolist() == ["c", "a", "b", "z"]
    assert dataset.catalog.items["title"].tolist() == ["Sea", "a", "b", "z"]
    assert dataset.catalog.items["genres"].tolist() == [("A", "B"), (), (), ()]
    assert dataset.catalog.items["year"].tolist()[0] == 1990
    table = next(table for table in dataset.report.tables if table.name == "items.csv")
    assert table.is_balanced
    assert "2 films" in table.warnings[0]


def test_the_order_of_the_rows_decides_nothing(write, rng):
    first = load(write)[0]
    mixed = load(write, TRAIN.sample(frac=1, random_state=1), TEST.sample(frac=1, random_state=2))[0]
    assert first.catalog.ids.tolist() == mixed.catalog.ids.tolist()


def test_whole_numbers_stay_whole_numbers_as_ids(write):
    train = TRAIN.assign(user_id=[1, 1, 2, 2, 3], item_id=[5, 6, 5, 7, 6])
    test = TEST.assign(user_id=[1, 2, 4], item_id=[7, 6, 8])
    dataset, _ = load(write, train, test, ending="parquet")
    assert dataset.catalog.ids.tolist() == ["5", "6", "7", "8"]
    as_floats = load(write, train.astype({"item_id": float}), test, ending="parquet")[0]
    assert as_floats.catalog.ids.tolist() == ["5", "6", "7", "8"]


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        (lambda f: f.drop(columns="item_id"), SchemaError, "no column item_id"),
        (lambda f: f.iloc[:0], DatasetError, "train.csv"),
        (lambda f: f.assign(rating=["4", "x", "3", "2", "1"]), DatasetError, "row 2: the rating “x”"),
        (lambda f: f.assign(rating=[4, 3, 0, 2, 1]), DatasetError, "rating 0"),
        (lambda f: f.assign(rating=[4, np.inf, 3, 2, 1]), DatasetError, "not a number"),
        (lambda f: f.assign(timestamp=["1", "2", "now", "4", "5"]), DatasetError, "timestamp “now”"),
        (lambda f: f.assign(user_id=["1", None, "2", "2", "3"]), DatasetError, "no user_id in row 2"),
        (lambda f: f.assign(item_id=["a", " ", "b", "c", "d"]), DatasetError, "no item_id in row 2"),
        (lambda f: f.drop(columns="rating"), SchemaError, "Give both"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_place(write, change, error, match):
    with pytest.raises(error, match=match):
        load(write, change(TRAIN))


def test_nothing_left_to_test_is_said(write):
    with pytest.raises(DatasetError, match="Nothing is left"):
        load(write, TRAIN, TRAIN.head(2))


def test_missing_broken_and_foreign_files_are_refused(write, tmp_path):
    good = write("train.csv", TRAIN)
    with pytest.raises(DatasetError, match=r"nothere\.csv"):
        load_files(good, tmp_path / "nothere.csv")
    with pytest.raises(DatasetError, match=r"nothere\.parquet"):
        load_files(good, tmp_path / "nothere.parquet")
    for name, content in (("a.xlsx", b"PK"), ("b.parquet", b"not parquet"), ("c.csv", b"\xff\xfe\x00u")):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(DatasetError, match=name):
            load_files(good, path)


@given(st.binary(max_size=300), st.sampled_from(["csv", "tsv", "parquet"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused_with_a_typed_error(tmp_path, content, ending):
    good, bad = tmp_path / "train.csv", tmp_path / f"any.{ending}"
    TRAIN.to_csv(good, index=False)
    bad.write_bytes(content)
    with pytest.raises(AtlasError):
        load_files(good, bad)
    with pytest.raises(AtlasError):
        load_files(bad, good)
